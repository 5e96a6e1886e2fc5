// Top bar and side navigation: text only, counts only where this reader must act; a drawer below 62rem.
import { useEffect, useRef, type ReactNode } from 'react'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import type { Org, Page, Session } from '../types'
import type { NavGroup } from '../page'
import { get } from '../api'
import { t, tx, useLang } from '../i18n'
import { go } from '../router'

/* Ribs of a fan that meet in the pivot (要). */
export const Mark = () => <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round">
  <path d="M12 20 1.6 10.6M12 20 6.3 7.2M12 20V6M12 20l5.7-12.8M12 20l10.4-9.4" /><circle cx="12" cy="20" r="2" fill="currentColor" /></svg>

type P = { session?: Session; org?: Org; menu: NavGroup[]; here: string; toggle: () => void; leave: () => void; children: ReactNode }
export function Shell({ session, org, menu, here, toggle, leave, children }: P) {
  const l = useLang()
  const drawer = useRef<HTMLDialogElement>(null)
  useEffect(() => { drawer.current?.close() }, [here])
  const language = <button className="bar-link" lang={l === 'ja' ? 'en' : 'ja'} onClick={toggle}>{l === 'ja' ? 'English' : '日本語'}</button>
  const signed = session && org
  const search = (id: string) => org && <form role="search" className="flex gap-2" onSubmit={e => { e.preventDefault(); go(`/${org.id}/search?q=${encodeURIComponent(String(new FormData(e.currentTarget).get('q') ?? ''))}`) }}>
    <input id={id} name="q" type="search" aria-label={t('すべてから探す', 'Search everything')} className="field field-s w-56 max-desktop:w-full" /><button type="submit" className="btn btn-s">{t('探す', 'Search')}</button></form>
  const account = signed && <><a className="bar-link" href="#/account">{session.account.name}</a>
    <button className="bar-link" onClick={leave}>{t('ログアウト', 'Log out')}</button></>
  return <>
    <a className="skip" href="#main" onClick={e => { e.preventDefault(); document.getElementById('main')?.focus() }}>{t('本文へ', 'Skip to content')}</a>
    <header className="bar">
      <a href={org ? `#/${org.id}` : '#/'} className="flex items-center gap-2 text-std-18B-160 text-solid-gray-900 no-underline whitespace-nowrap"><Mark />{t('かなめ', 'Kaname')}</a>
      {signed && (session.orgs.length > 1 ? <select aria-label={t('組織', 'Organisation')} className="field field-s min-w-0" value={org.id} onChange={e => go(`/${e.target.value}`)}>{session.orgs.map(o => <option key={o.id} value={o.id}>{o.name}</option>)}</select>
        : <span className="min-w-0 truncate text-dns-16N-130">{org.name}</span>)}
      {signed ? <>
        <div className="ml-4 max-desktop:hidden">{search('find')}</div>
        <div className="ml-auto flex items-center gap-4 max-desktop:hidden">{account}{language}</div>
        <button className="btn btn-s ml-auto desktop:hidden" aria-haspopup="dialog" onClick={() => drawer.current?.showModal()}>{t('メニュー', 'Menu')}</button>
      </> : <div className="ml-auto">{language}</div>}
    </header>
    {signed && <dialog ref={drawer} className="drawer" aria-label={t('メニュー', 'Menu')}>
      <div className="flex flex-col gap-4 p-4">
        <button className="btn btn-s self-end" onClick={() => drawer.current?.close()}>{t('閉じる', 'Close')}</button>
        {search('find-drawer')}
        <Menu groups={menu} org={org.id} here={here} />
        <div className="flex flex-wrap gap-4 border-t border-solid-gray-420 pt-4">{account}{language}</div>
      </div>
    </dialog>}
    <div className={signed && menu.length ? 'shell' : ''}>
      {signed && menu.length > 0 && <div className="side max-desktop:hidden"><Menu groups={menu} org={org.id} here={here} /></div>}
      {children}
    </div>
  </>
}

/* The item that the address lies under: the longest one wins. */
function current(groups: NavGroup[], here: string) {
  return groups.flatMap(g => g.items).filter(i => i.to === '' ? here === '' : here === i.to || here.startsWith(`${i.to}/`)).sort((a, b) => b.to.length - a.to.length)[0]
}

function Menu({ groups, org, here }: { groups: NavGroup[]; org: string; here: string }) {
  const items = groups.flatMap(g => g.items)
  const waiting = items.filter(i => i.waiting)
  const client = useQueryClient()
  useEffect(() => { void client.invalidateQueries({ queryKey: ['waiting'] }) }, [client, here])
  const counts = useQueries({ queries: waiting.map(i => ({ queryKey: ['waiting', org, i.waiting], queryFn: () => get<Page>(`/api/orgs/${org}/${i.waiting}&limit=1`) })) })
  const now = current(groups, here)
  return <nav aria-label={t('主なページ', 'Main pages')}>{groups.map(g => <section key={g.label.ja}>
    <h2 className="side-head">{tx(g.label)}</h2>
    <ul>{g.items.map(i => { const n = i.waiting ? counts[waiting.indexOf(i)]?.data?.total ?? 0 : 0
      return <li key={i.to}><a className="side-item" aria-current={i === now ? 'page' : undefined} href={`#/${org}${i.to && `/${i.to}`}`}>
        <span>{i.step ? `${i.step} ` : ''}{tx(i.label)}</span>{n > 0 && <span className="side-count">{n}<span className="vh">{t('件が待っています', ' waiting')}</span></span>}</a></li> })}</ul>
  </section>)}</nav>
}

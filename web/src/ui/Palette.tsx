// Search from anywhere: Ctrl/⌘K (or / ) opens one field for records, pages and acts; what was opened last stands first. ? shows the keys.
import { useEffect, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Resource } from '../types'
import type { NavGroup } from '../page'
import { get } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Combo, type Option } from './Combo'
import { foldText } from './Hits'
import { choice, keepChoice } from './keep'
import { useModal } from './modal'
import { recents } from './recents'

type Hit = { resource: string; id: string; number: string; title: string }
type P = { org: string; menu: NavGroup[]; resources: Resource[]; toggle: () => void; leave: () => void }

const typing = (e: KeyboardEvent) => { const el = e.target as HTMLElement; return el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) }
export function Palette(p: P) {
  const [open, setOpen] = useState<'search' | 'keys' | null>(null)
  const latest = useRef(p)
  latest.current = p
  useEffect(() => {
    let g = 0
    const key = (e: KeyboardEvent) => {
      if (e.isComposing) return
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); setOpen('search'); return }
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || choice('keys-off') || document.querySelector('dialog[open]')) return
      if (e.key === '/') { e.preventDefault(); const bar = document.getElementById('find'); if (bar?.offsetParent) bar.focus(); else setOpen('search') }
      else if (e.key === '?') { e.preventDefault(); setOpen('keys') }
      else if (e.key === 'g') g = Date.now()
      else if (Date.now() - g < 1500) { const item = goes(latest.current).find(i => i.key === e.key); g = 0; if (item) { e.preventDefault(); go(`/${latest.current.org}${item.to && `/${item.to}`}`) } }
    }
    addEventListener('keydown', key)
    const show = () => setOpen('keys')
    addEventListener('kaname-keys', show)
    return () => { removeEventListener('keydown', key); removeEventListener('kaname-keys', show) }
  }, [])
  if (!open) return null
  return <Box title={open === 'search' ? t('さがす・移る・行う', 'Search, go, act') : t('キーボードの使い方', 'Keys')} close={() => setOpen(null)}>
    {open === 'search' ? <Find {...p} close={() => setOpen(null)} /> : <Keys {...p} />}</Box>
}

/* g and then a letter: the places of this reader's menu that have one. */
const goes = (p: P) => p.menu.flatMap(g => g.items).filter(i => i.key)

function Box({ title, close, children }: { title: string; close: () => void; children: React.ReactNode }) {
  const box = useRef<HTMLDialogElement>(null)
  useModal(box)
  return <dialog ref={box} className="dialog palette" aria-label={title} onCancel={e => { e.preventDefault(); close() }} onClick={e => { if (e.target === box.current) close() }}>
    <div className="mb-3 flex items-center justify-between gap-4"><h2 className="text-std-18B-160">{title}</h2><button type="button" className="btn btn-s" onClick={close}>{t('閉じる', 'Close')}</button></div>{children}</dialog>
}

function Find({ org, menu, resources, toggle, leave, close }: P & { close: () => void }) {
  const [q, setQ] = useState('')
  useEffect(() => { document.getElementById('palette')?.focus() }, [])
  const text = q.trim()
  const found = useQuery({ queryKey: ['search', org, text], queryFn: () => get<{ hits: Hit[] }>(`/api/orgs/${org}/search?q=${encodeURIComponent(text)}`), enabled: text.length > 0, placeholderData: text ? x => x : undefined })
  const acts: (Option & { run: () => void })[] = [
    ...resources.filter(r => r.can.includes('create')).map(r => ({ key: `new-${r.path}`, label: t(`${tx(r.label)}を追加`, `Add: ${tx(r.label)}`), hint: t('操作', 'Act'), run: () => go(`/${org}/${r.path}/new`) })),
    { key: 'lang', label: t('Switch to English', '日本語に切り替える'), hint: t('操作', 'Act'), run: toggle }, { key: 'account', label: t('自分のアカウント', 'Your account'), hint: t('ページ', 'Page'), run: () => go('/account') },
    { key: 'out', label: t('ログアウト', 'Log out'), hint: t('操作', 'Act'), run: leave }]
  const pages = menu.flatMap(g => g.items).map(i => ({ key: `page-${i.to}`, label: tx(i.label), hint: t('ページ', 'Page'), run: () => go(`/${org}${i.to && `/${i.to}`}`) }))
  const has = (o: Option) => foldText(o.label).includes(foldText(text))
  const records = (found.data?.hits ?? []).slice(0, 8).flatMap(h => { const r = resources.find(x => x.path === h.resource); return r ? [{ key: h.id, label: h.title || h.number, hint: `${tx(r.label)} ${h.number}`, run: () => go(`/${org}/${r.path}/${h.id}`) }] : [] })
  const last = recents(org).map(r => ({ key: `last-${r.to}`, label: r.label, hint: r.hint, run: () => go(r.to) }))
  const options = text ? [...pages.filter(has), ...records, ...acts.filter(has), { key: 'all', label: t(`「${text}」ですべてから探す`, `Search everything for “${text}”`), hint: t('検索', 'Search'), run: () => go(`/${org}/search?q=${encodeURIComponent(text)}`) }] : [...last.slice(0, 6), ...pages]
  return <>
    <Combo id="palette" label={t('記録、ページ、操作', 'Records, pages, acts')} text={q} setText={setQ} options={options} always pick={o => { close(); options.find(x => x.key === o.key)?.run() }} loading={found.isFetching} />
    <p className="meta mt-3">{t('↑↓で選び、Enterで開きます。全角・半角、ひらがな・カタカナはどちらでも。', '↑↓ to choose, Enter to open.')}</p></>
}

function Keys(p: P) {
  const [off, setOff] = useState<boolean>(!!choice('keys-off'))
  const rows: [string, string][] = [['Ctrl K / ⌘ K', t('さがす・移る・行う', 'Search, go, act')], ['/', t('さがす', 'Search')], ['?', t('この表', 'This table')], ...goes(p).map(i => [`g ${i.key}`, tx(i.label)] as [string, string]),
    ['↑ ↓ Enter', t('候補から選ぶ', 'Choose a suggestion')], ['j k', t('一覧で次の行・前の行', 'Next and previous row of a list')], ['Esc', t('閉じる', 'Close')]]
  return <><table className="w-full text-dns-16N-130"><caption className="vh">{t('キー', 'Keys')}</caption><tbody>{rows.map(([k, what]) => <tr key={k} className="border-b border-solid-gray-200"><th scope="row" className="py-2 pr-4 text-left whitespace-nowrap"><kbd>{k}</kbd></th><td className="py-2">{what}</td></tr>)}</tbody></table>
    <label className="mt-4 flex min-h-11 items-center gap-3"><input type="checkbox" className="size-5" checked={off} onChange={e => { setOff(e.target.checked); keepChoice('keys-off', e.target.checked || null) }} />{t('1文字のキーを使わない（Ctrl K は残ります）', 'No single-key shortcuts (Ctrl K stays)')}</label></>
}

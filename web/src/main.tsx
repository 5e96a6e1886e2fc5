// The shell: who is here, which organisation, which page.
import { StrictMode, useEffect, useRef } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import './styles.css'
import { call, get, Problem, setCsrf } from './api'
import { setLang, t, tx, useLang } from './i18n'
import { go, useRoute } from './router'
import type { Meta, Session } from './types'
import { Login, Password } from './pages/Login'
import { Home } from './pages/Home'
import { List } from './pages/List'
import { FormPage, RecordPage } from './pages/Record'
import { Search } from './pages/Search'
import { Log } from './pages/Log'
import { Import } from './pages/Import'
import { Errors } from './ui/Fields'

function App() {
  const l = useLang()
  const { parts, query, path } = useRoute()
  const client = useQueryClient()
  const main = useRef<HTMLElement>(null)
  const session = useQuery({ queryKey: ['session'], queryFn: async () => { const s = await get<Session>('/api/session'); setCsrf(s.csrf); return s }, retry: false })
  const s = session.data
  const special = ['login', 'first', 'account']
  const org = s && (s.orgs.find(o => o.id === parts[0]) ?? s.orgs[0])
  const meta = useQuery({ queryKey: ['meta', org?.id], queryFn: () => get<Meta>(`/api/meta?org=${org!.id}`), enabled: !!org })
  useEffect(() => { main.current?.focus({ preventScroll: true }); scrollTo(0, 0); document.title = `${main.current?.querySelector('h1')?.textContent ?? ''} ${t('かなめ', 'Kaname')}`.trim() }, [path, l])
  const out = session.error instanceof Problem && session.error.status === 401
  const resources = meta.data?.resources ?? []
  const shown = resources.filter(r => r.can.includes('list'))
  const res = resources.find(r => r.path === parts[1])
  let page
  if (parts[0] === 'login' || out) page = <Login key={path + query} link={query.get('link')} known={query.get('set')} />
  else if (session.error) page = <Errors error={session.error} />
  else if (!s) page = <p role="status">{t('読み込んでいます。', 'Loading.')}</p>
  else if (parts[0] === 'first') page = <Password first login={s.account.login} />
  else if (parts[0] === 'account') page = <Password first={false} login={s.account.login} />
  else if (!org) page = <p>{t('どの組織にも役割がありません。管理者に連絡してください。', 'You have no role in any organisation. Ask your administrator.')}</p>
  else if (meta.error) page = <Errors error={meta.error} />
  else if (!meta.data) page = <p role="status">{t('読み込んでいます。', 'Loading.')}</p>
  else if (parts[1] === 'search') page = <Search org={org.id} resources={resources} q={query.get('q') ?? ''} />
  else if (parts[1] === 'log') page = <Log org={org.id} query={query} />
  else if (parts[1] === 'import') page = <Import org={org.id} resources={resources} />
  else if (res && (parts[2] === 'new' || parts[3] === 'edit')) page = <FormPage key={path} org={org.id} res={res} resources={resources} id={parts[2]!} />
  else if (res && parts[2]) page = <RecordPage key={path} org={org.id} res={res} resources={resources} id={parts[2]} />
  else if (res) page = <List org={org.id} res={res} resources={resources} query={query} />
  else if (parts[1]) page = <h1 className="h1">{t('ページが見つかりません', 'Page not found')}</h1>
  else page = <Home org={org.id} resources={resources} />
  return <div>
    <header className="flex min-h-13 flex-wrap items-center gap-3 border-b border-black px-4 py-2">
      <a href="#/" className="text-std-18B-160 no-underline">{t('かなめ', 'Kaname')}</a>
      {s && org && <>
        {s.orgs.length > 1 ? <select aria-label={t('組織', 'Organisation')} className="field" value={org.id} onChange={e => go(`/${e.target.value}`)}>{s.orgs.map(o => <option key={o.id} value={o.id}>{o.name}</option>)}</select> : <span>{org.name}</span>}
        <form role="search" className="flex gap-2" onSubmit={e => { e.preventDefault(); go(`/${org.id}/search?q=${encodeURIComponent(String(new FormData(e.currentTarget).get('q') ?? ''))}`) }}>
          <input name="q" type="search" aria-label={t('すべてから探す', 'Search everything')} className="field w-48" /><button type="submit" className="btn">{t('探す', 'Search')}</button></form>
        <a href="#/account">{s.account.name}</a>
        <button className="btn btn-s" onClick={() => void call('POST', '/api/logout').finally(() => { client.clear(); go('/login') })}>{t('ログアウト', 'Log out')}</button></>}
      <button className="btn btn-s ml-auto" lang={l === 'ja' ? 'en' : 'ja'} onClick={() => { setLang(l === 'ja' ? 'en' : 'ja'); void client.invalidateQueries({ queryKey: ['rec'] }) }}>{l === 'ja' ? 'English' : '日本語'}</button>
    </header>
    <div className="shell desktop:grid desktop:grid-cols-[14rem_1fr]">
      {s && org && !special.includes(parts[0] ?? '') ? <nav aria-label={t('台帳', 'Registers')} className="bg-solid-gray-50 p-4"><ul className="flex flex-wrap gap-x-4 desktop:block">
        <li><a className="inline-block min-h-6 py-2" aria-current={!parts[1] ? 'page' : undefined} href={`#/${org.id}`}>{t('ホーム', 'Home')}</a></li>
        {shown.map(r => <li key={r.name}><a className="inline-block min-h-6 py-2" aria-current={res === r ? 'page' : undefined} href={`#/${org.id}/${r.path}`}>{tx(r.label_many ?? r.label)}</a></li>)}
        <li><a className="inline-block min-h-6 py-2" aria-current={parts[1] === 'log' ? 'page' : undefined} href={`#/${org.id}/log`}>{t('履歴', 'History')}</a></li></ul></nav> : <div />}
      <main ref={main} tabIndex={-1} className="min-w-0 p-4 desktop:p-8">{page}</main>
    </div>
  </div>
}

const client = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 10_000 } } })
createRoot(document.getElementById('root')!).render(<StrictMode><QueryClientProvider client={client}><App /></QueryClientProvider></StrictMode>)

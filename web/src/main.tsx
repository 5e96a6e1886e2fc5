// Who is here, which organisation, which page.
import { StrictMode, useEffect, useRef, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import './styles.css'
import { call, get, Problem, setCsrf } from './api'
import { setLang, t, useLang } from './i18n'
import { go, useRoute } from './router'
import type { PageProps } from './page'
import type { Meta, Session } from './types'
import { Around, domainPages, home as Home, menu, special } from './domain'
import { pages } from './pages'
import { Account } from './pages/Account'
import { Login, Password } from './pages/Login'
import { List } from './pages/List'
import { ActPage } from './pages/Act'
import { DisposePage } from './pages/Dispose'
import { FormPage } from './pages/Form'
import { RecordPage } from './pages/Record'
import { ReportPage } from './pages/Report'
import { Errors } from './ui/Fields'
import { Loading, PageHeader } from './ui/Page'
import { forget } from './ui/keep'
import { StatusLine } from './ui/notice'
import { Palette } from './ui/Palette'
import { Shell } from './ui/Shell'

/* The page of an address inside an organisation: a listed page, a special page of the resource, or the one drawn from meta. */
function pageOf(p: PageProps): ReactNode {
  const [first, id, sub] = p.parts
  if (!first) return <Home {...p} />
  const Page = domainPages[first] ?? pages[first]
  if (Page) return <Page {...p} />
  const res = p.resources.find(r => r.path === first)
  const own = special[first] ?? {}
  if (!res) return <PageHeader title={t('ページが見つかりません', 'Page not found')} />
  const given = { ...p, res, id: id ?? '' }
  const Sub = own.sub?.[sub ?? '']
  const Form = own.form ?? FormPage, Show = own.record ?? RecordPage, All = own.list ?? List
  if (Sub) return <Sub {...given} />
  if (id === 'reports' || sub === 'reports') return <ReportPage {...given} />
  if (sub === 'act') return <ActPage {...given} />
  if (sub === 'dispose') return <DisposePage {...given} />
  if (id === 'new' || sub === 'edit') return <Form {...given} />
  return id ? <Show {...given} /> : <All {...given} />
}

function App() {
  const l = useLang()
  const { parts, query, path } = useRoute()
  const client = useQueryClient()
  const main = useRef<HTMLElement>(null)
  const session = useQuery({ queryKey: ['session'], queryFn: async () => { const s = await get<Session>('/api/session'); setCsrf(s.csrf); return s }, retry: false })
  const s = session.data
  const me = s && (s.orgs.find(o => o.id === parts[0]) ?? s.orgs[0])
  const meta = useQuery({ queryKey: ['meta', me?.id], queryFn: () => get<Meta>(`/api/meta?org=${me!.id}`), enabled: !!me })
  useEffect(() => { main.current?.focus({ preventScroll: true }); scrollTo(0, 0); document.title = `${main.current?.querySelector('h1')?.textContent ?? ''} ${t('かなめ', 'Kaname')}`.trim() }, [path, l])
  const out = session.error instanceof Problem && session.error.status === 401
  const alone = ['login', 'first'].includes(parts[0] ?? '') || out
  const given: PageProps | undefined = s && me && meta.data && { org: me.id, me, session: s, meta: meta.data, resources: meta.data.resources, parts: parts[0] === 'account' ? parts : parts.slice(1), query }
  const leave = () => void call('POST', '/api/logout').finally(() => { forget(); client.clear(); go('/login') })
  let page
  if (parts[0] === 'login' || out) page = <Login key={path + query} link={query.get('link')} known={query.get('set')} />
  else if (session.error) page = <Errors error={session.error} />
  else if (!s) page = <Loading />
  else if (parts[0] === 'first') page = <Password login={s.account.login} />
  else if (parts[0] === 'account') page = <Account session={s} roles={meta.data?.all_roles ?? []} />
  else if (!me) page = <p>{t('どの組織にも役割がありません。管理者に連絡してください。', 'You have no role in any organisation. Ask your administrator.')}</p>
  else if (meta.error) page = <Errors error={meta.error} />
  else page = given ? <Around {...given}><div key={path}>{pageOf(given)}</div></Around> : <Loading />
  const nav = alone || !given ? [] : menu(given)
  const toggle = () => { setLang(l === 'ja' ? 'en' : 'ja'); void client.invalidateQueries({ queryKey: ['rec'] }) }
  return <Shell session={alone ? undefined : s} org={me} menu={nav} here={parts[0] === 'account' ? 'account' : parts.slice(1).join('/')} leave={leave}
    toggle={toggle}>
    {!alone && given && <Palette org={given.org} menu={nav} resources={given.resources} toggle={toggle} leave={leave} />}
    <main id="main" ref={main} tabIndex={-1} className="page"><StatusLine />{page}</main>
  </Shell>
}

const client = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 10_000 } } })
createRoot(document.getElementById('root')!).render(<StrictMode><QueryClientProvider client={client}><App /></QueryClientProvider></StrictMode>)

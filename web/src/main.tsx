// Who is here, which organisation, which page.
import { StrictMode, Suspense, useEffect, useRef, type ComponentType } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import './styles.css'
import { call, get, Problem, setCsrf } from './api'
import { setLang, t, useLang } from './i18n'
import { go, useRoute } from './router'
import type { PageProps } from './page'
import type { Meta, Session } from './types'
import { Around, menu } from './domain'
import { alone as outside, pageAt } from './routes'
import { Account } from './pages/Account'
import { Login, Password } from './pages/Login'
import { Loading, NotFound, PageHeader } from './ui/Page'
import { forget } from './ui/keep'
import { StatusLine } from './ui/notice'
import { Palette } from './ui/Palette'
import { Shell } from './ui/Shell'

function Inside(p: PageProps) {
  const found = pageAt(p)
  if (!found) return <NotFound org={p.org} />
  const Page = found.Page as ComponentType<PageProps>
  return <Suspense fallback={<Loading />}><Page {...found.given} /></Suspense>
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
  useEffect(() => { main.current?.focus({ preventScroll: true }); scrollTo(0, 0) }, [path])
  const out = session.error instanceof Problem && session.error.status === 401
  const alone = (outside.includes(parts[0] ?? '') && parts[0] !== 'account') || out
  const given: PageProps | undefined = s && me && meta.data && { org: me.id, me, session: s, meta: meta.data, resources: meta.data.resources, parts: parts[0] === 'account' ? parts : parts.slice(1), query }
  const leave = () => void call('POST', '/api/logout').finally(() => { forget(); client.clear(); go('/login') })
  let page
  if (parts[0] === 'login' || out) page = <Login key={path + query} link={query.get('link')} known={query.get('set')} />
  else if (session.error) page = <PageHeader title={t('開けません', 'It cannot be opened')} error={session.error} />
  else if (!s) page = <Loading />
  else if (parts[0] === 'first') page = <Password login={s.account.login} />
  else if (parts[0] === 'account') page = <Account session={s} roles={meta.data?.all_roles ?? []} />
  else if (!me) page = <><PageHeader title={t('役割がありません', 'No role')} /><p>{t('どの組織にも役割がありません。管理者に連絡してください。', 'You have no role in any organisation. Ask your administrator.')}</p></>
  else if (meta.error) page = <PageHeader title={t('開けません', 'It cannot be opened')} error={meta.error} />
  else page = given ? <Around {...given}><div key={path}><Inside {...given} /></div></Around> : <Loading />
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

// Every address of the front end and its page. A segment that begins with : stands for anything; what is spelled out goes first.
import type { PageProps, Pages, RecordProps, ResourcePages } from './page'
import type { Resource } from './types'
import { domainPages, home, special } from './domain'
import { pages } from './pages'
import { ActPage } from './pages/Act'
import { DisposePage } from './pages/Dispose'
import { FormPage } from './pages/Form'
import { List } from './pages/List'
import { RecordPage } from './pages/Record'
import { ReceivePage } from './pages/Receive'
import { ReportPage } from './pages/Report'

/* Outside of an organisation; drawn by main.tsx. */
export const alone = ['login', 'first', 'account']
const inside: Pages = { '': home, ...domainPages, ...pages }
/* What every resource has; its own pages in domain/index.ts go before these. */
const drawn: ResourcePages = { '': List, new: FormPage, receive: ReceivePage, ':id': RecordPage, ':id/edit': FormPage, ':id/act/:act': ActPage, ':id/dispose': DisposePage, 'reports/:report': ReportPage, ':id/reports/:report': ReportPage }
const ofResource = (r: Resource): ResourcePages => ({ ...drawn, ...special[r.path] })

const words = (pattern: string) => pattern.split('/').filter(Boolean)
const fits = (pattern: string, parts: string[]) => words(pattern).length === parts.length && words(pattern).every((w, i) => w.startsWith(':') || w === parts[i])
const open = (pattern: string) => words(pattern).filter(w => w.startsWith(':')).length
const find = <C,>(table: Record<string, C>, parts: string[]) => Object.entries(table).filter(([p]) => fits(p, parts)).sort((a, b) => open(a[0]) - open(b[0]))[0]

/* The page of an address inside an organisation, and what it is given; nothing when there is none. */
export function pageAt(p: PageProps): { pattern: string; Page: React.ComponentType<RecordProps> | React.ComponentType<PageProps>; given: PageProps | RecordProps } | undefined {
  const listed = find(inside, p.parts)
  if (listed) return { pattern: `:org/${listed[0]}`, Page: listed[1], given: p }
  const res = p.resources.find(r => r.path === p.parts[0])
  const own = res && find(ofResource(res), p.parts.slice(1))
  return own && { pattern: `:org/${res.path}/${own[0]}`, Page: own[1], given: { ...p, res, id: p.parts[1] ?? '' } }
}

/* A form for a new record only where somebody may make one, a page for files only where they are taken; acts, disposal and reports only where a resource has some. */
const lives = (r: Resource, x: string) => x === 'new' ? r.can.includes('create') : x === 'receive' ? !!r.receives && r.can.includes('create') : x.includes('act/') ? !!r.actions?.length : x.endsWith('/dispose') ? r.fields.some(f => f.personal) : x.includes('reports/') ? !!r.reports?.some(y => !y.document && y.of_record === x.startsWith(':id')) : true
export const addresses = (resources: Resource[]) => [...alone, ...Object.keys(inside).map(x => `:org/${x}`), ...resources.flatMap(r => Object.keys(ofResource(r)).filter(x => lives(r, x)).map(x => `:org/${r.path}/${x}`))]

// What the risk pages share: reading all of a list, criteria in force, scales and their words, addresses.
import { useQuery } from '@tanstack/react-query'
import type { Field, Page, Rec, Resource, Text, Titles } from '../../types'
import { get } from '../../api'
import { t } from '../../i18n'
import type { Scale, Span } from '../../ui/Level'
import type { Answer } from '../../ui/Reports'

export const P = { risks: 'risks', criteria: 'criteria-sets', plans: 'plans', units: 'units', services: 'services', assets: 'assets', matrix: 'matrix' } as const
export type Num = number | { from?: number | null; to?: number | null } | { unknown: string } | null | undefined
export type Risk = Rec & {
  title: string; event?: string; cause?: string; losses?: string; effect?: string; existing_controls?: string; assets?: string[]; services?: string[]
  impact?: Num; impact_evidence?: string; likelihood?: Num; likelihood_evidence?: string; level?: Span; accepted?: boolean; above_limit?: boolean
  proposal?: string; proposal_why?: string; judgement?: string; judged_by?: string; judgement_reason?: string; overridden?: boolean
  verdict?: string; verdict_why?: string; scale?: string; inherent_impact?: Num; inherent_likelihood?: Num; inherent_level?: Span; target_impact?: Num; target_likelihood?: Num; target_level?: Span
  controls?: Record<string, unknown>[]; controls_note?: string; views?: Record<string, unknown>[]; effects?: Record<string, unknown>[]; reach?: string; priority_why?: string; yearly_loss?: Num; method?: string; method_grounds?: string
  option?: string; option_grounds?: string; owner?: string; review_on?: string; state?: string
  reopened_at?: string; reopened_why?: string; reopened_on?: string; reopened_by?: string
}
export type Step = { level: number; name: string; description: string; loss_max?: number | null; per_century?: number | null }
export type Cell = { impact: number; likelihood: number; level: number; accepted: boolean; months?: number | null }
export type View = { viewpoint: string; level: number; description: string }
export type LevelName = { level: number; name: string; description?: string | null }
export type Weighed = { aspect: string; policy: string }
/* One post on the way to the decision. */
export type RouteStep = { post: string; kind: 'consult' | 'endorse' | 'decide'; result?: 'agreed' | 'objected'; answered_on?: string; note?: string }
export type Approved = { route?: RouteStep[]; despite?: string; state: 'draft' | 'submitted' | 'approved' | 'returned'; submitted_by?: string; submitted_on?: string; return_reason?: string; approved_by?: string; approved_post?: string; minutes?: string; minutes_file?: string; approved_on?: string }
export type Criteria = Rec & Approved & { title: string; impacts?: Step[]; likelihoods?: Step[]; cells?: Cell[]; views?: View[]; levels?: LevelName[]; evaluation?: Weighed[]; acceptance?: Weighed[]; impact_from?: number | null; likelihood_from?: number | null; yearly_max?: number | null; grounds?: string; valid_from?: string; valid_until?: string; review_on?: string }
export type Measure = { risk: string; title: string; kind?: string; owner?: string; due?: string; cost?: Num; residual_impact?: Num; residual_likelihood?: Num; progress?: string; done_on?: string
  control?: string; effort?: Num; feasibility?: string; conditions?: string; begin?: string; after?: number | null; expected_on?: string; note?: string; risk_version?: number }
export type Accepted = { risk: string; reason: string; until?: string }
export type Brought = { risk: string; how: string }
export type Plan = Rec & Approved & { title: string; purpose?: string; measures?: Measure[]; accepted?: Accepted[]; brings?: Brought[]; review_on?: string; changed_since?: string
  measures_n?: number; done_n?: number; overdue_n?: number; total_cost?: Num; cost_missing?: number; total_effort?: Num }

export const field = (res: Resource | undefined, name: string) => res?.fields.find(f => f.name === name)
export const choice = (res: Resource | undefined, name: string, code?: string): Text | undefined => field(res, name)?.choices?.find(c => c.code === code)?.label
/* Steps of impact and of likelihood: of these criteria, or of the scale in force as meta tells it. */
export type Sides = { impact: number; likelihood: number }
export const sidesOf = (c?: Pick<Criteria, 'impacts' | 'likelihoods'>): Sides => ({ impact: c?.impacts?.length || 3, likelihood: c?.likelihoods?.length || 3 })
export const sidesIn = (res?: Resource): Sides => ({ impact: field(res, 'impact')?.max ?? 3, likelihood: field(res, 'likelihood')?.max ?? 3 })
export const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
/* The highest level of the table, and the names of levels. */
export const scaleWords = (c: Pick<Criteria, 'cells' | 'levels'>): Scale => ({ top: Math.max(3, ...(c.cells ?? []).map(x => x.level)), names: Object.fromEntries((c.levels ?? []).filter(x => x.name).map(x => [x.level, x.name])) })
export const point = (v: Num): number | null => typeof v === 'number' ? v : null
const far = { pages: 25, size: 200, ids: 100 }

/* A whole list, page by page, up to 5,000 records. */
async function readAll<T extends Rec>(url: string): Promise<{ items: T[]; titles: Titles; all: boolean }> {
  const items: T[] = [], titles: Titles = {}
  let cursor = ''
  for (let n = 0; n < far.pages; n++) {
    const page: Page = await get<Page>(`${url}${url.includes('?') ? '&' : '?'}limit=${far.size}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    items.push(...page.items as T[])
    Object.assign(titles, page._titles)
    if (!page.next) return { items, titles, all: true }
    cursor = page.next
  }
  return { items, titles, all: false }
}
export const useAll = <T extends Rec>(org: string, path: string, enabled = true) => useQuery({ queryKey: ['all', org, path], queryFn: () => readAll<T>(`/api/orgs/${org}/${path}`), enabled, placeholderData: x => x })
export const riskMap = (list?: Risk[]) => new Map((list ?? []).map(r => [r.id, r]))
/* These records, in any number and retired ones as well, however large the register is. */
async function readSome<T extends Rec>(url: string, ids: string[]): Promise<{ items: T[]; titles: Titles }> {
  const parts = Array.from({ length: Math.ceil(ids.length / far.ids) }, (_, i) => ids.slice(i * far.ids, (i + 1) * far.ids))
  const pages = await Promise.all(parts.map(x => get<Page>(`${url}?ids=${x.join()}`)))
  return { items: pages.flatMap(x => x.items as T[]), titles: Object.assign({}, ...pages.map(x => x._titles)) }
}
export const useSome = <T extends Rec>(org: string, path: string, ids: string[] | undefined) => useQuery({ queryKey: ['some', org, path, ids?.join()], queryFn: () => readSome<T>(`/api/orgs/${org}/${path}`, ids ?? []), enabled: ids !== undefined, placeholderData: x => x })
/* The risks that a plan names. */
export function useRisks(org: string, plan: Pick<Plan, 'measures' | 'accepted'> | undefined) {
  const q = useSome<Risk>(org, P.risks, plan && [...new Set([...plan.measures ?? [], ...plan.accepted ?? []].map(x => x.risk))])
  return { by: riskMap(q.data?.items), titles: q.data?.titles ?? {}, isPending: q.isPending || q.isPlaceholderData }
}
/* What a plan may take up: the risks with a decision and the highest of all, each list up to one page. `more`: there are others, to be searched for. */
async function readCandidates(org: string): Promise<{ items: Risk[]; more: boolean }> {
  const pages = await Promise.all(['option=modify&', 'option=avoid&', 'option=share&', 'option=retain&', ''].map(x => get<Page>(`/api/orgs/${org}/${P.risks}?${x}sort=-level&limit=${far.size}`)))
  return { items: [...riskMap(pages.flatMap(x => x.items as Risk[])).values()].filter(open).sort(byHeight), more: pages.some(x => !!x.next) }
}
export const useCandidates = (org: string) => useQuery({ queryKey: ['all', org, P.risks, 'candidates'], queryFn: () => readCandidates(org) })
/* The register on the matrix, counted by the server: risks of each cell, and the highest of those asked for. */
export type Asked = { impact?: number; likelihood?: number; only?: 'loose' | 'against'; impacts?: number; likelihoods?: number }
export type Placed = { cell: (impact: number, likelihood: number) => { risks: number; accept: number; other: number }; open: number; loose: number; against: number; outside: number; highest: string[]; note?: Text }
async function readPlaced(org: string, asked: Asked): Promise<Placed> {
  const { tables: [cells, counts, highest] } = await get<Answer>(`/api/orgs/${org}/${P.risks}/reports/matrix?${new URLSearchParams(Object.entries(asked).map(([k, v]) => [k, String(v)]))}`)
  const by = new Map(cells!.rows.map(r => [`${r.values.impact}-${r.values.likelihood}`, r.values as { risks: number; accept: number; other: number }])), none = { risks: 0, accept: 0, other: 0 }
  return { ...counts!.rows[0]!.values as Pick<Placed, 'open' | 'loose' | 'against' | 'outside'>, cell: (i, l) => by.get(`${i}-${l}`) ?? none, highest: highest!.rows.map(r => r.of!.id), note: cells!.note }
}
export const usePlaced = (org: string, asked: Asked, enabled = true) => useQuery({ queryKey: ['all', org, P.risks, 'matrix', asked], queryFn: () => readPlaced(org, asked), enabled, placeholderData: x => x })
export const useOne = <T extends Rec>(url: string, enabled = true) => useQuery({ queryKey: ['rec', url], queryFn: () => get<T>(url), enabled, refetchOnMount: 'always' })

/* The same rule as the server: the latest approved criteria in force on a day. */
export function inForce(list: Criteria[], day: string): Criteria | undefined {
  return list.filter(c => c.state === 'approved' && !c.removed && (c.approved_on ?? '') <= day && (!c.valid_from || c.valid_from <= day) && (!c.valid_until || day <= c.valid_until))
    .sort((a, b) => (b.approved_on ?? '').localeCompare(a.approved_on ?? '') || (b.number ?? '').localeCompare(a.number ?? ''))[0]
}
export const today = () => new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10)
export const useCriteria = (org: string, may: boolean) => { const q = useAll<Criteria>(org, P.criteria, may); return { ...q, now: q.data && inForce(q.data.items, today()) } }
export const cellAt = (c: { cells?: Cell[] } | undefined, impact: Num, likelihood: Num) => c?.cells?.find(x => x.impact === impact && x.likelihood === likelihood)

const plain = { impact: () => [t('小', 'small'), t('中', 'medium'), t('大', 'large')], likelihood: () => [t('低', 'low'), t('中', 'medium'), t('高', 'high')] }
/* The word of a step: as the criteria call it, else the usual one. */
export function stepName(c: Criteria | undefined, axis: 'impact' | 'likelihood', n: Num): string {
  if (n === null || n === undefined) return t('未評価', 'not assessed')
  if (typeof n === 'object') return 'unknown' in n ? t('未確認', 'unknown') : `${stepName(c, axis, n.from)}${t('〜', ' to ')}${stepName(c, axis, n.to)}`
  return (axis === 'impact' ? c?.impacts : c?.likelihoods)?.find(s => s.level === n)?.name || plain[axis]()[n - 1] || ''
}
/* How many steps an analysis had, and whether that is the scale of these criteria (three by three without any). */
const PLAIN_SCALE = '3 × 3'
export const scaleOf = (c?: Criteria) => c ? `${c.impacts?.length} × ${c.likelihoods?.length}` : PLAIN_SCALE
export const onScale = (r: Risk, c?: Criteria) => (r.scale || PLAIN_SCALE) === scaleOf(c)
/* A step of a risk in the words of the criteria, when it was judged on their scale; else its number. */
export function stepOf(r: Risk, c: Criteria | undefined, axis: 'impact' | 'likelihood', v: Num): string {
  if (onScale(r, c) || v === null || v === undefined) return stepText(c, axis, v)
  if (typeof v === 'number') return String(v)
  return 'unknown' in v ? stepText(c, axis, v) : `${v.from}${t('〜', ' to ')}${v.to}`
}
export const stepText = (c: Criteria | undefined, axis: 'impact' | 'likelihood', n: Num) => typeof n === 'number' ? `${n} ${stepName(c, axis, n)}` : stepName(c, axis, n)

/* Fields of steps tell the words of the criteria instead of their general help. */
export function worded(f: Field, c: Criteria | undefined): Field {
  if (f.kind === 'list' && f.name === 'views') return { ...f, fields: f.fields?.map(g => g.name === 'level' ? worded({ ...g, name: 'impact' }, c) : g).map(g => g.name === 'impact' ? { ...g, name: 'level' } : g) }
  const axis = /(^|_)impact$/.test(f.name) ? 'impact' : /(^|_)likelihood$/.test(f.name) ? 'likelihood' : undefined
  if (f.kind !== 'int' || !axis) return f
  return { ...f, words: Object.fromEntries(upTo(f.max ?? 3).map(n => [n, stepName(c, axis, n)])), ...(c && f.choices ? { help: { ja: `${c.number} ${c.title}の段階`, en: `Steps of ${c.number} ${c.title}` } } : {}) }
}

export const open = (r: Risk) => r.state !== 'closed'
const high = (s: Span) => typeof s === 'number' ? s : s && 'to' in s ? s.to ?? 0 : 0
/* Highest first: level, then impact, then likelihood. */
export const byHeight = (a: Risk, b: Risk) => high(b.level) - high(a.level) || high(b.impact) - high(a.impact) || high(b.likelihood) - high(a.likelihood) || (a.number ?? '').localeCompare(b.number ?? '')

/* A risk after all its measures: the least that any measure brings it to. */
export function afterPlan(plan: { measures?: Measure[] }, risk: Risk | undefined): { impact: Num; likelihood: Num } {
  const own = (plan.measures ?? []).filter(m => risk && m.risk === risk.id)
  const least = (now: Num, given: Num[]) => [now, ...given].reduce<Num>((a, b) => typeof b === 'number' && (typeof a !== 'number' || b < a) ? b : a, now)
  return { impact: least(risk?.impact, own.map(m => m.residual_impact)), likelihood: least(risk?.likelihood, own.map(m => m.residual_likelihood)) }
}
/* Sum of what is known, as an interval; what is not known is counted. */
export function costOf(measures: Measure[]) {
  let from = 0, to = 0, missing = 0
  for (const { cost } of measures) {
    if (typeof cost === 'number') { from += cost; to += cost }
    else if (cost && 'from' in cost) { from += cost.from ?? 0; to += cost.to ?? 0 }
    else missing++
  }
  return { from, to, missing }
}
/* The total as the server counts it: a measure that serves several risks once. */
export function totalOf(p: Plan) {
  const c = p.total_cost, from = typeof c === 'number' ? c : c && 'from' in c ? c.from ?? 0 : 0, to = typeof c === 'number' ? c : c && 'from' in c ? c.to ?? 0 : 0
  return { from, to, missing: p.cost_missing ?? 0 }
}
/* Days of work, one number or from … to. */
export const sayEffort = (n: Num) => n === null || n === undefined || (typeof n === 'object' && 'unknown' in n) ? '' : t(`${typeof n === 'number' ? n : `${n.from}〜${n.to}`}人日`, `${typeof n === 'number' ? n : `${n.from}–${n.to}`} person days`)
export function sayYen(n: number): string {
  if (t('ja', 'en') === 'en') return n >= 1e6 && n % 1e4 === 0 ? `JPY ${(n / 1e6).toLocaleString('en')} million` : `JPY ${n.toLocaleString('en')}`
  return n >= 1e8 && n % 1e6 === 0 ? `${(n / 1e8).toLocaleString('ja')}億円` : n >= 1e4 && n % 1e4 === 0 ? `${(n / 1e4).toLocaleString('ja')}万円` : `${n.toLocaleString('ja')}円`
}
/* English names the unit once: JPY 2–250 million. */
const sayRange = (a: number, b: number) => t('ja', 'en') === 'en' && Math.min(a, b) >= 1e6 && a % 1e4 === 0 && b % 1e4 === 0 ? `JPY ${(a / 1e6).toLocaleString('en')}–${(b / 1e6).toLocaleString('en')} million` : `${sayYen(a)}${t('〜', ' to ')}${sayYen(b)}`
/* For one page: rounded to ten thousand yen, or a tenth of a hundred million. */
const rounded = (n: number) => n >= 1e8 ? Math.round(n / 1e7) * 1e7 : n >= 1e4 ? Math.round(n / 1e4) * 1e4 : n
export const sayAbout = (c: { from: number; to: number; missing: number }) => { const about = { ...c, from: rounded(c.from), to: rounded(c.to) }; return (about.from !== c.from || about.to !== c.to ? t('約', 'about ') : '') + sayCost(about) }
export const sayCost = (c: { from: number; to: number; missing: number }) => !c.to && c.missing ? t('未定', 'not known yet') : (c.from === c.to ? sayYen(c.from) : sayRange(c.from, c.to)) + (c.missing ? t(`（${c.missing}件は未定）`, ` (${c.missing} not yet known)`) : '')
/* The cell in which a risk ends after these measures; none when it was analysed on another scale. */
export function cellAfter(c: Criteria | undefined, plan: { measures?: Measure[] }, r: Risk | undefined) { const a = afterPlan(plan, r); return c && r && onScale(r, c) ? cellAt(c, a.impact, a.likelihood) : undefined }

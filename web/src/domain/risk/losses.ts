// The result of a loss simulation as the server gives it (docs/quant.md), and how its figures are said.
import type { Text } from '../../types'
import { lang, many, t } from '../../i18n'
import { sayMoney } from '../../ui/figures'

export type Figure = { value: number | null; low: number | null; high: number | null }
export type At = Figure & { p: number }
export type Point = { loss: number; probability: number; low: number; high: number }
export type Limit = { loss: number; limit: number; probability: Figure; holds: 'yes' | 'no' | 'open' }
export type Part = { id: string; title: string; mean: Figure; share_of_mean: number | null; events: number | null; tail: Figure | number | null; share_of_tail: number | null }
export type Case = { id: string; title: string; mean: Figure; sd: Figure | null; sd_why?: Text; none: Figure; var: At[]; tvar: At[]; curve: Point[]; acceptance: Limit[]; risks: Part[]; risks_more?: number }
export type PlanResult = { id: string; title: string; cost: number; benefit: Figure; net: Figure; return: Figure | null; return_why?: Text; tvar_benefit: Figure }
export type Exact = { id: string; why?: Text; step?: number; beyond?: number; mean?: number; none?: number; var?: { p: number; value: number | null }[]; tvar?: { p: number; value: number | null }[]; acceptance?: { loss: number; probability: number }[] }
export type Result = { engine: number; seed: number; trials: number; confidence: number; tail: number; risks: number; factors: number; cases: Case[]; plans: PlanResult[]; exact?: Exact[] }
export type Progress = { state: 'none' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'; label: Text; per_mille: number; asked: string | null; started: string | null; ended: string | null; error: Text | null }
export type Since = { id: string; title: string; how: 'changed' | 'added' | 'removed' }
export type PlanNote = { id: string; title: string; cost: number; measures: number; without_effect: number; without_cost: number; outside: number }
export type Answer = Progress & { input?: { hash: string; engine: number; trials: number; seed: number; exact: boolean; risks: number; left_out_n: number; left_out: { id: string; title: string; why: Text }[]; plans: PlanNote[] }
  stale?: { risks: Since[]; plans: Since[]; settings: boolean; n: number; is: boolean }; result?: Result | null }

/* Three figures are enough: the rest is chance. */
const three = (n: number) => n === 0 ? 0 : Number(n.toPrecision(3))
export const yen = (n: number | null | undefined) => n === null || n === undefined ? '–' : sayMoney(Math.round(three(n)), lang())
export const percent = (p: number | null | undefined) => p === null || p === undefined ? '–' : `${(p * 100).toLocaleString(lang(), { maximumSignificantDigits: p < 0.1 ? 2 : 3 })}%`
export const between = (f: Figure | null | undefined, say: (n: number | null) => string) => !f || f.low === null || f.high === null || f.low === f.high ? '' : t(`${say(f.low)}〜${say(f.high)}`, `${say(f.low)} to ${say(f.high).replace('JPY ', '')}`)
/* One year in so many. */
export function yearsOf(p: number): string {
  if (p <= 0) return t('起きなかった', 'never')
  if (p >= 0.9) return t('ほぼ毎年', 'nearly every year')
  const n = three(1 / p), whole = n < 10 ? Number(n.toFixed(1)) : Math.round(n)
  return t(`${whole.toLocaleString('ja')}年に一度`, `one year in ${whole.toLocaleString('en')}`)
}
export const tailOf = (x: Part): Figure => x.tail !== null && typeof x.tail === 'object' ? x.tail : { value: x.tail, low: null, high: null }
export const letter = (i: number) => i === 0 ? '' : String.fromCharCode(64 + i)
export const nameOf = (x: Case, i: number) => i === 0 ? t('いまのまま', 'As things stand') : `${letter(i)} ${x.title}`
export const said = (x: Since) => ({ changed: t('変わった', 'changed'), added: t('加わった', 'added'), removed: t('外れた', 'gone') })[x.how]
export const risksN = (n: number) => t(`${n.toLocaleString('ja')}件のリスク`, many(n, 'risk'))

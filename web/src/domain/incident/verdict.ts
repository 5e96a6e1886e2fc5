// What the verdicts of an incident look like from the server (docs/api.md, "verdicts").
import type { Text } from '../../types'

export type Asked = { fact: string; of?: string; ask: Text; cost?: number }
export type Decides = { makes: 'met' | 'not_met'; facts: Asked[] }
export type Term = { id?: string; value: 'yes' | 'no' | 'open'; label: Text; fact?: string; measure?: string; saw?: Text; needs?: Text; margin?: { short?: Text; over?: Text }; cite?: Text[]; of?: Term[] }
export type Part = { id: string; value: 'yes' | 'no' | 'open'; words: Text; cite?: Text[]; when: Term }
export type Kind = 'met' | 'not_met' | 'undecided' | 'covered' | 'not_bound' | 'no_version'
export type Verdict = { rule: string; kind: 'rule' | 'level' | 'watch'; force: string; overlay?: string /* laid over the law data: own thresholds, no law */; reading_chosen_by?: string; title: Text; verdict: Kind; headline: Text; turns?: { to: Kind; at: string; in_seconds: number }; exact?: boolean; why?: Text; deciding?: Decides[]
  sensitive_to_reading?: boolean; readings?: { id: string; default: boolean; words: Text; status: string; verdict: Kind }[]; rests_on?: { version: string; status: string; words: Text; read_on: string; stale: boolean; unread?: Text }
  cite?: Text[]; assumes?: boolean; tree?: Term; except?: Part[]; gaps?: Part[] }
export type End = { until: string; day?: string; holidays_unknown: boolean; steps: Text[] }
export type Due = { duties: string; id: string; kind: string; rule: string; title: Text; is: 'due' | 'undecided'; to: { id: string; title: Text }[]; promptly: boolean; words: Text; due?: End; due_earliest?: End; waits_for?: string
  variant?: { id: string; undecided: boolean; words: Text }; deciding?: Decides[]; form?: string; guide?: { words: Text; force: string; within?: Text }; targets?: { overlay: string; title: Text; within: Text; until?: string }[]; penalty?: Text; status: string; cite?: Text[] }
export type Answer = { verdict: Verdict; duties: Due[] }
export type Judged = { facts_version: number; as_of?: string; pack?: string; pack_version?: string; pack_hash?: string; overlays?: { pack: string; pack_version: string; pack_hash: string; title: Text }[]; verdicts?: Answer[]; ask?: Asked[]; uses?: string[] /* facts that the rules binding this operator look at */ }

/* Facts taken otherwise, judged beside the facts as they are (docs/api.md, "what-if"). */
export type Effect = { effect: 'opens' | 'goes' | 'moves' | 'stays'; saved?: Due; assumed?: Due }
export type Assumed = { facts_version: number; as_of: string; assumed_as_of: string; verdicts: { rule: string; changes: boolean; saved: Verdict; assumed: Verdict; duties: Effect[] }[] }

/* Weaker than read in the law: it is said wherever the verdict is shown. */
export const unsure = (v: Verdict) => !!v.rests_on && (v.rests_on.status !== 'verified' || v.rests_on.stale || !!v.rests_on.unread)
/* May it ever open a duty? */
export const opens = (v: Verdict) => v.kind === 'rule' && !v.overlay && !['memory', 'proposed', 'missing'].includes(v.rests_on?.status ?? 'missing')

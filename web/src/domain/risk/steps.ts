// Adding and taking away steps of a scale: cells, viewpoints and rules follow.
import type { Cell, Criteria, Step, View } from './model'

export type Axis = 'impacts' | 'likelihoods'
export type Draft = Partial<Pick<Criteria, 'title' | 'impacts' | 'likelihoods' | 'views' | 'cells' | 'levels' | 'evaluation' | 'acceptance' | 'impact_from' | 'likelihood_from' | 'yearly_max' | 'grounds' | 'route' | 'valid_from' | 'valid_until' | 'review_on'>>
const of = { impacts: 'impact', likelihoods: 'likelihood' } as const
const ruleOf = { impacts: 'impact_from', likelihoods: 'likelihood_from' } as const
export const MOST = 10, LEAST = 2

const sorted = (cells: Cell[]) => cells.sort((a, b) => a.impact - b.impact || a.likelihood - b.likelihood)
const moved = <T extends { level: number }>(list: T[], from: number, by: number) => list.map(x => x.level >= from ? { ...x, level: x.level + by } : x)

/* A new step above `k`: its cells begin as those of `k`, so that the table stays complete and rising. */
export function addStep(v: Draft, axis: Axis, k: number): Draft {
  const a = of[axis], steps = moved(v[axis] ?? [], k + 1, 1), rule = v[ruleOf[axis]]
  const cells = (v.cells ?? []).flatMap(c => c[a] < k ? [c] : c[a] > k ? [{ ...c, [a]: c[a] + 1 }] : [c, { ...c, [a]: k + 1 }])
  const step: Step = { level: k + 1, name: '', description: '' }
  return { ...v, [axis]: [...steps, step].sort((x, y) => x.level - y.level), cells: sorted(cells), ...(axis === 'impacts' && v.views ? { views: moved(v.views, k + 1, 1) } : {}), ...(rule && rule > k ? { [ruleOf[axis]]: rule + 1 } : {}) }
}

export function dropStep(v: Draft, axis: Axis, k: number): Draft {
  const a = of[axis], left = (list: { level: number }[]) => moved(list.filter(x => x.level !== k), k, -1), rule = v[ruleOf[axis]]
  const steps = left(v[axis] ?? []) as Step[], cells = (v.cells ?? []).filter(c => c[a] !== k).map(c => c[a] > k ? { ...c, [a]: c[a] - 1 } : c)
  return { ...v, [axis]: steps, cells: sorted(cells), ...(axis === 'impacts' && v.views ? { views: left(v.views) as View[] } : {}), ...(rule ? { [ruleOf[axis]]: rule > k ? rule - 1 : rule > steps.length ? null : rule } : {}) }
}

/* Past judgements as they read: accepted where an equal or greater risk was accepted and none was treated. */
export type Reading = 'open' | 'accept' | 'treat' | 'contradiction'
export type Readings = Map<string, Reading>
export const at = (impact: number, likelihood: number) => `${impact}-${likelihood}`
export const asRead = (v: Draft, read: Readings): Draft => ({ ...v, cells: (v.cells ?? []).map(c => { const accepted = read.get(at(c.impact, c.likelihood)) === 'accept'; return { ...c, accepted, months: accepted ? c.months : null } }) })

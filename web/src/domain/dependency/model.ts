// What the reports of dependencies answer (docs/api.md), and what pages read out of it.
import type { Resource, Text } from '../../types'
import { t, tx } from '../../i18n'
import type { Arrow } from './layout'

export type Need = { of: string[]; fails_when: 'any' | 'all' | number; buffer?: number; cost?: number }
export type Node = { id: string; title: string; kind: string; chance?: number; users?: number; service?: string; needs: Need[] }
export type Graph = { cut: boolean; net: { title?: string; nodes: Node[]; causes: { id: string; title: string; hits: { node: string }[] }[] }; records: Record<string, { resource: string; id: string }> }
export type Duty = { rule: string; rule_title: Text; verdict: 'met' | 'undecided'; headline: Text; duty: string; title: Text; to: Text; deadline: Text; open: boolean; deciding: Text[] }
export type Reach = { node: string; cut: boolean; fallen: { id: string; path?: string[]; from?: number; to?: number | null }[]; outage?: { assumptions: Text[]; duties: Duty[] } }

/* From what is needed to what needs it; spare: it may fail alone. */
export const arrowsOf = (nodes: Node[]): Arrow[] => {
  const seen = new Map<string, Arrow>()
  for (const n of nodes) for (const need of n.needs) for (const from of need.of) {
    const key = `${from} ${n.id}`, spare = need.of.length > 1 && need.fails_when !== 'any', old = seen.get(key)
    seen.set(key, { from, to: n.id, spare: spare && (!old || old.spare) })
  }
  return [...seen.values()]
}

/* Everything from which one comes by arrows, itself as well. */
export function upstream(id: string, arrows: Arrow[]) {
  const into = new Map<string, string[]>(), found = new Set([id]), list = [id]
  for (const a of arrows) into.set(a.to, [...into.get(a.to) ?? [], a.from])
  for (let i = 0; i < list.length; i++) for (const x of into.get(list[i]!) ?? []) if (!found.has(x)) { found.add(x); list.push(x) }
  return found
}

export const kindOf = (n: Node, resources: Resource[]) => {
  if (n.kind === 'service') return t('サービス', 'Service')
  if (n.kind === 'supplier') return t('委託先・供給者', 'Supplier')
  return tx(resources.find(r => r.path === 'assets')?.fields.find(f => f.name === 'kind')?.choices?.find(c => c.code === n.kind)?.label)
}
export const peopleOf = (n: number) => t(`${Math.round(n).toLocaleString()}人`, Math.round(n).toLocaleString('en'))

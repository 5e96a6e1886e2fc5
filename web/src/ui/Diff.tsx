// What changed, field by field: 旧 and 新 with words and marks, never colour alone. References that the page does not know by name are asked for.
import { useQuery } from '@tanstack/react-query'
import type { Field, Rec, Resource, Titles } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Value } from './Value'

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
export const changedFields = (fields: Field[], a: Record<string, unknown>, b: Record<string, unknown>) => fields.filter(f => f.kind !== undefined && !same(a[f.name], b[f.name]))

/* The references of some values that no title is known for, few on a page. */
const idsOf = (f: Field, v: unknown): [string, string][] => f.kind === 'ref' && typeof v === 'string' ? [[f.target ?? '', v]] : f.kind === 'refs' && Array.isArray(v) ? v.map(x => [f.target ?? '', String(x)])
  : f.kind === 'list' && Array.isArray(v) ? v.flatMap(row => (f.fields ?? []).flatMap(g => idsOf(g, (row as Record<string, unknown>)[g.name]))) : []
export function useTitles(org: string, resources: Resource[], fields: Field[], docs: Record<string, unknown>[], known: Titles): Titles {
  const wanted = new Map(docs.flatMap(d => fields.flatMap(f => idsOf(f, d[f.name]))).filter(([, id]) => !known[id]).map(([target, id]) => [id, target]))
  const keys = [...wanted.keys()].sort().slice(0, 100)
  const asked = useQuery({ queryKey: ['titles', org, keys.join()], enabled: keys.length > 0, staleTime: 60_000, queryFn: async () => Object.fromEntries(await Promise.all(keys.map(async id => {
    const r = resources.find(x => x.name === wanted.get(id))
    const title = r?.fields.find(f => f.title)?.name ?? 'name'
    const rec = r && await get<Rec>(`/api/orgs/${org}/${r.path}/${id}`).catch(() => null)
    return [id, rec ? { number: rec.number, title: String(rec[title] ?? ''), removed: rec.removed } : { title: t('（見られない記録）', '(a record that you may not see)') }]
  }))) as Titles })
  return { ...known, ...asked.data }
}

/* Texts are compared as a whole up to 300 characters of common beginning and end; the middle that changed is marked. */
function marked(a: string, b: string): [string, string, string, string] {
  const x = [...a], y = [...b]
  let i = 0, k = 0
  while (i < x.length && i < y.length && x[i] === y[i]) i++
  while (k < x.length - i && k < y.length - i && x[x.length - 1 - k] === y[y.length - 1 - k]) k++
  return [x.slice(0, i).join(''), x.slice(i, x.length - k).join(''), y.slice(i, y.length - k).join(''), x.slice(x.length - k).join('')]
}
const empty = () => <span className="text-solid-gray-700">{t('（空）', '(empty)')}</span>

/* A list is told row by row, and in a row only what changed; rows that are the same at the beginning and at the end are left out. */
type Part = { key: string; label: string; f: Field; x: unknown; y: unknown }
function parts(f: Field, x: unknown, y: unknown): Part[] {
  if (f.kind !== 'list' || !Array.isArray(x) || !Array.isArray(y)) return [{ key: f.name, label: tx(f.label), f, x, y }]
  let i = 0, k = 0
  while (i < x.length && i < y.length && same(x[i], y[i])) i++
  while (k < x.length - i && k < y.length - i && same(x[x.length - 1 - k], y[y.length - 1 - k])) k++
  const old = x.slice(i, x.length - k), now = y.slice(i, y.length - k)
  return Array.from({ length: Math.max(old.length, now.length) }, (_, j) => j).flatMap(j => { const a = old[j], b = now[j], label = `${tx(f.label)} ${i + j + 1}`, key = `${f.name}-${i + j}`
    return a && b ? (f.fields ?? []).filter(g => !same(a[g.name], b[g.name])).map(g => ({ key: `${key}-${g.name}`, label: `${label} ${tx(g.label)}`, f: g, x: a[g.name], y: b[g.name] }))
      : [{ key, label, f, x: a && [a], y: b && [b] }] })
}

type P = { fields: Field[]; a: Record<string, unknown>; b: Record<string, unknown>; titles: Titles; resources: Resource[]; org: string; old?: string; new_?: string }
export function Diff({ fields, a, b, titles, resources, org, old = t('旧', 'Old'), new_ = t('新', 'New') }: P) {
  const list = changedFields(fields, a, b)
  if (list.length === 0) return <p className="meta">{t('項目の内容は変わっていません。', 'No field changed.')}</p>
  const show = (f: Field, v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0) ? empty() : <Value f={f} v={v} titles={titles} resources={resources} org={org} />
  return <table className="list-table diff-table"><caption className="vh">{t('変わった項目', 'Fields that changed')}</caption>
    <thead><tr><th scope="col">{t('項目', 'Field')}</th><th scope="col">{old}</th><th scope="col">{new_}</th></tr></thead>
    <tbody>{list.flatMap(f => parts(f, a[f.name], b[f.name])).map(({ key, label, f, x, y }) => {
      const text = (f.kind === 'text' || f.kind === 'long') && typeof x === 'string' && typeof y === 'string' ? marked(x, y) : null
      return <tr key={key}><th scope="row" className="row-head">{label}</th>
        <td data-label={old}>{text ? <span className="whitespace-pre-wrap">{text[0]}<del>{text[1]}</del>{text[3]}</span> : same(x, undefined) ? empty() : <del>{show(f, x)}</del>}</td>
        <td data-label={new_}>{text ? <span className="whitespace-pre-wrap">{text[0]}<ins>{text[2]}</ins>{text[3]}</span> : same(y, undefined) ? empty() : <ins>{show(f, y)}</ins>}</td></tr> })}</tbody></table>
}

// The rows of a list field as a table; columns that no row fills are left out.
import type { Field, Resource, Titles } from '../types'
import { tx } from '../i18n'
import { Value } from './Value'

type P = { f: Field; v: unknown; titles?: Titles; resources: Resource[]; org: string }
const empty = (x: unknown) => x === null || x === undefined || x === ''
export function RowsTable({ f, v, titles, resources, org }: P) {
  const rows = v as Record<string, unknown>[]
  const columns = (f.fields ?? []).filter(g => rows.some(r => !empty(r[g.name])))
  const figure = (g: Field) => g.kind === 'int' || g.kind === 'money'
  return <table className="list-table fit"><caption className="vh">{tx(f.label)}</caption>
    <thead><tr>{columns.map(g => <th key={g.name} scope="col" className={figure(g) ? 'num' : ''}>{tx(g.label)}</th>)}</tr></thead>
    <tbody>{rows.map((r, i) => <tr key={i}>{columns.map(g => <td key={g.name} data-label={tx(g.label)} className={figure(g) ? 'num' : ''}>{!empty(r[g.name]) && <Value f={g} v={r[g.name]} titles={titles} resources={resources} org={org} short />}</td>)}</tr>)}</tbody></table>
}

// Two people changed the same version: what both left alone stays, what one changed is taken, and where both did, the reader chooses. No text is lost.
import { useEffect, useRef, useState } from 'react'
import type { Field, Rec, Resource, Titles } from '../types'
import { get, Problem } from '../api'
import { t, tx } from '../i18n'
import { useTitles } from './Diff'
import { Value } from './Value'

export type Values = Record<string, any>
export type Row = { f: Field; base: unknown; theirs: unknown; mine: unknown; both: boolean; by: 'mine' | 'theirs' }
const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

export const threeWay = (fields: Field[], base: Values, theirs: Values, mine: Values): Row[] => fields.map(f => {
  const row = { f, base: base[f.name], theirs: theirs[f.name], mine: mine[f.name] }
  const by = same(row.mine, row.base) ? 'theirs' as const : 'mine' as const
  return { ...row, by, both: by === 'mine' && !same(row.theirs, row.base) && !same(row.theirs, row.mine) }
}).filter(r => !same(r.mine, r.theirs))

/* An edit of a record keeps to the version at which it began, whatever is read meanwhile. `own`: what the form writes, out of a record. */
export function useEdit<V extends Values>(url: string, rec: Rec | undefined, own: (r: Rec) => V) {
  const [base, setBase] = useState(rec), [theirs, setTheirs] = useState<Rec | null>(null)
  return {
    base, theirs, own,
    changed: (v: V): Values => base ? Object.fromEntries(Object.entries(v).filter(([k, x]) => !same(x, own(base)[k]))) : v,
    /* When somebody saved before, both are shown; else the error. */
    failed: async (e: unknown): Promise<unknown> => {
      if (!(e instanceof Problem) || e.status !== 412 || !base) return e
      try { setTheirs(await get<Rec>(`${url}/${base.id}`)); return null } catch (x) { return x }
    },
    goOn: (v: Values): V => { const now = theirs!; setBase(now); setTheirs(null); return { ...own(now), ...v } },
  }
}
type Edit<V extends Values> = { edit: ReturnType<typeof useEdit<V>>; fields: Field[]; v: V; setV: (v: V) => void; org: string; resources: Resource[] }
export function Conflict<V extends Values>({ edit, fields, v, setV, org, resources }: Edit<V>) {
  const { base, theirs, own } = edit
  if (!base || !theirs) return null
  return <Merge rows={threeWay(fields.filter(f => f.name in v || f.name in own(theirs)), own(base), own(theirs), v)} theirs={theirs} titles={{ ...base._titles, ...theirs._titles }} org={org} resources={resources} take={x => setV(edit.goOn(x))} />
}

type P = { rows: Row[]; theirs: Rec; titles: Titles; org: string; resources: Resource[]; take: (v: Values) => void }
export function Merge({ rows, theirs, titles, org, resources, take }: P) {
  const [chosen, setChosen] = useState<Record<string, 'mine' | 'theirs'>>({})
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => { box.current?.focus() }, [])
  const names = useTitles(org, resources, rows.map(r => r.f), rows.map(r => ({ [r.f.name]: r.mine })), titles)
  const of = (r: Row) => chosen[r.f.name] ?? r.by
  const show = (f: Field, v: unknown) => v === null || v === undefined || v === '' ? <span className="text-solid-gray-700">{t('（空）', '(empty)')}</span> : <Value f={f} v={v} titles={names} resources={resources} org={org} />
  const head = [t('項目', 'Field'), t('編集を始めたとき', 'When you began'), t(`先に保存された第${theirs.version}版`, `Version ${theirs.version}, saved before`), t('あなたの入力', 'What you wrote'), t('どちらを使うか', 'Which to use')]
  return <div ref={box} tabIndex={-1} role="alert" className="mb-8 border-2 border-error-2 p-4">
    <h2 className="text-std-18B-160">{t('ほかの人が先に保存しました', 'Somebody saved before you')}</h2>
    <p className="my-2 max-w-[40em]">{t('あなたの入力は残っています。項目ごとにどちらを使うかを決めて、保存し直してください。', 'What you wrote is kept. Decide for each field which to use, then save again.')}</p>
    <table className="list-table"><caption className="vh">{t('違いのある項目', 'Fields that differ')}</caption><thead><tr>{head.map(h => <th key={h} scope="col" className="whitespace-normal">{h}</th>)}</tr></thead>
      <tbody>{rows.map(r => <tr key={r.f.name}><th scope="row" className="row-head">{tx(r.f.label)}{r.both && <span className="err block">{t('両方が変更', 'both changed')}</span>}</th>
        <td data-label={head[1]}>{show(r.f, r.base)}</td><td data-label={head[2]}>{show(r.f, r.theirs)}</td><td data-label={head[3]}>{show(r.f, r.mine)}</td>
        <td>{(['theirs', 'mine'] as const).map(w => <label key={w} className="flex min-h-6 items-center gap-2 whitespace-nowrap"><input type="radio" name={`merge-${r.f.name}`} checked={of(r) === w} onChange={() => setChosen({ ...chosen, [r.f.name]: w })} />{w === 'mine' ? t('あなたの入力', 'yours') : t(`第${theirs.version}版`, `version ${theirs.version}`)}</label>)}</td></tr>)}</tbody></table>
    <p className="mt-4"><button type="button" className="btn btn-fill" onClick={() => take(Object.fromEntries(rows.filter(r => of(r) === 'mine').map(r => [r.f.name, r.mine ?? null])))}>{t('この選び方で入力を続ける', 'Go on with this choice')}</button></p>
  </div>
}

// The child rows of an aggregate: each a group with its own fields and mistakes; added at the end, moved, taken away and brought back.
import { useState } from 'react'
import { flushSync } from 'react-dom'
import type { Field } from '../types'
import { t, tx } from '../i18n'
import { Input, type InputProps } from './Input'

/* Rows without what the program set in them: a body does not give it, and the server keeps it. */
export const ownRows = <T extends object>(f: Field | undefined, rows: T[] | undefined | null): T[] => (rows ?? []).map(r => Object.fromEntries(Object.entries(r).filter(([k]) => { const g = f?.fields?.find(x => x.name === k); return g && !g.readonly && !g.derived })) as T)

export function Rows(p: InputProps) {
  const rows: Record<string, any>[] = p.v ?? []
  const [lost, setLost] = useState<{ row: Record<string, any>; at: number } | null>(null)
  const put = (i: number, change: Record<string, any>) => p.set(rows.map((r, j) => j === i ? { ...r, ...change } : r))
  const swap = (i: number, k: number) => { const next = [...rows]; [next[i], next[k]] = [next[k]!, next[i]!]; p.set(next) }
  const add = () => { flushSync(() => p.set([...rows, {}])); document.getElementById(`${p.id}-${rows.length}-${p.f.fields?.[0]?.name}`)?.focus() }
  const full = p.f.max !== undefined && rows.length >= p.f.max
  return <div id={p.id} tabIndex={-1} role="group" aria-labelledby={`${p.id}-label`} className="rows">
    {rows.length === 0 && <p className="meta">{t('まだ行がありません。', 'No rows yet.')}</p>}
    {rows.map((row, i) => <fieldset key={i} className="row"><legend className="text-dns-14B-130">{tx(p.f.label)} {i + 1}</legend>
      <div className="row-fields">{p.f.fields?.filter(g => !g.readonly && !g.derived).map(g => { const id = `${p.id}-${i}-${g.name}`, path = `${p.id.slice(2).replaceAll('-', '/')}/${i}/${g.name}`
        const wrong = (p.mistakes ?? []).filter(m => m.path === path || m.path.startsWith(`${path}/`))
        return <div key={g.name} className={g.kind === 'long' || g.kind === 'list' || g.kind === 'refs' ? 'row-wide' : ''}>
          <label className="text-dns-16B-130" htmlFor={id}>{tx(g.label)} <span className="meta">{g.required ? t('※必須', '(required)') : t('任意', '(optional)')}</span></label>
          <p id={`${id}-help`} className="meta">{tx(g.help)}{wrong.map((m, k) => <span key={k} className="err block">{m.text}</span>)}</p>
          <Input {...p} f={g} id={id} v={row[g.name]} bad={wrong.length > 0} set={x => put(i, { [g.name]: x })} fill={x => put(i, x)} /></div> })}</div>
      <p className="mt-3 flex flex-wrap gap-2"><button type="button" className="btn btn-s" onClick={() => { setLost({ row, at: i }); p.set(rows.filter((_, j) => j !== i)) }}>{t('行を消す', 'Remove row')}<span className="vh"> {i + 1}</span></button>
        {i > 0 && <button type="button" className="btn btn-s" onClick={() => swap(i, i - 1)}>{t('上へ', 'Up')}<span className="vh"> {i + 1}</span></button>}
        {i < rows.length - 1 && <button type="button" className="btn btn-s" onClick={() => swap(i, i + 1)}>{t('下へ', 'Down')}<span className="vh"> {i + 1}</span></button>}</p></fieldset>)}
    <p className="flex flex-wrap items-center gap-3">{full ? <span className="meta">{t(`${p.f.max}行までです。`, `At most ${p.f.max} rows.`)}</span> : <button type="button" className="btn btn-s" onClick={add}>{tx(p.f.label)}{t('の行を追加', ': add a row')}</button>}
      <span role="status">{lost && <>{t(`${lost.at + 1}行目を消しました。`, `Row ${lost.at + 1} was removed.`)} <button type="button" className="btn btn-s" onClick={() => { p.set([...rows.slice(0, lost.at), lost.row, ...rows.slice(lost.at)]); setLost(null) }}>{t('元に戻す', 'Undo')}</button></>}</span></p></div>
}

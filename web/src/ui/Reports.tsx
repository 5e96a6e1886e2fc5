// Computed tables of a resource: the links to them, and how one table is drawn.
import { useState } from 'react'
import type { Field, Resource, Text, Titles } from '../types'
import { t, tx } from '../i18n'
import { LevelScale } from './Level'
import { Chip, type Tone } from './Page'
import { Value, isLevel } from './Value'

export type Of = { resource: string; id: string; number?: string; title: string }
/* `at`: where the row is read on, an address after the organisation; `names`: records that it names, and `more` further ones. */
export type Row = { of?: Of; at?: string; names?: Of[]; more?: number; values: Record<string, unknown> }
export type Table = { name: string; title: Text; note?: Text; cut?: boolean; fields: Field[]; rows: Row[] }
export type Answer = { tables: Table[]; _titles?: Titles }

export const reportsOf = (res: Resource, ofRecord: boolean) => (res.reports ?? []).filter(r => r.can && !r.document && !r.file && r.of_record === ofRecord)

/* Each with what it answers. */
export function ReportLinks({ org, res, id }: { org: string; res: Resource; id?: string }) {
  const list = reportsOf(res, id !== undefined)
  if (!list.length) return null
  return <nav aria-label={t('分析表', 'Reports')} className="no-print mb-4"><ul>{list.map(r => <li key={r.name} className="py-1"><a className="text-dns-16N-130" href={`#/${org}/${res.path}/${id ? `${id}/` : ''}reports/${r.name}`}>{tx(r.label)}</a>
    <span className="meta block">{tx(r.help)}</span></li>)}</ul></nav>
}

const figure = (f: Field) => (f.kind === 'int' || f.kind === 'money') && !isLevel(f)
const top = (v: unknown): number => typeof v === 'number' ? v : v && typeof v === 'object' && 'to' in v ? Number(v.to) : 0
/* A table may speak of levels above those in force: the scale reaches as far as its rows. */
const widened = (f: Field, rows: Row[]): Field => isLevel(f) ? { ...f, max: rows.reduce((n, r) => Math.max(n, top(r.values[f.name])), f.max ?? 0) } : f

/* `bare`: levels of more than one scale stand side by side, so they carry no words. */
export function ReportTable({ bare, ...p }: R & { bare?: boolean }) {
  return bare ? <LevelScale.Provider value={{ top: 0, names: {} }}><Drawn {...p} /></LevelScale.Provider> : <Drawn {...p} />
}

/* How an answer stands, by shape first. */
const tones: Record<string, Tone> = { yes: 'settled', partly: 'soon', no: 'open' }
function Cell({ f, v, ...p }: { f: Field; v: unknown; titles?: Titles; org: string; resources: Resource[] }) {
  const drawn = <Value f={f} v={v} {...p} short />, tone = f.kind === 'choice' && f.name === 'state' ? tones[String(v)] : undefined
  return tone ? <Chip tone={tone}>{drawn}</Chip> : drawn
}

const atLabel = (at: string, resources: Resource[]) => {
  const [path, , report] = at.split('?')[0]!.split('/'), res = resources.find(r => r.path === path)
  return !res ? t('履歴', 'History') : report ? tx(res.reports?.find(r => r.name === report)?.label) : tx(res.label_many ?? res.label)
}
/* What is missing by its name; what an answer rests on by number. */
function Named({ row, org, resources }: { row: Row; org: string; resources: Resource[] }) {
  const link = (x: Of, whole: boolean) => <a key={x.id} href={`#/${org}/${x.resource}/${x.id}`}>{x.number}<span className={whole ? '' : 'vh'}> {x.title}</span></a>
  const names = row.names ?? [], whole = !!row.values.missing || names.length === 1
  return <>{whole ? <ul>{names.map(x => <li key={x.id}>{link(x, true)}</li>)}</ul> : <p className="flex flex-wrap gap-x-3">{names.map(x => link(x, false))}</p>}
    {(row.more ?? 0) > 0 && <p className="meta">{t(`ほか${row.more}件`, `${row.more} more`)}</p>}
    {row.at && <p><a className="meta" href={`#/${org}/${row.at}`}>{t(`「${atLabel(row.at, resources)}」を開く`, `Open “${atLabel(row.at, resources)}”`)}</a></p>}</>
}

const empty = (v: unknown) => v === null || v === undefined || v === ''
/* A long table would keep the browser busy for seconds: the rest is drawn when it is asked for. */
const FIRST = 200
type R = { table: Table; titles?: Titles; org: string; resources: Resource[] }
function Drawn({ table, titles, org, resources }: R) {
  const [all, setAll] = useState(false)
  const title = tx(table.title), rest = all ? 0 : Math.max(0, table.rows.length - FIRST), spoken = table.rows.some(r => r.of), named = table.rows.some(r => r.names || r.at)
  if (!table.rows.length) return <p>{t(`「${title}」に当たるものはありません。`, `There is nothing under “${title}”.`)}</p>
  /* Columns that no row fills are left out; a table that is still wide scrolls by itself. */
  const fields = table.fields.filter(f => table.rows.some(r => !empty(r.values[f.name]))).map(f => widened(f, table.rows)), wide = fields.length > 8
  return <>
    <div className="mx-scroll" {...wide ? { tabIndex: 0, role: 'region', 'aria-label': title } : {}}><table className="list-table fit"><caption className="vh">{title}</caption>
      <thead><tr>{spoken && <th scope="col">{t('対象', 'Record')}</th>}{fields.map(f => <th key={f.name} scope="col" className={figure(f) ? 'num' : ''}>{tx(f.label)}</th>)}{named && <th scope="col">{t('記録', 'Records')}</th>}</tr></thead>
      <tbody>{(rest ? table.rows.slice(0, FIRST) : table.rows).map((r, i) => <tr key={i}>{spoken && <th scope="row" className="row-head">{r.of && <a href={`#/${org}/${r.of.resource}/${r.of.id}`}>{r.of.number} {r.of.title}</a>}</th>}
        {fields.map(f => <td key={f.name} data-label={tx(f.label)} className={figure(f) ? 'num' : ''}><Cell f={f} v={r.values[f.name]} titles={titles} resources={resources} org={org} /></td>)}
        {named && <td data-label={t('記録', 'Records')}><Named row={r} org={org} resources={resources} /></td>}</tr>)}</tbody></table></div>
    {rest > 0 && <p className="mt-3"><button type="button" className="btn btn-s" onClick={() => setAll(true)}>{t(`ほか${rest.toLocaleString()}件も表示`, `Show ${rest.toLocaleString()} more`)}</button></p>}
    {table.cut && <p className="meta mt-2">{t(`この表は先頭の${table.rows.length.toLocaleString()}件までです。`, `This table holds the first ${table.rows.length.toLocaleString()} rows.`)}</p>}
  </>
}

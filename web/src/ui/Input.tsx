// One control for each kind of field. Values are kept in the shape the API takes; text that cannot be read is kept as typed and refused by the server by name.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Field, Page, Resource, Titles } from '../types'
import { get } from '../api'
import { lang, t, tx } from '../i18n'
import { readDay, sayDay } from '../dates'
import { unknowns } from './Value'

type P = { f: Field; v: any; set: (v: any) => void; id: string; org: string; resources: Resource[]; titles: Titles; bad: boolean }
const readInt = (s: string) => {
  const x = s.normalize('NFKC').replace(/[,\s]|人|円$/g, '')
  return x === '' ? null : /^-?\d+$/.test(x) ? Number(x) : s
}

export function Input(p: P) {
  const { f, v, set, id, bad } = p
  const aria = { id, 'aria-invalid': bad || undefined, 'aria-describedby': `${id}-help`, className: 'field' }
  if (f.kind === 'long') return <textarea {...aria} className="field w-full" rows={4} value={v ?? ''} onChange={e => set(e.target.value)} />
  if (f.kind === 'int' || f.kind === 'money') return <Num {...p} />
  if (f.kind === 'date') return <DateInput {...p} />
  if (f.kind === 'bool' || f.kind === 'choice') {
    const choices = f.kind === 'bool' ? [['true', t('はい', 'Yes')], ['false', t('いいえ', 'No')]] : (f.choices ?? []).map(c => [c.code, tx(c.label)])
    return <select {...aria} value={v === null || v === undefined ? '' : String(v)} onChange={e => set(e.target.value === '' ? null : f.kind === 'bool' ? e.target.value === 'true' : e.target.value)}>
      <option value="">{t('（選んでいません）', '(not chosen)')}</option>
      {choices.map(([c, l]) => <option key={c} value={c}>{l}</option>)}
    </select>
  }
  if (f.kind === 'ref' || f.kind === 'refs') return <RefInput {...p} />
  if (f.kind === 'list') return <Rows {...p} />
  return <input {...aria} className="field w-full" value={v ?? ''} onChange={e => set(e.target.value)} onBlur={e => set(e.target.value.normalize('NFC'))} />
}

function Num({ f, v, set, id, bad }: P) {
  const mode = v && typeof v === 'object' ? ('unknown' in v ? 'unknown' : 'range') : 'value'
  const box = (x: any, on: (y: any) => void, label?: string, bid?: string) => <input id={bid} aria-label={label} aria-invalid={bad || undefined}
    aria-describedby={`${id}-help`} inputMode="numeric" className="field w-40 num" value={x ?? ''} onChange={e => on(e.target.value)} onBlur={e => on(readInt(e.target.value))} />
  return <div className="flex flex-wrap gap-2">
    <select className="field" aria-label={`${tx(f.label)} ${t('の書き方', 'how to give it')}`} value={mode}
      onChange={e => set(e.target.value === 'unknown' ? { unknown: 'not_asked' } : e.target.value === 'range' ? { from: null, to: null } : null)}>
      <option value="value">{t('値', 'Value')}</option>
      {f.range && <option value="range">{t('範囲', 'Range')}</option>}
      <option value="unknown">{t('不明', 'Unknown')}</option>
    </select>
    {mode === 'value' && box(v, set, undefined, id)}
    {mode === 'range' && <>{box(v.from, x => set({ ...v, from: x }), t('下限', 'From'), id)}{box(v.to, x => set({ ...v, to: x }), t('上限', 'To'))}</>}
    {mode === 'unknown' && <select id={id} className="field" value={v.unknown} onChange={e => set({ unknown: e.target.value })}>
      {unknowns.map(u => <option key={u[0]} value={u[0]}>{t(u[1], u[2])}</option>)}</select>}
  </div>
}

function DateInput({ v, set, id, bad }: P) {
  const [text, setText] = useState<string>(typeof v === 'string' ? v : '')
  const iso = readDay(text)
  return <div><input id={id} className="field w-64" aria-invalid={bad || undefined} aria-describedby={`${id}-help ${id}-echo`} value={text}
    onChange={e => { setText(e.target.value); set(e.target.value === '' ? null : readDay(e.target.value) ?? e.target.value) }} />
    <p id={`${id}-echo`} className="meta mt-1" aria-live="polite">{iso ? sayDay(iso, lang()) : t('例: 令和8年11月20日、2026/11/20', 'e.g. 2026/11/20, R8.11.20')}</p></div>
}

function RefInput({ f, v, set, id, org, resources, titles, bad }: P) {
  const [q, setQ] = useState('')
  const [names, setNames] = useState<Record<string, string>>({})
  const target = resources.find(r => r.name === f.target)
  const found = useQuery({ queryKey: ['pick', org, target?.path, q], enabled: !!target && q.trim() !== '',
    queryFn: () => get<Page>(`/api/orgs/${org}/${target!.path}?limit=10&q=${encodeURIComponent(q)}`) })
  const title = target?.fields.find(x => x.title)?.name ?? 'name'
  const chosen: string[] = f.kind === 'refs' ? v ?? [] : v ? [v] : []
  const say = (x: string) => names[x] ?? titles[x]?.title ?? x
  return <div>
    {chosen.length > 0 && <ul className="mb-2">{chosen.map(x => <li key={x} className="flex items-center gap-2">{say(x)}
      <button type="button" className="btn btn-s" onClick={() => set(f.kind === 'refs' ? chosen.filter(y => y !== x) : null)}>{t('外す', 'Remove')}<span className="vh"> {say(x)}</span></button></li>)}</ul>}
    <input id={id} type="search" className="field w-full" aria-invalid={bad || undefined} aria-describedby={`${id}-help`} value={q} onChange={e => setQ(e.target.value)} />
    <div aria-live="polite">{found.data && (found.data.items.length === 0 ? <p className="meta">{t('見つかりません。', 'Nothing found.')}</p>
      : <ul className="border border-solid-gray-420">{found.data.items.map(r => <li key={r.id}><button type="button" className="block w-full px-3 py-2 text-left hover:bg-key-50 cursor-pointer"
        onClick={() => { setNames({ ...names, [r.id]: String(r[title] ?? r.number) }); set(f.kind === 'refs' ? [...new Set([...chosen, r.id])] : r.id); setQ('') }}>{r.number} {String(r[title] ?? '')}</button></li>)}</ul>)}</div>
  </div>
}

function Rows(p: P) {
  const rows: Record<string, any>[] = p.v ?? []
  return <div>{rows.map((row, i) => <fieldset key={i} className="mb-2 border-l-4 border-solid-gray-200 pl-4"><legend className="meta">{i + 1}</legend>
    {p.f.fields?.map(g => <div key={g.name} className="mb-2"><label className="text-dns-14N-130" htmlFor={`${p.id}-${i}-${g.name}`}>{tx(g.label)}</label>
      <div><Input {...p} f={g} id={`${p.id}-${i}-${g.name}`} v={row[g.name]} bad={false} set={x => p.set(rows.map((r, j) => j === i ? { ...r, [g.name]: x } : r))} /></div><span id={`${p.id}-${i}-${g.name}-help`} className="meta">{tx(g.help)}</span></div>)}
    <button type="button" className="btn btn-s" onClick={() => p.set(rows.filter((_, j) => j !== i))}>{t('行を消す', 'Remove row')} {i + 1}</button></fieldset>)}
    <button type="button" id={p.id} className="btn btn-s" onClick={() => p.set([...rows, {}])}>{t('行を追加', 'Add row')}</button></div>
}

// One control for each kind of field. Values are kept in the shape the API takes; text that cannot be read is kept as typed and refused by the server by name.
import { useState } from 'react'
import type { Field, Resource, Titles } from '../types'
import { lang, t, tx } from '../i18n'
import { sayMoney } from './figures'
import { unknowns } from './Value'
import { DateInput, InstantInput } from './DateInput'
import { RefInput } from './RefInput'
import { Rows } from './Rows'
import { Suggest, SuggestText } from './Suggest'

export type InputProps = { f: Field; v: any; set: (v: any) => void; fill?: (v: Record<string, any>) => void; id: string; org: string; resources: Resource[]; titles: Titles; bad: boolean; mistakes?: { path: string; text: string }[]; url?: string }

export function Input(p: InputProps) {
  const { f, v, set, id, bad } = p
  const aria = { id, 'aria-invalid': bad || undefined, 'aria-describedby': `${id}-help`, className: 'field' }
  const text = (s: string) => set(s === '' ? null : s)
  switch (f.kind) {
    case 'long': return <><textarea {...aria} className="field w-full" rows={4} value={v ?? ''} onChange={e => text(e.target.value)} />{f.suggest && <SuggestText {...p} />}</>
    case 'int': case 'money': return <Num {...p} />
    case 'date': return <DateInput {...p} />
    case 'instant': return <Unsure {...p}>{(x, on, xid) => <InstantInput {...p} id={xid} v={x} set={on} />}</Unsure>
    case 'bool': return <Pick {...p} choices={[['true', t('はい', 'Yes')], ['false', t('いいえ', 'No')]]} read={s => s === 'true'} />
    case 'choice': return <Pick {...p} choices={(f.choices ?? []).map(c => [c.code, tx(c.label)])} read={s => s} />
    case 'ref': case 'refs': return <RefInput {...p} />
    case 'list': return <Rows {...p} />
    default: return f.suggest ? <Suggest {...p} /> : <input {...aria} className="field w-full" value={v ?? ''} onChange={e => text(e.target.value)} onBlur={e => text(e.target.value.normalize('NFC'))} />
  }
}

/* Few choices with help stand open as buttons; the others are a select. */
function Pick({ f, v, set, id, bad, choices, read }: InputProps & { choices: [string, string][]; read: (s: string) => unknown }) {
  const now = v === null || v === undefined ? '' : String(v)
  const help = f.choices?.find(c => c.code === now)?.help
  return <><select id={id} aria-invalid={bad || undefined} aria-describedby={`${id}-help${help ? ` ${id}-choice` : ''}`} className="field" value={now} onChange={e => set(e.target.value === '' ? null : read(e.target.value))}>
    <option value="">{t('（選んでいません）', '(not chosen)')}</option>{choices.map(([c, l]) => <option key={c} value={c}>{l}</option>)}</select>
    {help && <p id={`${id}-choice`} className="meta mt-1 max-w-[36em]">{tx(help)}</p>}</>
}

/* Numbers with a few values (levels) are chosen, others typed in any width, with commas and units. */
export const readNumber = (s: string, money: boolean): number | string | null => {
  const x = s.normalize('NFKC').replace(/[,\s]/g, '').replace(/(人|件|時間|日|円|%)$/, '')
  const unit = money ? /^(-?\d+(?:\.\d+)?)(万|億|千万|百万|千)$/.exec(x) : null
  const scale: Record<string, number> = { 千: 1e3, 万: 1e4, 百万: 1e6, 千万: 1e7, 億: 1e8 }
  if (unit) return Math.round(Number(unit[1]) * scale[unit[2]!]!)
  return x === '' ? null : /^-?\d+$/.test(x) ? Number(x) : s
}
const few = (f: Field) => f.kind === 'int' && f.min !== undefined && f.max !== undefined && f.max - f.min > 0 && f.max - f.min < 10
function Num(p: InputProps) {
  return <Unsure {...p}>{(x, on, id, label) => few(p.f)
    ? <select id={id} aria-label={label} aria-invalid={p.bad || undefined} aria-describedby={`${p.id}-help`} className="field num" value={x ?? ''} onChange={e => on(e.target.value === '' ? null : Number(e.target.value))}>
      <option value="">{t('（選んでいません）', '(not chosen)')}</option>{Array.from({ length: p.f.max! - p.f.min! + 1 }, (_, i) => p.f.min! + i).map(n => <option key={n} value={n}>{n} {p.f.words?.[n]}</option>)}</select>
    : <Typed p={p} x={x} on={on} id={id} label={label} />}</Unsure>
}
function Typed({ p, x, on, id, label }: { p: InputProps; x: any; on: (v: any) => void; id: string; label?: string }) {
  const money = p.f.kind === 'money'
  return <span className="flex items-center gap-2"><input id={id} aria-label={label} aria-invalid={p.bad || undefined} aria-describedby={`${p.id}-help ${id}-echo`} inputMode={money ? 'text' : 'numeric'} className="field w-44 num" value={x ?? ''}
    onChange={e => on(e.target.value === '' ? null : e.target.value)} onBlur={e => on(readNumber(e.target.value, money))} />
    <span id={`${id}-echo`} className="meta" aria-live="polite">{money && (typeof x === 'number' ? sayMoney(x, lang()) : t('円（「1,200万」とも書けます）', 'JPY'))}</span></span>
}

/* A field that may be unknown or an interval says first which of the three it is. */
function Unsure(p: InputProps & { children: (x: any, on: (v: any) => void, id: string, label?: string) => React.ReactNode }) {
  const { f, v, set, id, children } = p
  const [kept, setKept] = useState<Record<string, unknown>>({})
  if (!f.range) return <>{children(v, set, id)}</>
  const mode = v && typeof v === 'object' ? ('unknown' in v ? 'unknown' : 'range') : 'value'
  const change = (to: string) => { setKept({ ...kept, [mode]: v }); set(kept[to] ?? (to === 'unknown' ? { unknown: 'not_asked' } : to === 'range' ? { from: typeof v === 'number' ? v : null, to: null } : null)) }
  return <div className="flex flex-wrap items-start gap-2">
    <select className="field" aria-label={`${tx(f.label)} ${t('の書き方', 'how to give it')}`} value={mode} onChange={e => change(e.target.value)}>
      <option value="value">{t('値', 'Value')}</option><option value="range">{t('範囲', 'Range')}</option><option value="unknown">{t('不明', 'Unknown')}</option></select>
    {mode === 'value' && children(v, set, id)}
    {mode === 'range' && <span className="flex flex-wrap items-start gap-2">{children(v.from, x => set({ ...v, from: x }), id, `${tx(f.label)} ${t('下限', 'from')}`)}<span className="self-center" aria-hidden="true">〜</span>{children(v.to, x => set({ ...v, to: x }), `${id}-to`, `${tx(f.label)} ${t('上限', 'to')}`)}</span>}
    {mode === 'unknown' && <select id={id} className="field" aria-label={`${tx(f.label)} ${t('分からない理由', 'why it is unknown')}`} value={v.unknown} onChange={e => set({ unknown: e.target.value })}>{unknowns.map(u => <option key={u[0]} value={u[0]}>{t(u[1], u[2])}</option>)}</select>}
  </div>
}

// A day in one text field, as people write it, with 西暦 and 和暦 echoed; the calendar is the second way. An instant is a day and a time in JST.
import { useRef, useState } from 'react'
import { lang, t, tx } from '../i18n'
import { jst, readDay, readTime, sayDay, sayEra } from '../dates'
import type { InputProps } from './Input'

export const sayBoth = (iso: string) => `${sayDay(iso, lang())}${t('・', ' · ')}${sayEra(iso.slice(0, 10), lang())}`

export function DateInput({ f, v, set, id, bad }: Pick<InputProps, 'f' | 'v' | 'set' | 'id' | 'bad'>) {
  const [text, setText] = useState<string>(typeof v === 'string' ? v.replaceAll('-', '/') : '')
  const native = useRef<HTMLInputElement>(null)
  const typed = (readDay(text) ?? text.trim()) === (v ?? '')
  if (!typed) setText(typeof v === 'string' ? v.replaceAll('-', '/') : '') /* the value came from elsewhere: another row, an undo */
  const iso = readDay(text)
  const type = (s: string) => { setText(s); set(s.trim() === '' ? null : readDay(s) ?? s.trim()) }
  return <div>
    <span className="flex flex-wrap items-center gap-2"><input id={id} className="field w-56" autoComplete="off" aria-invalid={bad || undefined} aria-describedby={`${id}-help ${id}-echo`} value={text} onChange={e => type(e.target.value)} />
      <button type="button" className="btn btn-s" onClick={() => { try { native.current?.showPicker() } catch { native.current?.focus() } }}>{t('暦', 'Calendar')}<span className="vh"> {tx(f.label)}</span></button>
      <input ref={native} type="date" className="vh" tabIndex={-1} aria-hidden="true" value={iso ?? ''} onChange={e => { if (e.target.value) type(e.target.value.replaceAll('-', '/')) }} /></span>
    <p id={`${id}-echo`} className="meta mt-1" aria-live="polite">{iso ? sayBoth(iso) : text ? t('日付として読めません。例: 令和8年11月20日', 'Not a day, e.g. 2026/11/20') : t('例: 令和8年11月20日、R8.11.20、2026/11/20', 'e.g. 2026/11/20, R8.11.20')}</p></div>
}

export function InstantInput({ f, v, set, id, bad }: Pick<InputProps, 'f' | 'v' | 'set' | 'id' | 'bad'>) {
  const known = typeof v === 'string' && !Number.isNaN(Date.parse(v)) ? jst(v) : ''
  const [day, setDay] = useState(known.slice(0, 10).replaceAll('-', '/')), [time, setTime] = useState(known.slice(11, 16))
  const both = (d: string, h: string) => {
    const iso = readDay(d), at = readTime(h)
    set(d === '' && h === '' ? null : iso && at ? `${iso}T${at}:00+09:00` : `${d} ${h}`.trim())
  }
  const iso = readDay(day), at = readTime(time)
  return <div><span className="flex flex-wrap gap-2">
    <input id={id} className="field w-48" autoComplete="off" aria-label={`${tx(f.label)} ${t('日', 'day')}`} aria-invalid={bad || undefined} aria-describedby={`${id}-help ${id}-echo`} value={day} onChange={e => { setDay(e.target.value); both(e.target.value, time) }} />
    <input className="field w-28" autoComplete="off" aria-label={`${tx(f.label)} ${t('時刻', 'time')}`} aria-describedby={`${id}-echo`} value={time} onChange={e => { setTime(e.target.value); both(day, e.target.value) }} /></span>
    <p id={`${id}-echo`} className="meta mt-1" aria-live="polite">{iso && at ? `${sayBoth(iso)} ${at} JST` : t('日と時刻（日本時間）。例: 令和8年11月20日　14:24', 'Day and time (JST), e.g. 2026/11/20 14:24')}</p></div>
}

// What if? A few deciding facts taken otherwise, and what the rules would say then. An assumption: nothing is saved, and the focus stays where it is.
import { useState, type ReactNode } from 'react'
import { call } from '../../api'
import type { Resource } from '../../types'
import { lang, t, tx } from '../../i18n'
import { jst, readDay, readTime, sayTime } from '../../dates'
import { Errors } from '../../ui/Fields'
import { readNumber } from '../../ui/Input'
import { Chip, Section } from '../../ui/Page'
import { classes, codesOf, factOf, sayCode, sayTold, splitCodes, timeline, unitWord, type FactWord, type Incident, type Vocabulary } from './model'
import { DueLine, names, tones, useVerdicts } from './Verdicts'
import { opens, type Assumed, type Effect, type Judged, type Term } from './verdict'

const ROWS = 7
type Kept = { n?: string; to?: string }
type Asked = { w: FactWord; per?: string; key: string }
type P = { url: string; rec: Incident; v: Vocabulary; res: Resource }

const idOf = (path: string) => `f-${path.split(/[./]/).join('-')}`
const pathOf = (x: Asked) => x.per ? `facts/${x.w.id}/by/${x.per}` : `facts/${x.w.id}`
const simple = (w?: FactWord): w is FactWord => !!w && ['bool', 'judgement', 'count', 'duration', 'time', 'choice'].includes(w.type)
const inTree = (x: Term): string[] => [...x.fact ? [x.fact] : [], ...(x.of ?? []).flatMap(inTree)]

/* Users hit; what the page asks next; what the rules that may be met look at. */
function asked(d: Judged, rec: Incident, v: Vocabulary): Asked[] {
  const open = (d.verdicts ?? []).filter(a => opens(a.verdict) && ['met', 'undecided'].includes(a.verdict.verdict))
  const ids = [`${timeline(v)?.id}.sufferers`, ...(d.ask ?? []).map(a => a.fact), ...open.flatMap(a => a.verdict.tree ? inTree(a.verdict.tree) : [])]
  const told = (rec.facts ?? []).find(x => x.fact === timeline(v)?.classes)
  const hit = [...new Set([...(rec.segments ?? []).map(s => s.class ?? ''), ...splitCodes(told?.is)].filter(Boolean))]
  return [...new Set(ids)].map(id => factOf(v, id)).filter(simple).flatMap((w): Asked[] => w.per ? hit.map(per => ({ w, per, key: `${w.id}/${per}` })) : [{ w, key: w.id }]).slice(0, ROWS)
}

const number = (s: string) => readNumber(s, true)
function valueOf(w: FactWord, x: Kept): unknown {
  if (w.type === 'bool' || w.type === 'judgement') return x.n === 'true'
  if (w.type === 'choice') return x.n
  if (w.type === 'time') return x.n
  return x.to ? { ...x.n ? { lo: number(x.n) } : {}, hi: number(x.to) } : { n: number(x.n ?? '') }
}

const DAY = 24 * 3600e3
/* An hour alone is the next one that comes, or of what is past the last one that came. */
function instantOf(text: string, past: boolean): string | undefined {
  const words = text.trim().split(/[\s　]+/), hour = readTime(words.at(-1)!), day = words.length > 1 ? readDay(words[0]!) : null, now = Date.now()
  if (!hour || words.length > 2 || words.length > 1 && !day) return undefined
  const on = (at: number) => `${jst(new Date(at).toISOString()).slice(0, 10)}T${hour}:00+09:00`, today = on(now), ahead = Date.parse(today) > now
  return day ? `${day}T${hour}:00+09:00` : ahead === past ? on(past ? now - DAY : now + DAY) : today
}

function Line({ id, label, now, children }: { id: string; label: string; now?: string; children: ReactNode }) {
  return <div className="mb-4"><label htmlFor={id} className="text-std-16B-170">{label}</label>{now && <p className="meta mb-1">{t(`いまの記録：${now}`, `As recorded: ${now}`)}</p>}<div>{children}</div></div>
}

function Moment({ id, v, set, past = false }: { id: string; v: string; set: (s: string) => void; past?: boolean }) {
  const at = instantOf(v, past)
  return <><input id={id} className="field w-56" autoComplete="off" aria-describedby={`${id}-echo`} value={v} onChange={e => set(e.target.value)} />
    <p id={`${id}-echo`} className="meta mt-1" aria-live="polite">{at ? sayTime(at, lang()) : past ? t('例：2026/11/20 14:24', 'e.g. 2026/11/20 14:24') : t('例：05:00（次に来るその時刻）、2026/11/21 05:00', 'e.g. 05:00 (the next that comes), 2026/11/21 05:00')}</p></>
}

function One({ x, v, kept, set, now }: { x: Asked; v: Vocabulary; kept: Kept; set: (k: Kept) => void; now?: string }) {
  const { w } = x, id = idOf(pathOf(x)), unit = unitWord(w.unit)
  const label = `${tx(w.title) || tx(w.ask)}${x.per ? t(`（${sayCode(classes(v), x.per)}）`, ` (${sayCode(classes(v), x.per)})`) : ''}`
  const pick = (list: [string, string][]) => <select id={id} className="field max-w-full" value={kept.n ?? ''} onChange={e => set({ n: e.target.value })}><option value="">{t('（記録のまま）', '(as recorded)')}</option>{list.map(([c, l]) => <option key={c} value={c}>{l}</option>)}</select>
  return <Line {...{ id, label, now }}>{w.type === 'bool' || w.type === 'judgement' ? pick([['true', t('はい', 'Yes')], ['false', t('いいえ', 'No')]])
    : w.type === 'choice' ? pick(codesOf(v, w.class).map(c => [c.code, tx(c.label)]))
    : w.type === 'time' ? <Moment id={id} v={kept.n ?? ''} set={n => set({ n })} past />
    : <span className="flex flex-wrap items-center gap-2"><input id={id} className="field num w-32" inputMode="numeric" autoComplete="off" value={kept.n ?? ''} onChange={e => set({ ...kept, n: e.target.value })} /><span aria-hidden="true">〜</span>
      <input className="field num w-32" inputMode="numeric" autoComplete="off" aria-label={`${label} ${t('の上限（範囲のとき）', 'at most (of a range)')}`} value={kept.to ?? ''} onChange={e => set({ ...kept, to: e.target.value })} />{unit && <span>{unit}</span>}</span>}</Line>
}

const said = (): Record<Effect['effect'], string> => ({ opens: t('報告することになります', 'It would become: to be reported'), goes: t('報告は要らなくなります', 'It would no longer be reported'), moves: t('期限か宛先が変わります', 'Another deadline or addressee'), stays: '' })
function Outcome({ a }: { a: Assumed }) {
  const changed = a.verdicts.filter(x => x.changes || x.duties.some(d => d.effect === 'moves')).sort((x, y) => Number(opens(y.assumed)) - Number(opens(x.assumed)))
  return <><h3 className="h3">{t('仮定の結果', 'On this assumption')} <Chip tone="open">{t('仮定・保存していません', 'assumed, not saved')}</Chip></h3>
    <p>{t(`${sayTime(a.assumed_as_of, 'ja')} の時点。`, `As of ${sayTime(a.assumed_as_of, 'en')}. `)}{changed.length ? t(`${changed.length}件の判定が変わります。`, `${changed.length} verdict${changed.length > 1 ? 's change' : ' changes'}.`) : t('判定も報告も変わりません。', 'No verdict and no report changes.')}</p>
    <ul className="verdicts">{changed.map(x => <li key={x.rule} className="verdict"><b>{tx(x.assumed.title)}</b>{t('：', ': ')}<Chip tone={tones[x.saved.verdict]}>{names()[x.saved.verdict]}</Chip> {t('から', 'would become')} <Chip tone={tones[x.assumed.verdict]}>{names()[x.assumed.verdict]}</Chip>
      {!opens(x.assumed) && <span className="meta"> {t('法令上の報告義務ではありません', 'no duty of the law to report')}</span>}
      {(['opens', 'moves', 'goes'] as const).map(e => { const list = x.duties.filter(d => d.effect === e); return list.length > 0 && <div key={e}><h4 className="h4">{said()[e]}</h4><ul className="duties">{list.map((d, i) => <DueLine key={i} d={(d.assumed ?? d.saved)!} />)}</ul></div> })}</li>)}</ul></>
}

export function WhatIf({ url, rec, v, res }: P) {
  const d = useVerdicts(url, rec.version).data
  const [last, setLast] = useState<Judged>(), [kept, setKept] = useState<Record<string, Kept>>({}), [until, setUntil] = useState(''), [out, setOut] = useState<Assumed>(), [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  if (d && d !== last) setLast(d) /* while it is judged again the panel stays as it is */
  const now = d ?? last, list = now ? asked(now, rec, v) : [], open = (rec.segments ?? []).some(s => s.open)
  if (!now?.verdicts?.length || (!list.length && !open)) return null
  const told = list.filter(x => kept[x.key]?.n || kept[x.key]?.to)
  const change = (f: () => void) => { f(); setOut(undefined) }
  const send = async () => {
    if (busy) return
    const facts: Record<string, any> = {}
    for (const x of told) {
      const one = x.w.type === 'time' ? instantOf(kept[x.key]!.n ?? '', true) ?? kept[x.key]!.n : valueOf(x.w, kept[x.key]!)
      facts[x.w.id] = x.per ? { by: { ...facts[x.w.id]?.by, [x.per]: one } } : one
    }
    setBusy(true)
    setError(null)
    try { setOut(await call<Assumed>('POST', `${url}/reports/what-if`, { facts, ...until.trim() ? { until: instantOf(until, false) ?? until } : {} })) } catch (e) { setOut(undefined); setError(e) }
    setBusy(false)
  }
  const at = (x: Asked) => (rec.facts ?? []).filter(y => y.fact === x.w.id && (!x.per || y.per === x.per)).map(y => sayTold(y, x.w, v, res)).join(t('、', ', '))
  return <Section id="what-if" title={t('もし、こうだったら', 'What if?')} aside={t('保存しません', 'nothing is saved')}>
    <details><summary>{t('事実を仮に変えて判定する', 'Judge with some facts taken otherwise')}</summary>
      <form noValidate className="assumption" onSubmit={e => { e.preventDefault(); void send() }}>
        <p className="mb-4 max-w-[40em]">{t('空欄は記録のままです。ここで書いたことは、記録にも報告にもなりません。', 'What is left empty stays as recorded. What you write here is neither recorded nor reported.')}</p>
        <Errors error={error} />
        {open && <Line id="f-until" label={t('続いている影響は、いつまで続くか', 'Until when does it last?')}><Moment id="f-until" v={until} set={s => change(() => setUntil(s))} /></Line>}
        {list.map(x => <One key={x.key} x={x} v={v} kept={kept[x.key] ?? {}} set={k => change(() => setKept({ ...kept, [x.key]: k }))} now={at(x)} />)}
        <p><button type="submit" className="btn btn-s" aria-disabled={busy || undefined}>{t('仮に判定する', 'Judge the assumption')}</button></p>
      </form>
      <div role="status" className={out ? 'assumption' : ''}>{out && <Outcome a={out} />}</div>
    </details></Section>
}

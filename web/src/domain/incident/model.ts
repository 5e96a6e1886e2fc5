// What the incident pages share: the words of the packs, times and numbers that may be intervals or unknown, and how they are said.
import { useQuery } from '@tanstack/react-query'
import type { Choice, Field, Rec, Resource, Text } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { jst, shortTime } from '../../dates'
import { unknowns } from '../../ui/Value'

export const P = { incidents: 'incidents', nearMiss: 'near-miss' } as const
export type Unsure<T> = T | { from: T; to: T } | { unknown: string } | null | undefined
export type When = Unsure<string>
export type Many = Unsure<number>
export type Segment = { class?: string; kind: string; area?: string; group?: string; from: When; to?: When; open?: boolean; planned_end?: string; value?: Many; bound?: string; estimate?: boolean; note?: string }
export type Told = { fact: string; is?: string; may_be?: string; number?: Many; bound?: string; unit?: string; per?: string; estimate?: boolean; at?: When; unknown?: string; why?: string; said_by?: string }
export type Incident = Rec & { title: string; summary?: string; near_miss?: boolean; state: 'open' | 'restored' | 'closed'; occurred_at?: When; known_at?: When; restored_at?: When; place?: string
  services?: string[]; assets?: string[]; sector?: string; operator_class?: string; owner?: string; segments?: Segment[]; facts?: Told[]; closed_at?: string; outcome?: string }

/* --- the words of the packs ------------------------------------------------------------------------------------------------------ */

export type FactWord = { id: string; type: 'bool' | 'judgement' | 'count' | 'duration' | 'time' | 'choice' | 'set' | 'timeline'; title?: Text; ask: Text; known_by?: string; ask_cost?: number; unit?: string; class?: string; per?: string; kinds?: string; classes?: string }
type Class = { id: string; title: Text; codes: { code: string; title: Text }[] }
export type Vocabulary = { facts: FactWord[]; classes: Class[] }
export const useVocabulary = () => useQuery({ queryKey: ['vocabulary'], queryFn: () => get<Vocabulary>('/api/vocabulary'), staleTime: Infinity })
export const codesOf = (v: Vocabulary, id?: string): Choice[] => v.classes.find(c => c.id === id)?.codes.map(c => ({ code: c.code, label: c.title })) ?? []
export const factOf = (v: Vocabulary, id?: string) => v.facts.find(f => f.id === id)
export const timeline = (v: Vocabulary) => v.facts.find(f => f.type === 'timeline')
export const kinds = (v: Vocabulary) => codesOf(v, timeline(v)?.kinds)
export const classes = (v: Vocabulary) => codesOf(v, factOf(v, timeline(v)?.classes)?.class)
export const operators = (v: Vocabulary) => codesOf(v, factOf(v, 'operator_class')?.class)
export const sayCode = (list: Choice[], code?: string) => { const c = list.find(x => x.code === code); return c ? tx(c.label) : code ?? '' }
export const splitCodes = (s?: string) => (s ?? '').split(',').map(x => x.trim()).filter(Boolean)
/* Written out of fields of the incident, so they are not told as facts. */
export const ownField = (v: Vocabulary, id: string) => ['occurred', 'known'].includes(id) || factOf(v, id)?.type === 'timeline'

/* Who can know a fact; what no pack says so of stands last. */
export const knowers = (): [string, string][] => [['operations', t('運用の担当', 'Operations')], ['engineering', t('設備・技術の担当', 'Engineering')], ['privacy', t('個人情報の担当', 'Privacy')], ['planning', t('企画・計画の担当', 'Planning')],
  ['legal', t('法務の担当', 'Legal')], ['management', t('経営層', 'Management')], ['', t('そのほか', 'Others')]]

/* Fields of the list, with the codes of the packs to choose from. */
export function segmentFields(res: Resource, v: Vocabulary): Field[] {
  const all = res.fields.find(f => f.name === 'segments')?.fields ?? []
  const chosen = (f: Field, list: Choice[]): Field => list.length ? { ...f, kind: 'choice', choices: list, help: { ja: 'パックの用語から選びます', en: 'In the words of the pack' } } : f
  return all.map(f => f.name === 'kind' ? chosen(f, kinds(v)) : f.name === 'class' ? chosen(f, classes(v)) : f)
}

/* --- said in words --------------------------------------------------------------------------------------------------------------- */

const isRange = <T,>(v: Unsure<T>): v is { from: T; to: T } => typeof v === 'object' && v !== null && 'from' in v
export const isUnknown = <T,>(v: Unsure<T>): v is { unknown: string } => typeof v === 'object' && v !== null && 'unknown' in v
export const ends = <T,>(v: Unsure<T>): [T, T] | undefined => v === null || v === undefined || isUnknown(v) ? undefined : isRange(v) ? [v.from, v.to] : [v as T, v as T]
const notKnown = (code: string) => { const u = unknowns.find(x => x[0] === code); return u ? t(`不明（${u[1]}）`, `unknown (${u[2]})`) : t('不明', 'unknown') }

export const sayWhen = (v: When): string => { const e = ends(v); return isUnknown(v) ? notKnown(v.unknown) : !e ? '' : e[0] === e[1] ? shortTime(e[0]) : `${shortTime(e[0])}${t('〜', ' to ')}${shortTime(e[1])}` }
const figure = (n: number) => n.toLocaleString(lang() === 'ja' ? 'ja-JP' : 'en-GB')
export function sayMany(v: Many, bound?: string, estimate?: boolean, unit = ''): string {
  const e = ends(v), about = estimate ? t('（推計）', ' (estimate)') : ''
  if (isUnknown(v)) return notKnown(v.unknown)
  if (!e) return ''
  const u = unit && t(unit, ` ${unit}`)
  if (e[0] !== e[1]) return `${figure(e[0])}${t('〜', ' to ')}${figure(e[1])}${u}${about}`
  const one = `${figure(e[0])}${u}`
  return `${bound === 'at_least' ? t(`${one}以上`, `at least ${one}`) : bound === 'at_most' ? t(`${one}以下`, `at most ${one}`) : one}${about}`
}
export const sayEnd = (s: Segment) => s.open ? t('継続中', 'going on') : sayWhen(s.to)
/* Whose row it is: class, kind, area, group. */
export const sayLine = (s: Segment, v: Vocabulary) => [s.class ? sayCode(classes(v), s.class) : t('区分なし', 'no class'), sayCode(kinds(v), s.kind), s.area, s.group].filter(Boolean).join(t('・', ' · '))
export const lineKey = (s: Segment) => JSON.stringify([s.class, s.kind, s.area, s.group])

const units: Record<string, [string, string]> = { user: ['人', 'users'], person: ['人', 'persons'], household: ['戸', 'households'], prefecture: ['都道府県', 'prefectures'], kw: ['kW', 'kW'], train: ['本', 'trains'], record: ['件', 'records'], item: ['件', 'items'], percent: ['%', '%'],
  s: ['秒', 's'], min: ['分', 'min'], h: ['時間', 'h'], day: ['日', 'days'] }
export const unitWord = (u?: string) => { const w = u ? units[u] : undefined; return w ? w[lang() === 'ja' ? 0 : 1] : '' }

export const unknownChoices = (res: Resource): Choice[] => res.fields.find(f => f.name === 'facts')?.fields?.find(f => f.name === 'unknown')?.choices ?? []
/* What is said of a fact, without why. */
export function sayTold(x: Told, w: FactWord | undefined, v: Vocabulary, res: Resource): string {
  if (x.unknown) return sayCode(unknownChoices(res), x.unknown)
  if (x.number !== undefined && x.number !== null) return sayMany(x.number, x.bound, x.estimate, unitWord(x.unit ?? w?.unit))
  if (x.at) return sayWhen(x.at)
  const list = codesOf(v, w?.class), yes = splitCodes(x.is), may = splitCodes(x.may_be)
  const word = (c: string) => c === 'true' ? t('はい', 'Yes') : c === 'false' ? t('いいえ', 'No') : c === '*' ? t('ほかにもありうる', 'others are possible') : sayCode(list, c)
  const all = (codes: string[]) => codes.map(word).join(t('、', ', '))
  if (!may.length) return all(yes)
  return [all(yes), yes.length || w?.type === 'set' ? t(`ありうるもの：${all(may)}`, `possible: ${all(may)}`) : t(`どれか：${all(may)}`, `one of: ${all(may)}`)].filter(Boolean).join(t('。', '. '))
}

/* This minute, as the server takes it. */
export const thisMinute = () => `${jst(new Date().toISOString()).slice(0, 16)}:00+09:00`

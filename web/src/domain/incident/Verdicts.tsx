// Must this be reported? Every rule that binds the operator, opened as a tree; what decides; what is due to whom. Asked again each minute, as time itself decides.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Text } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, sayTime, shortTime } from '../../dates'
import { DueChip } from '../../ui/Due'
import { Errors } from '../../ui/Fields'
import { Chip, Loading, Section, Why, type Tone } from '../../ui/Page'
import { opens, unsure, type Answer, type Due, type Judged, type Kind, type Part, type Term, type Verdict } from './verdict'

const MINUTE = 60e3, ASKED = 6
export const tones: Record<Kind, Tone> = { met: 'late', undecided: 'open', covered: 'settled', not_met: 'settled', not_bound: 'settled', no_version: 'soon' }
export const names = (): Record<Kind, string> => ({ met: t('該当', 'Met'), undecided: t('未確定', 'Undecided'), covered: t('他の規定による', 'Covered by another'), not_met: t('非該当', 'Not met'), not_bound: t('対象外', 'Not bound'), no_version: t('規定なし', 'No version') })
const marks = (): Record<Term['value'], [string, string]> => ({ yes: ['○', t('満たす', 'yes')], no: ['×', t('満たさない', 'no')], open: ['？', t('まだ分からない', 'not known')] })
const several = (list: Text[] | undefined) => list?.length ? <span className="meta"> {list.map(tx).join(t('、', '; '))}</span> : null

function Tree({ term }: { term: Term }) {
  const [mark, word] = marks()[term.value]
  return <li className="tree-row"><span aria-hidden="true" className="tree-mark">{mark}</span><span className="vh">{word}: </span>{tx(term.label)}
    {term.saw && <span>{t('：', ': ')}{tx(term.saw)} <span className="meta">{t('必要', 'needs')} {tx(term.needs)}{term.margin?.short && t(`（あと${tx(term.margin.short)}）`, ` (short of it by ${tx(term.margin.short)})`)}</span></span>}{several(term.cite)}
    {term.of && term.of.length > 0 && <ul>{term.of.map((x, i) => <Tree key={i} term={x} />)}</ul>}</li>
}

function Parts({ title, list }: { title: string; list?: Part[] }) {
  return list?.length ? <><h4 className="h4">{title}</h4><ul className="tree">{list.map(x => <li key={x.id} className="tree-row"><span aria-hidden="true" className="tree-mark">{marks()[x.value][0]}</span><span className="vh">{marks()[x.value][1]}: </span>{tx(x.words)}{several(x.cite)}<ul><Tree term={x.when} /></ul></li>)}</ul></> : null
}

/* What it stands on: how sure the law data are is said beside the verdict, never only inside. */
function Rests({ v }: { v: Verdict }) {
  const r = v.rests_on
  if (!r || !unsure(v)) return null
  return <p className="meta">{t(`法令データ：${tx(r.words)}`, `Law data: ${tx(r.words)}`)}{r.stale && t('。確かめ直す時期を過ぎています', '; due to be checked again')}{r.unread && <>。{tx(r.unread)}</>}</p>
}

function Readings({ v }: { v: Verdict }) {
  if (!v.sensitive_to_reading) return null
  return <div className="note"><p>{t('条文の読み方で結論が変わります。', 'Another reading of the text gives another verdict.')}</p><ul className="list-disc pl-6">{v.readings?.map(r => <li key={r.id}>{tx(r.words)}{r.default && t('（採用）', ' (taken)')}{t('：', ': ')}{names()[r.verdict]}</li>)}</ul></div>
}

function Deciding({ v }: { v: Verdict }) {
  const list = (v.deciding ?? []).slice(0, ASKED)
  if (!list.length) return null
  return <><h4 className="h4">{t('何が分かれば決まるか', 'What would decide it')}</h4><ul className="list-disc pl-6">{list.map((d, i) => <li key={i}>{d.facts.map(f => tx(f.ask)).join(t('　＋　', ' + '))} <span className="meta">{d.makes === 'met' ? t('該当に決まりうる', 'could make it met') : t('非該当に決まりうる', 'could make it not met')}</span></li>)}</ul></>
}

const whenDue = (d: Due): ReactNode => {
  const e = d.due ?? d.due_earliest
  if (e) return <>{e.day ? <><time dateTime={e.day}>{sayDay(e.day, lang())}</time> <DueChip day={e.day} /></> : <time dateTime={e.until}>{sayTime(e.until, lang())}</time>}{!d.due && t('（早くて）', ' (at the earliest)')}</>
  if (d.promptly) return t('速やかに（法令に日数の定めはない）', 'at once (the law gives no number)')
  return d.waits_for ? t('前の報告のあと', 'after the report before it') : t('期限は決まっていない', 'no deadline')
}

export function DueLine({ d }: { d: Due }) {
  const e = d.due ?? d.due_earliest
  return <li className="duty"><div><b>{tx(d.title)}</b>{t('　宛先：', ', to ')}{d.to.map(x => tx(x.title)).join(t('、', ', '))} {d.is === 'undecided' && <Chip tone="open">{t('まだ決まらない', 'undecided')}</Chip>}</div>
    <div>{t('期限：', 'Due: ')}{whenDue(d)}{d.promptly && e && t('。速やかに', '; at once')}</div>
    {d.variant && <p className="meta">{d.variant.undecided ? t('次に当たれば変わります：', 'It changes if: ') : ''}{tx(d.variant.words)}</p>}
    {d.guide && <p className="meta">{t('指針の目安（法令の期限ではない）：', 'Guideline, no deadline of the law: ')}{tx(d.guide.words)}{d.guide.within && t(`（${tx(d.guide.within)}）`, ` (${tx(d.guide.within)})`)}</p>}
    {d.targets?.map(x => <p key={x.overlay} className="meta">{t(`自分たちの目標（${tx(x.title)}、法令の期限ではない）：${tx(x.within)}以内`, `Own target (${tx(x.title)}, no deadline of the law): within ${tx(x.within)}`)}{x.until && <>{t('、', ', ')}<time dateTime={x.until}>{sayTime(x.until, lang())}</time></>}</p>)}
    {(e || d.cite) && <Why label={t('条文と計算', 'Words and computation')}><p>{tx(d.words)}{several(d.cite)}</p>{e && <ol className="list-decimal pl-6">{e.steps.map((s, i) => <li key={i}>{tx(s)}</li>)}</ol>}{e?.holidays_unknown && <p>{t('その年の祝日を確かめていません。', 'The holidays of that year have not been checked.')}</p>}{d.penalty && <p>{t('罰則：', 'Penalty: ')}{tx(d.penalty)}</p>}</Why>}</li>
}

function One({ a, open }: { a: Answer; open?: boolean }) {
  const v = a.verdict
  return <li className="verdict"><h3 className="h3">{tx(v.title)} <Chip tone={v.turns ? 'soon' : tones[v.verdict]}>{names()[v.verdict]}</Chip></h3>
    <p>{tx(v.headline)}</p>{v.reading_chosen_by && <p className="meta">{t(`より厳しい読み方を選んでいます（${v.reading_chosen_by}）。`, `Judged by the stricter reading that ${v.reading_chosen_by} chose.`)}</p>}<Rests v={v} /><Readings v={v} />
    {a.duties.length > 0 && v.verdict === 'met' && <ul className="duties">{a.duties.map(d => <DueLine key={d.duties + d.id} d={d} />)}</ul>}
    <details open={open}><summary>{t('理由を開く', 'Why')}</summary><Deciding v={v} />{v.tree && <ul className="tree"><Tree term={v.tree} /></ul>}<Parts title={t('例外', 'Exceptions')} list={v.except} /><Parts title={t('法令データに無いこと', 'What the law data do not say')} list={v.gaps} />
      {a.duties.length > 0 && v.verdict === 'undecided' && <><h4 className="h4">{t('該当したときの報告', 'What would be due')}</h4><ul className="duties">{a.duties.map(d => <DueLine key={d.duties + d.id} d={d} />)}</ul></>}
      {v.cite && <p className="meta">{v.cite.map(tx).join(t('、', '; '))}{v.rests_on?.read_on && t(`（${v.rests_on.read_on} に確認）`, ` (read ${v.rests_on.read_on})`)}</p>}</details></li>
}

function Group({ title, list, folded }: { title: string; list: Answer[]; folded?: boolean }) {
  if (!list.length) return null
  const items = <ul className="verdicts">{list.map(a => <One key={a.verdict.rule} a={a} />)}</ul>
  return folded ? <details className="mt-3"><summary>{title}{t(`（${list.length}）`, ` (${list.length})`)}</summary>{items}</details> : <><h3 className="h3 mt-4">{title}</h3>{items}</>
}

/* In one sentence, before anything else. */
function inShort(list: Answer[]): string {
  const met = list.filter(a => a.verdict.verdict === 'met'), turns = list.filter(a => a.verdict.turns?.to === 'met').sort((a, b) => a.verdict.turns!.at.localeCompare(b.verdict.turns!.at)), open = list.filter(a => a.verdict.verdict === 'undecided')
  if (met.length) return t(`報告が要ります（${met.length}件の規定に該当）。`, `It must be reported: ${met.length} rule${met.length > 1 ? 's are' : ' is'} met.`)
  if (turns.length) return t(`まだ該当しませんが、このまま続くと ${shortTime(turns[0]!.verdict.turns!.at)} に「${tx(turns[0]!.verdict.title)}」に該当します。`, `Nothing is met yet; if it goes on, "${tx(turns[0]!.verdict.title)}" is met at ${shortTime(turns[0]!.verdict.turns!.at)}.`)
  if (open.length) return t(`まだ決まりません。${open.length}件の規定が、下の事実を待っています。`, `Not decided yet: ${open.length} rules wait for the facts below.`)
  return t('報告が要る規定はありません。', 'No rule asks for a report.')
}

export const useVerdicts = (url: string, version: number) => useQuery({ queryKey: ['verdicts', url, version], queryFn: () => get<Judged>(`${url}/reports/verdicts`), refetchInterval: MINUTE, retry: false })

export function Verdicts({ url, version }: { url: string; version: number }) {
  const q = useVerdicts(url, version)
  const [all, setAll] = useState(false)
  if (!q.data) return <Section id="verdicts" title={t('報告が要るか', 'Must it be reported?')}>{q.error ? <Errors error={q.error} /> : <Loading />}</Section>
  const verdicts = q.data.verdicts ?? []
  const rules = verdicts.filter(a => opens(a.verdict) || a.verdict.verdict === 'no_version' && a.verdict.kind === 'rule'), rest = verdicts.filter(a => !rules.includes(a) && a.verdict.verdict !== 'not_met')
  const of = (k: Kind) => rules.filter(a => a.verdict.verdict === k), asks = (q.data.ask ?? []).slice(0, all ? undefined : ASKED)
  return <Section id="verdicts" title={t('報告が要るか', 'Must it be reported?')} aside={q.data.as_of && <time dateTime={q.data.as_of}>{t(`${sayTime(q.data.as_of, 'ja')} の判定`, `judged ${sayTime(q.data.as_of, 'en')}`)}</time>}>
    {!rules.length ? <p>{t('事業者の区分を選ぶと、当てはまる規定を判定します。', 'Choose the class of operator, and the rules that bind it are judged.')}</p> : <p className="in-short" role="status">{inShort(rules)}</p>}
    {asks.length > 0 && <><h3 className="h3">{t('次に確かめること', 'What to find out next')}</h3><ol className="list-decimal pl-6">{asks.map(a => <li key={a.fact + (a.of ?? '')}><a href={`#fact-${a.fact}`} onClick={e => { e.preventDefault(); document.getElementById('facts')?.scrollIntoView() }}>{tx(a.ask)}</a></li>)}</ol>
      {asks.length < (q.data.ask ?? []).length && <button className="link" onClick={() => setAll(true)}>{t('すべて見る', 'Show all')}</button>}</>}
    <Group title={t('該当', 'Met')} list={of('met')} />
    <Group title={t('規定が見つからない', 'No law found for that day')} list={of('no_version')} />
    <Group title={t('まだ決まらない', 'Undecided')} list={of('undecided').sort((a, b) => Number(!!b.verdict.turns) - Number(!!a.verdict.turns))} folded={of('met').length > 0} />
    <Group title={t('他の規定による', 'Covered by another rule')} list={of('covered')} folded />
    <Group title={t('該当しない', 'Not met')} list={of('not_met')} folded />
    <Group title={t('自分たちの基準・計画上の水準・指定の見張り・改正案（法令上の報告義務ではない）', 'Own thresholds, levels of plans, watches, proposals (no duty of the law)')} list={rest} folded />
    {q.data.pack && <p className="meta mt-3">{[t(`法令データ ${q.data.pack} ${q.data.pack_version}（sha256 ${q.data.pack_hash?.slice(0, 12)}）、事実の第${q.data.facts_version}版による。`, `By law data ${q.data.pack} ${q.data.pack_version} (sha256 ${q.data.pack_hash?.slice(0, 12)}), version ${q.data.facts_version} of the facts.`), ...(q.data.overlays ?? []).map(x => t(`重ねたもの：${tx(x.title)} ${x.pack} ${x.pack_version}（sha256 ${x.pack_hash.slice(0, 12)}）。`, `Laid over it: ${tx(x.title)}, ${x.pack} ${x.pack_version} (sha256 ${x.pack_hash.slice(0, 12)}).`))].join(lang() === 'ja' ? '' : ' ')}</p>}
  </Section>
}

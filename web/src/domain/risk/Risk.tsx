// One risk: what happens and what it harms, how it was analysed and judged, how it is treated; state and next act at the right.
import { useState, type ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, shortDay } from '../../dates'
import { Chip, Loading, PageHeader, Section, Why, WithAside, type Tone } from '../../ui/Page'
import { Retire } from '../../ui/Retire'
import { Versions } from '../../ui/Versions'
import { Due } from '../../ui/Due'
import { RowsTable } from '../../ui/RowsTable'
import { LevelTile } from '../../ui/Level'
import { nameIn, Value } from '../../ui/Value'
import { ChooseOption, Judge, Move } from './acts'
import { StateChip } from './Approval'
import { cellAt, choice, costOf, field, onScale, P, point, scaleOf, sayCost, stepOf, stepText, useCriteria, useOne, type Criteria, type Measure, type Plan, type Risk } from './model'

type Doing = 'move' | 'judge' | 'option' | null
const numbers = (v: unknown) => v !== null && v !== undefined

export function RiskPage({ org, me, res, id, resources }: RecordProps) {
  const url = `/api/orgs/${org}/${P.risks}/${id}`
  const q = useOne<Risk>(url), r = q.data
  const criteria = useCriteria(org, resources.some(x => x.path === P.criteria && x.can.includes('list')))
  const plans = usePlans(org, url, resources.some(x => x.path === P.plans && x.can.includes('list')))
  const [doing, setDoing] = useState<Doing>(null)
  if (!r || criteria.isLoading) return <><PageHeader title={tx(res.label)} error={q.error} />{!q.error && <Loading />}</>
  const now = criteria.now, may = res.can.includes('update') && !r.removed
  const f = (name: string) => field(res, name)!
  const show = (name: string) => <Value f={f(name)} v={r[name]} titles={r._titles} resources={resources} org={org} />
  const rows = (names: string[]) => <dl className="kv">{names.filter(n => numbers(r[n]) && r[n] !== '' && (!Array.isArray(r[n]) || (r[n] as unknown[]).length > 0)).map(n => <div key={n}><dt>{tx(f(n).label)}</dt><dd>{show(n)}</dd></div>)}</dl>
  const part = (name: string, note?: ReactNode) => (r[name] as unknown[] | undefined)?.length ? <div className="mt-5"><h3 className="text-dns-16B-130 mb-1">{tx(f(name).label)}</h3>{note && <p className="mb-2">{note}</p>}<RowsTable f={f(name)} v={r[name]} titles={r._titles} resources={resources} org={org} /></div> : null
  const mine = plans.flatMap(p => (p.measures ?? []).filter(m => m.risk === id).map(m => ({ p, m })))
  const taken = plans.flatMap(p => (p.accepted ?? []).filter(a => a.risk === id).map(a => ({ p, a })))
  const shared = { org, res, risk: r, criteria: now, close: () => setDoing(null) }
  const acts = may && <><button className="btn btn-s" onClick={() => setDoing('move')}>{point(r.impact) === null || point(r.likelihood) === null ? t('評価', 'Assess') : t('移す', 'Move')}</button>
    <a className="btn btn-s" href={`#/${org}/${P.risks}/${id}/edit`}>{t('編集', 'Edit')}</a></>
  return <>
    <PageHeader title={r.title} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${P.risks}`]]} tail={`${r.number} ${t(`第${r.version}版`, `version ${r.version}`)}`} chip={r.removed ? <Chip tone="settled">{t('廃止', 'Retired')}</Chip> : undefined} acts={<>{acts}<button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <Steps r={r} measures={mine.length + taken.length} />
    <WithAside aside={<State {...{ org, r, res, now, may, mine: mine.map(x => x.m), taken: taken.length }} setDoing={setDoing} resources={resources} extra={<Retire url={url} res={res} rec={r} />} />}>
      <Section title={t('事象と損害', 'Event and losses')}>{rows(['event', 'cause', 'found_from', 'assets', 'services', 'losses', 'leak', 'error', 'stop'])}</Section>
      <Section title={t('分析', 'Analysis')}>
        {!onScale(r, now) && numbers(r.impact ?? r.likelihood) && <p className="note"><Chip tone="soon">{t('別の段階で分析', 'Another scale')}</Chip> {t(`${r.scale || '3 × 3'} の段階での値です。いまの基準は ${scaleOf(now)} です。`, `These steps are on a scale of ${r.scale || '3 × 3'}; the criteria in force have ${scaleOf(now)}.`)}</p>}
        <States {...{ r, now }} />
        <dl className="kv mt-4">{(['impact', 'likelihood'] as const).map(k => <div key={k}><dt>{tx(f(k).label)}</dt><dd>{stepOf(r, now, k, r[k])}{r[`${k}_strength`] ? <span className="meta"> {t('根拠の強さ：', 'strength of evidence: ')}{tx(choice(res, `${k}_strength`, String(r[`${k}_strength`])))}</span> : null}
          {r[`${k}_evidence`] ? <Why>{String(r[`${k}_evidence`])}</Why> : <p className="meta">{t('根拠はまだ書かれていません。', 'No evidence is given yet.')}</p>}</dd></div>)}</dl>
        {rows(['per_century', 'at_most_once', 'loss', 'secondary_loss', 'secondary_percent', 'insured_from', 'insured_limit', 'insured_percent', 'common_cause', 'common_strength', 'yearly_loss'])}
        <Proposed {...{ r, now }} />
        {rows(['method', 'method_grounds', 'existing_controls'])}
        {part('views', t('最も悪いものが影響になります。', 'The worst one is the impact.'))}
        {part('controls', r.controls_note && <span className="block border-l-4 border-orange-1000 pl-3">{r.controls_note}</span>)}
        {rows(['effect'])}{part('effects', r.reach && <>{tx(f('reach').label)}{t('：', ': ')}{tx(choice(res, 'reach', r.reach))}</>)}</Section>
      <Section title={t('評価', 'Evaluation')}>
        <dl className="kv"><div><dt>{t('基準による結果', 'By the criteria')}</dt><dd><LevelWhy {...{ r, res, now, org }} /></dd></div>
          {r.priority_why && <div><dt>{t('優先順位', 'Priority')}</dt><dd>{r.priority_why}<p className="no-print"><a href={`#/${org}/${P.risks}/reports/priority`}>{t('順位を見る', 'See the order')}</a></p></dd></div>}
          <div><dt>{t('人の判断', 'Judgement')}</dt><dd>{r.judgement ? <><Chip tone="settled">{tx(choice(res, 'judgement', r.judgement))}</Chip> {r.judged_by}<Why label={t('理由', 'Reason')}>{r.judgement_reason}</Why>{r.overridden && <p className="mt-1"><Chip tone="soon">{t('基準と異なる判断', 'Against the criteria')}</Chip></p>}</> : t('まだありません。', 'None yet.')}
            {may && <p className="no-print mt-2"><button className="btn btn-s" onClick={() => setDoing('judge')}>{r.judgement ? t('判断を改める', 'Judge again') : t('判断を記録', 'Record a judgement')}</button></p>}</dd></div></dl></Section>
      <Section title={t('対応', 'Treatment')}>
        <dl className="kv"><div><dt>{t('提案', 'Proposal')}</dt><dd>{r.proposal ? <b>{tx(choice(res, 'option', r.proposal))}</b> : t('提案できません', 'None')}<Why>{r.proposal_why}</Why></dd></div>
          <div><dt>{t('選んだ対応', 'Chosen option')}</dt><dd>{r.option ? <><b>{tx(choice(res, 'option', r.option))}</b>{r.proposal && r.option !== r.proposal && <span className="meta"> {t('（提案と異なる）', ' (not the one proposed)')}</span>}<Why label={t('選択の根拠', 'Grounds')}>{r.option_grounds}</Why></> : t('まだ選んでいません。', 'Not chosen yet.')}
            {may && <p className="no-print mt-2"><button className="btn btn-s" onClick={() => setDoing('option')}>{r.option ? t('選び直す', 'Choose again') : t('対応を選ぶ', 'Choose an option')}</button></p>}</dd></div></dl>
        <Measures {...{ org, mine, resources }} />
        {taken.length > 0 && <ul className="mt-3">{taken.map(({ p, a }, i) => <li key={i} className="risk-row"><span>{t('残るリスクとして受容：', 'Accepted as residual: ')}{a.reason}{a.until && ` ${t(`${shortDay(a.until)}まで`, `until ${shortDay(a.until)}`)}`}</span><a href={`#/${org}/${P.plans}/${p.id}`}>{p.title}</a></li>)}</ul>}</Section>
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={r._titles ?? {}} /></Section>
    </WithAside>
    {doing === 'move' && <Move {...shared} />}{doing === 'judge' && <Judge {...shared} post={me.post} />}{doing === 'option' && <ChooseOption {...shared} />}
  </>
}

/* The plans that name this risk, read one by one. */
function usePlans(org: string, url: string, may: boolean): Plan[] {
  const q = useQuery({ queryKey: ['rec', url, 'plans'], enabled: may, queryFn: async () => {
    const { referrers } = await get<{ referrers: { resource: string; id: string }[] }>(`${url}/referrers`)
    return Promise.all(referrers.filter(x => x.resource === P.plans).slice(0, 10).map(x => get<Plan>(`/api/orgs/${org}/${P.plans}/${x.id}`)))
  } })
  return q.data ?? []
}

/* Where the risk stands in the cycle; done steps are plain, the present one is marked. */
function Steps({ r, measures }: { r: Risk; measures: number }) {
  const done = [true, numbers(r.impact) && numbers(r.likelihood), !!r.judgement || numbers(r.level), !!r.option, measures > 0 || r.option === 'retain']
  const at = done.indexOf(false)
  const names = [t('2 特定', '2 Identified'), t('3 分析', '3 Analysis'), t('4 評価', '4 Evaluation'), t('5 対応の選択', '5 Option'), t('5 計画', '5 Plan'), t('6 監視', '6 Watch')]
  return <ol className="stages" aria-label={t('いまの段階', 'Where it stands')}>{names.map((n, i) => <li key={n} aria-current={i === (at < 0 ? 5 : at) ? 'step' : undefined}>{n}{(at < 0 ? i < 5 : i < at) && <span className="meta"> {t('済', 'done')}</span>}</li>)}</ol>
}

/* What the numbers mean on the steps of the criteria; said only where it differs from what people chose, who decide. */
function Proposed({ r, now }: { r: Risk; now?: Criteria }) {
  const said = (['impact', 'likelihood'] as const).filter(k => numbers(r[`proposed_${k}`]) && JSON.stringify(r[`proposed_${k}`]) !== JSON.stringify(r[k]))
  if (!now || !said.length) return null
  return <p className="note">{t('書かれた数を判定基準に当てると、', 'By the numbers given, on the steps of the criteria: ')}{said.map((k, i) => <span key={k}>{i > 0 && t('、', ', ')}{k === 'impact' ? t('影響は', 'impact ') : t('起こりやすさは', 'likelihood ')}<b>{stepText(now, k, r[`proposed_${k}`] as Risk['impact'])}</b></span>)}{t('になります。いまの値と違うので、どちらが合っているか確かめてください。決めるのは人です。', '. It differs from what was chosen: see which of them is right. A person decides.')}</p>
}

/* Without controls, as it is, as it should become: steps and levels under each other. */
function States({ r, now }: { r: Risk; now?: Criteria }) {
  const all: [string, Risk['impact'], Risk['impact'], Risk['level']][] = [[t('対策がないとき', 'Inherent'), r.inherent_impact, r.inherent_likelihood, r.inherent_level], [t('現在', 'Current'), r.impact, r.likelihood, r.level], [t('目標', 'Target'), r.target_impact, r.target_likelihood, r.target_level]]
  const shown = all.filter(([, i, l], k) => k === 1 || numbers(i) || numbers(l))
  if (shown.length < 2) return null
  return <table className="list-table fit"><caption className="vh">{t('対策の前と後', 'Before and after controls')}</caption>
    <thead><tr><th scope="col"><span className="vh">{t('状態', 'State')}</span></th><th scope="col">{t('影響', 'Impact')}</th><th scope="col">{t('起こりやすさ', 'Likelihood')}</th>{now && <th scope="col">{t('レベル', 'Level')}</th>}</tr></thead>
    <tbody>{shown.map(([name, i, l, level]) => <tr key={name}><th scope="row" className="row-head">{name}</th><td data-label={t('影響', 'Impact')}>{stepOf(r, now, 'impact', i)}</td><td data-label={t('起こりやすさ', 'Likelihood')}>{stepOf(r, now, 'likelihood', l)}</td>{now && <td data-label={t('レベル', 'Level')}><LevelTile level={level} /></td>}</tr>)}</tbody></table>
}

const verdictTone: Record<string, Tone> = { treat: 'soon', accept: 'settled' }
export const Verdict = ({ r, res }: { r: Risk; res: Resource }) => r.verdict ? <Chip tone={verdictTone[r.verdict] ?? 'open'}>{tx(choice(res, 'verdict', r.verdict))}</Chip> : null

function LevelWhy({ r, res, now, org }: { r: Risk; res: Resource; now?: Criteria; org: string }) {
  if (!now) return <>{t('承認された判定基準がないため、レベルは出ません。', 'No level: there are no approved criteria.')}</>
  const said = <><span className="inline-flex flex-wrap items-center gap-x-4 gap-y-1"><LevelTile level={r.level} /><Verdict {...{ r, res }} /></span>{r.verdict_why && <p className="mt-1">{r.verdict_why}</p>}</>
  if (!numbers(r.level)) return <>{said}{!r.verdict_why && <p className="meta">{t('影響と起こりやすさを置くと出ます。', 'It appears once impact and likelihood are placed.')}</p>}</>
  const cell = cellAt(now, r.impact, r.likelihood)
  return <>{said}
    <Why><p>{cell ? t(`判定表のセル：影響 ${stepText(now, 'impact', r.impact)} × 起こりやすさ ${stepText(now, 'likelihood', r.likelihood)} → レベル ${cell.level}、${cell.accepted ? '受容する' : '受容しない'}`, `Cell: impact ${stepText(now, 'impact', r.impact)} × likelihood ${stepText(now, 'likelihood', r.likelihood)} → level ${cell.level}, ${cell.accepted ? 'accepted' : 'not accepted'}`)
      : t(`影響 ${stepText(now, 'impact', r.impact)}、起こりやすさ ${stepText(now, 'likelihood', r.likelihood)} に幅があるため、レベルにも幅があります。`, `Impact ${stepText(now, 'impact', r.impact)} and likelihood ${stepText(now, 'likelihood', r.likelihood)} are ranges, so the level is one.`)}</p>
      <p>{t('基準：', 'Criteria: ')}<a href={`#/${org}/${P.criteria}/${now.id}`}>{now.title}</a> {now.number} {t(`第${now.version}版`, `version ${now.version}`)} {now.approved_post} {shortDay(now.approved_on ?? '')} {now.minutes}</p></Why></>
}

type St = { org: string; r: Risk; res: Resource; now?: Criteria; may: boolean; mine: Measure[]; taken: number; setDoing: (d: Doing) => void; resources: Resource[]; extra: ReactNode }
function State({ org, r, res, now, may, mine, taken, setDoing, resources, extra }: St) {
  const act = (name: string) => res.actions?.find(a => a.name === name && a.can)
  const resume = act('resume'), reopen = act('reopen')
  const next: [string, ReactNode] = r.reopened_at ? [t(`「${tx(choice(res, 'reopened_at', r.reopened_at))}」からやり直し、結果を書いて終える`, `Go through it again from ${tx(choice(res, 'reopened_at', r.reopened_at)).toLowerCase()}, then finish with the result`), resume && <a className="btn btn-fill" href={`#/${org}/${P.risks}/${r.id}/act/resume`}>{tx(resume.label)}</a>]
    : !numbers(r.impact) || !numbers(r.likelihood) ? [t('影響と起こりやすさを評価する', 'Assess impact and likelihood'), <button className="btn btn-fill" onClick={() => setDoing('move')}>{t('評価', 'Assess')}</button>]
    : !now && !r.judgement ? [t('経営層や有識者の判断を記録する', 'Record the judgement of management or experts'), <button className="btn btn-fill" onClick={() => setDoing('judge')}>{t('判断を記録', 'Record')}</button>]
    : !r.option ? [t('対応を選ぶ', 'Choose how to treat it'), <button className="btn btn-fill" onClick={() => setDoing('option')}>{t('対応を選ぶ', 'Choose')}</button>]
    : r.option !== 'retain' && !mine.length ? [t('対策を計画に入れる', 'Put measures into a plan'), <a className="btn btn-fill" href={`#/${org}/${P.plans}`}>{t('計画を開く', 'Open the plans')}</a>]
    : !r.accepted && r.option === 'retain' && !taken ? [t('残るリスクとして計画で受容を求める', 'Ask in a plan that it be accepted'), <a className="btn btn-fill" href={`#/${org}/${P.plans}`}>{t('計画を開く', 'Open the plans')}</a>]
    : r.review_on ? [t(`${sayDay(r.review_on, 'ja')}までに見直す`, `Review by ${sayDay(r.review_on, 'en')}`), null]
    : [t('次の見直し日を決める', 'Set the day of the next review'), <a className="btn btn-fill" href={`#/${org}/${P.risks}/${r.id}/edit`}>{t('編集', 'Edit')}</a>]
  const done = mine.filter(m => m.done_on).length
  return <>
    <h2 className="h2 mt-0">{t('現在', 'Now')}</h2>
    <dl className="kv kv-narrow">
      <div><dt>{t('レベル', 'Level')}</dt><dd>{now ? <LevelTile level={r.level} /> : t('基準なし', 'no criteria')}</dd></div>
      {now && r.verdict && <div><dt>{t('評価', 'Evaluation')}</dt><dd><Verdict {...{ r, res }} /></dd></div>}
      {r.judgement && <div><dt>{t('人の判断', 'Judgement')}</dt><dd>{tx(choice(res, 'judgement', r.judgement))}</dd></div>}
      <div><dt>{tx(field(res, 'state')?.label)}</dt><dd>{tx(choice(res, 'state', r.state))}</dd></div>
      <div><dt>{tx(field(res, 'owner')?.label)}</dt><dd>{r.owner ? <Value f={field(res, 'owner')!} v={r.owner} titles={r._titles} resources={resources} org={org} /> : t('未定', 'not set')}</dd></div>
      <div><dt>{tx(field(res, 'review_on')?.label)}</dt><dd>{r.review_on ? <Due day={r.review_on} /> : <Chip tone="open">{t('期日なし', 'no date')}</Chip>}</dd></div>
      {r.reopened_at && <div><dt>{tx(field(res, 'reopened_at')?.label)}</dt><dd><Chip tone="open">{tx(choice(res, 'reopened_at', r.reopened_at))}</Chip>
        {r.reopened_on && <p className="mt-1">{sayDay(r.reopened_on, lang())}</p>}<p className="mt-1">{r.reopened_why}</p>{r.reopened_by && <p className="mt-1"><Value f={field(res, 'reopened_by')!} v={r.reopened_by} titles={r._titles} resources={resources} org={org} /></p>}</dd></div>}
      {mine.length > 0 && <div><dt>{t('対策', 'Measures')}</dt><dd>{t(`${done}/${mine.length}完了`, `${done} of ${mine.length} done`)}</dd></div>}
    </dl>
    <h2 className="h2">{t('次にすること', 'Next')}</h2>
    <p className="mb-3">{next[0]}</p>{may && <div className="no-print">{next[1]}</div>}
    {may && reopen && !r.reopened_at && <p className="no-print mt-4"><a className="btn btn-s" href={`#/${org}/${P.risks}/${r.id}/act/reopen`}>{tx(reopen.label)}</a> <span className="meta">{tx(reopen.help)}</span></p>}
    {extra}
  </>
}

function Measures({ org, mine, resources }: { org: string; mine: { p: Plan; m: Measure }[]; resources: Resource[] }) {
  const res = resources.find(r => r.path === P.plans), fields = field(res, 'measures')?.fields ?? []
  if (!mine.length || !res) return <p className="mt-3">{t('このリスクへの対策はまだ計画にありません。', 'No plan has a measure for this risk yet.')}</p>
  const word = (name: string, code?: string) => tx(fields.find(f => f.name === name)?.choices?.find(c => c.code === code)?.label)
  return <table className="list-table mt-4"><caption className="vh">{t('対策', 'Measures')}</caption>
    <thead><tr>{[t('対策', 'Measure'), t('担当', 'Owner'), t('期限', 'Due'), t('費用', 'Cost'), t('進み具合', 'Progress'), t('計画', 'Plan')].map(h => <th key={h} scope="col">{h}</th>)}</tr></thead>
    <tbody>{mine.map(({ p, m }, i) => <tr key={i}><td>{m.title} <span className="meta">{word('kind', m.kind)}</span></td><td data-label={t('担当', 'Owner')}>{nameIn(p._titles, m.owner)}</td><td data-label={t('期限', 'Due')} className="whitespace-nowrap">{m.due && shortDay(m.due)}</td>
      <td data-label={t('費用', 'Cost')} className="num">{numbers(m.cost) && sayCost(costOf([m]))}</td><td data-label={t('進み具合', 'Progress')}>{word('progress', m.progress) || word('progress', 'planned')}</td>
      <td data-label={t('計画', 'Plan')}><a href={`#/${org}/${P.plans}/${p.id}`}>{p.title}</a> <StateChip res={res} rec={p} /></td></tr>)}</tbody></table>
}

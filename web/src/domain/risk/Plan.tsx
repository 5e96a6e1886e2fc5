// Treatment plans: the list with what waits; one plan with its measures, what is accepted, what is still missing, its route.
import type { PageProps, RecordProps } from '../../page'
import type { Resource } from '../../types'
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { call, match } from '../../api'
import { t, tx } from '../../i18n'
import { shortDay } from '../../dates'
import { Due, DueChip } from '../../ui/Due'
import { Files } from '../../ui/Files'
import { Empty, Loading, PageHeader, Section, WithAside } from '../../ui/Page'
import { Retire } from '../../ui/Retire'
import { nameIn, retiredMark } from '../../ui/Value'
import { Versions } from '../../ui/Versions'
import { LevelTile } from '../../ui/Level'
import { mayAct, Route, StateChip, useAct } from './Approval'
import { afterPlan, cellAfter, costOf, field, P, sayCost, useAll, useCriteria, useOne, useRisks, type Criteria, type Plan, type Risk } from './model'

export function PlanList({ org, res }: PageProps & { res: Resource }) {
  const q = useAll<Plan>(org, P.plans), may = res.can.includes('create')
  const title = t('リスク対応', 'Treatment of risks')
  if (!q.data) return <><PageHeader title={title} error={q.error} />{!q.error && <Loading />}</>
  const plans = [...q.data.items].reverse()
  const add = <a className="btn btn-fill btn-s" href={`#/${org}/${P.plans}/new`}>{t('計画を作る', 'Make a plan')}</a>
  const done = (p: Plan) => (p.measures ?? []).filter(m => m.done_on).length
  return <>
    <PageHeader title={title} acts={plans.length > 0 && may ? add : undefined} />
    {plans.length === 0 ? <Empty act={may && add}>{t('まだ計画がありません。対策、担当、期限と、受け入れる残留リスクをまとめ、経営層の決裁を受けます。', 'There is no plan yet. It gathers measures, owners, dates and the residual risks that are accepted, and goes to management for approval.')}</Empty>
    : <table className="list-table"><caption className="vh">{tx(res.label_many ?? res.label)}</caption>
      <thead><tr>{[t('番号', 'Number'), t('計画', 'Plan'), t('状態', 'State'), t('対策', 'Measures'), t('費用', 'Cost'), t('決裁', 'Decision'), t('次の見直し', 'Review')].map(h => <th key={h} scope="col">{h}</th>)}</tr></thead>
      <tbody>{plans.map(p => <tr key={p.id}><td className="whitespace-nowrap">{p.number}</td><td><a className="text-dns-16N-130" href={`#/${org}/${P.plans}/${p.id}`}>{p.title}</a></td><td><StateChip res={res} rec={p} /></td>
        <td data-label={t('対策', 'Measures')}>{p.state === 'approved' ? t(`${done(p)}/${p.measures?.length ?? 0}完了`, `${done(p)} of ${p.measures?.length ?? 0} done`) : t(`${p.measures?.length ?? 0}件`, `${p.measures?.length ?? 0}`)}</td>
        <td data-label={t('費用', 'Cost')} className="num">{(p.measures?.length ?? 0) > 0 && sayCost(costOf(p.measures!))}</td>
        <td data-label={t('決裁', 'Decision')}>{p.approved_on && `${p.approved_post} ${shortDay(p.approved_on)}`}</td><td data-label={t('次の見直し', 'Review')}>{p.review_on && <Due day={p.review_on} short />}</td></tr>)}</tbody></table>}
  </>
}

export type Missing = { to: string; text: string }
/* What the server will ask for at submission, and what an approver will ask about: told before. */
export function missingIn(plan: Plan, risks: Map<string, Risk>, criteria?: Criteria): { must: Missing[]; should: Missing[] } {
  const must: Missing[] = [], should: Missing[] = []
  const measures = plan.measures ?? [], accepted = plan.accepted ?? []
  if (!measures.length && !accepted.length) must.push({ to: 'measures', text: t('対策か、受容する残留リスクを一つは書く', 'At least one measure or accepted risk') })
  measures.forEach((m, i) => {
    if (!m.owner) must.push({ to: `measures-${i}-owner`, text: t(`対策${i + 1}の担当部署`, `Owner of measure ${i + 1}`) })
    if (!m.due) must.push({ to: `measures-${i}-due`, text: t(`対策${i + 1}の期限`, `Due date of measure ${i + 1}`) })
    if (!m.cost) should.push({ to: `measures-${i}-cost`, text: t(`対策${i + 1}の費用`, `Cost of measure ${i + 1}`) })
    if (!m.residual_impact && !m.residual_likelihood) should.push({ to: `measures-${i}-residual_impact`, text: t(`対策${i + 1}の実施後の見込み`, `Expected result of measure ${i + 1}`) })
  })
  if (!plan.purpose) should.push({ to: 'purpose', text: t('ねらい（承認する人が最初に読む文）', 'Purpose: what the approver reads first') })
  for (const id of new Set(measures.map(m => m.risk))) {
    const r = risks.get(id), cell = cellAfter(criteria, plan, r)
    if (r && cell && !cell.accepted && !accepted.some(a => a.risk === id)) should.push({ to: 'accepted', text: t(`${r.number}は計画後も受容の範囲に入りません。受容するか、対策を加えてください`, `${r.number} stays outside acceptance after the plan: accept it by name, or add a measure`) })
  }
  return { must, should }
}
export function PlanPage({ org, res, id, resources, me }: RecordProps) {
  const url = `/api/orgs/${org}/${P.plans}/${id}`
  const q = useOne<Plan>(url), p = q.data
  const risks = useRisks(org, p), criteria = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  const { act, error } = useAct(url, p)
  if (!p || risks.isPending) return <><PageHeader title={tx(res.label)} error={q.error} />{!q.error && <Loading />}</>
  const editable = p.state === 'draft' || p.state === 'returned', by = risks.by
  const { must, should } = missingIn(p, by, criteria.now)
  const edit = `/${org}/${P.plans}/${id}/edit`
  const list = (items: Missing[]) => <ul className="list-disc pl-6">{items.map((m, i) => <li key={i}>{res.can.includes('update') ? <a href={`#${edit}?at=${m.to}`}>{m.text}</a> : m.text}</li>)}</ul>
  return <>
    <PageHeader title={p.title} crumbs={[[t('リスク対応', 'Treatment of risks'), `/${org}/${P.plans}`]]} tail={`${p.number} ${t(`第${p.version}版`, `version ${p.version}`)}`} chip={<StateChip res={res} rec={p} />} error={error}
      acts={<>{editable && mayAct(res, 'submit') && must.length === 0 && <button className="btn btn-fill btn-s" onClick={() => void act('submit', {})}>{t('提出', 'Submit')}</button>}
        {editable && res.can.includes('update') && <a className={`btn btn-s ${must.length ? 'btn-fill' : ''}`} href={`#${edit}`}>{t('編集', 'Edit')}</a>}
        <a className={`btn btn-s ${p.state === 'submitted' && mayAct(res, 'approve') ? 'btn-fill' : ''}`} href={`#/${org}/${P.plans}/${id}/approval`}>{t('決裁の用紙（A4）', 'Approval sheet (A4)')}</a></>} />
    <WithAside aside={<>
      <h2 className="h2 mt-0">{t('決裁の経路', 'Route')}</h2><Route rec={p} url={url} me={mayAct(res, 'approve') ? me.post || t('経営層', 'Management') : undefined} />
      {editable && <><h2 className="h2">{t('提出までに足りないもの', 'Missing before submission')}</h2>{must.length ? list(must) : <p>{t('ありません。提出できます。', 'Nothing: it can be submitted.')}</p>}
        {should.length > 0 && <><h2 className="h2">{t('書いておくとよいもの', 'Better with')}</h2>{list(should)}</>}</>}
      {p.review_on && <><h2 className="h2">{t('次の見直し', 'Review on')}</h2><Due day={p.review_on} /></>}
      {p.state !== 'approved' && <Retire url={url} res={res} rec={p} />}</>}>
      {p.purpose && <Section title={t('ねらい', 'Purpose')}><p className="max-w-[40em] whitespace-pre-wrap">{p.purpose}</p></Section>}
      <Section title={t('対策', 'Measures')} aside={(p.measures?.length ?? 0) > 0 && t(`費用の合計 ${sayCost(costOf(p.measures!))}`, `Total cost ${sayCost(costOf(p.measures!))}`)}><MeasureTable {...{ org, res, p, by, criteria: criteria.now }} /></Section>
      <Section title={t('受容する残留リスク', 'Residual risks accepted')}>{(p.accepted?.length ?? 0) === 0 ? <p>{t('ありません。', 'None.')}</p>
        : <ul>{p.accepted!.map((a, i) => { const r = by.get(a.risk); return <li key={i} className="risk-row"><span><span className="meta">{r?.number}</span> <a href={`#/${org}/${P.risks}/${a.risk}`}>{r?.title}{retiredMark(r?.removed) || !r && nameIn(p._titles, a.risk)}</a><br />{a.reason}</span><span className="meta whitespace-nowrap">{a.until ? t(`${shortDay(a.until)}まで`, `until ${shortDay(a.until)}`) : t('次の見直しまで', 'until the review')}</span></li> })}</ul>}</Section>
      <Files url={url} can={res.can.includes('update')} />
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={p._titles ?? {}} /></Section>
    </WithAside>
  </>
}

type MT = { org: string; res: Resource; p: Plan; by: Map<string, Risk>; criteria?: Criteria }
function MeasureTable({ org, res, p, by, criteria }: MT) {
  const fields = field(res, 'measures')?.fields ?? []
  const choices = (name: string) => fields.find(f => f.name === name)?.choices ?? []
  const word = (name: string, code?: string) => tx(choices(name).find(c => c.code === code)?.label)
  const client = useQueryClient()
  const [error, setError] = useState<string>('')
  const report = async (n: number, progress: string) => {
    setError('')
    try { await call('POST', `/api/orgs/${org}/${P.plans}/${p.id}/report`, { measure: n, progress }, match(p.version)) } catch (e) { setError((e as Error).message) }
    await client.invalidateQueries()
  }
  if (!p.measures?.length) return <p>{t('まだ対策がありません。', 'There is no measure yet.')}</p>
  return <>{error && <p className="err" role="alert">{error}</p>}<table className="list-table fit"><caption className="vh">{t('対策', 'Measures')}</caption>
    <thead><tr>{['', t('対策とリスク', 'Measure and risk'), t('担当・期限', 'Owner and due date'), t('費用', 'Cost'), t('計画後', 'After'), ...p.state === 'approved' ? [t('進み具合', 'Progress')] : []].map((h, i) => <th key={i} scope="col">{h || <span className="vh">{t('番号', 'Number')}</span>}</th>)}</tr></thead>
    <tbody>{p.measures.map((m, i) => { const r = by.get(m.risk), a = afterPlan({ measures: [m] }, r), cell = cellAfter(criteria, { measures: [m] }, r); return <tr key={i}>
      <td className="max-tablet:hidden">{i + 1}</td><td className="plan-what"><span className="text-dns-16N-130">{m.title}</span> <span className="meta">{word('kind', m.kind)}</span><span className="mt-1 block"><a href={`#/${org}/${P.risks}/${m.risk}`}>{r?.number ?? p._titles?.[m.risk]?.number}</a> {r?.title}{retiredMark(r?.removed)}</span></td>
      <td data-label={t('担当・期限', 'Owner and due date')}><span className="whitespace-nowrap">{nameIn(p._titles, m.owner)}</span> {m.due && <span className="block whitespace-nowrap">{shortDay(m.due)} {p.state === 'approved' && !m.done_on && <DueChip day={m.due} />}</span>}</td>
      <td data-label={t('費用', 'Cost')} className="num">{m.cost ? sayCost(costOf([m])) : ''}</td>
      <td data-label={t('計画後', 'After')}>{cell ? <LevelTile level={cell.level} /> : m.residual_impact || m.residual_likelihood ? <span className="whitespace-nowrap">{t('影響', 'impact')} {String(a.impact)} {t('起', 'likelihood')} {String(a.likelihood)}</span> : ''}</td>
      {p.state === 'approved' && <td data-label={t('進み具合', 'Progress')}>{mayAct(res, 'report') ? <select className="field field-s" aria-label={t(`対策${i + 1}の進み具合`, `Progress of measure ${i + 1}`)} value={m.progress ?? 'planned'} onChange={e => void report(i + 1, e.target.value)}>{choices('progress').map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select> : word('progress', m.progress ?? 'planned')}{m.done_on && <span className="meta block">{shortDay(m.done_on)}</span>}</td>}</tr> })}</tbody></table></>
}

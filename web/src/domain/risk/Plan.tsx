// Treatment plans: the list with what waits; one plan with its measures, what is accepted, what is still missing, its route.
import type { PageProps, RecordProps } from '../../page'
import type { Resource } from '../../types'
import { Fragment, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call, get, match } from '../../api'
import { t, tx } from '../../i18n'
import { shortDay } from '../../dates'
import { Due, DueChip } from '../../ui/Due'
import { Files } from '../../ui/Files'
import { Fields } from '../../ui/Fields'
import { Chip, Dialog, Empty, Loading, PageHeader, Section, Why, WithAside } from '../../ui/Page'
import { ReportLinks, reportsOf, ReportTable, type Answer } from '../../ui/Reports'
import { mistakesOf } from '../../ui/Row'
import { Retire } from '../../ui/Retire'
import { nameIn, retiredMark } from '../../ui/Value'
import { Versions } from '../../ui/Versions'
import { LevelTile } from '../../ui/Level'
import { mayAct, Route, StateChip, useAct } from './Approval'
import { afterPlan, cellAfter, costOf, field, P, sayCost, sayEffort, stepText, totalOf, useAll, useCriteria, useOne, useRisks, type Criteria, type Measure, type Plan, type Risk } from './model'

export function PlanList({ org, res }: PageProps & { res: Resource }) {
  const q = useAll<Plan>(org, P.plans), may = res.can.includes('create')
  const title = t('リスク対応', 'Treatment of risks')
  if (!q.data) return <><PageHeader title={title} error={q.error} />{!q.error && <Loading />}</>
  const plans = [...q.data.items].reverse()
  const add = <a className="btn btn-fill btn-s" href={`#/${org}/${P.plans}/new`}>{t('計画を作る', 'Make a plan')}</a>
  return <>
    <PageHeader title={title} acts={plans.length > 0 && may ? add : undefined} />
    <ReportLinks org={org} res={res} />
    {plans.length === 0 ? <Empty act={may && add}>{t('まだ計画がありません。対策、担当、期限と、受け入れる残留リスクをまとめ、経営層の決裁を受けます。', 'There is no plan yet. It gathers measures, owners, dates and the residual risks that are accepted, and goes to management for approval.')}</Empty>
    : <table className="list-table"><caption className="vh">{tx(res.label_many ?? res.label)}</caption>
      <thead><tr>{[t('番号', 'Number'), t('計画', 'Plan'), t('状態', 'State'), t('対策', 'Measures'), t('費用', 'Cost'), t('決裁', 'Decision'), t('次の見直し', 'Review')].map(h => <th key={h} scope="col">{h}</th>)}</tr></thead>
      <tbody>{plans.map(p => <tr key={p.id}><td className="whitespace-nowrap">{p.number}</td><td><a className="text-dns-16N-130" href={`#/${org}/${P.plans}/${p.id}`}>{p.title}</a></td><td><StateChip res={res} rec={p} /></td>
        <td data-label={t('対策', 'Measures')}>{p.state === 'approved' ? t(`${p.done_n}/${p.measures_n}完了`, `${p.done_n} of ${p.measures_n} done`) : t(`${p.measures_n}件`, `${p.measures_n}`)} <Late p={p} /></td>
        <td data-label={t('費用', 'Cost')} className="num">{(p.measures_n ?? 0) > 0 && sayCost(totalOf(p))}</td>
        <td data-label={t('決裁', 'Decision')}>{p.approved_on && `${p.approved_post} ${shortDay(p.approved_on)}`}</td><td data-label={t('次の見直し', 'Review')}>{p.review_on && <Due day={p.review_on} short />}</td></tr>)}</tbody></table>}
  </>
}

/* Overdue measures; and a plan of which all that is left is overdue: nobody works on it. */
function Late({ p }: { p: Plan }) {
  const left = (p.measures_n ?? 0) - (p.done_n ?? 0), late = p.overdue_n ?? 0
  if (!late) return null
  return <Chip tone="late">{late === left ? t(`残る${late}件がすべて期限切れ`, `All ${late} left are overdue`) : t(`${late}件が期限切れ`, `${late} overdue`)}</Chip>
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
      <h2 className="h2 mt-0">{t('決裁の経路', 'Route')}</h2><Route rec={p} res={res} url={url} me={mayAct(res, 'approve') ? me.post || t('経営層', 'Management') : undefined} may={mayAct(res, 'endorse') ? me.post ?? '' : undefined} />
      {editable && <><h2 className="h2">{t('提出までに足りないもの', 'Missing before submission')}</h2>{must.length ? list(must) : <p>{t('ありません。提出できます。', 'Nothing: it can be submitted.')}</p>}
        {should.length > 0 && <><h2 className="h2">{t('書いておくとよいもの', 'Better with')}</h2>{list(should)}</>}</>}
      {p.review_on && <><h2 className="h2">{t('次の見直し', 'Review on')}</h2><Due day={p.review_on} /></>}
      {p.state !== 'approved' && <Retire url={url} res={res} rec={p} />}</>}>
      {p.purpose && <Section title={t('ねらい', 'Purpose')}><p className="max-w-[40em] whitespace-pre-wrap">{p.purpose}</p></Section>}
      {p.changed_since && <p className="note">{t(`提出の後に変わったことを、承認した人が確かめました：${p.changed_since}`, `Changed after submission, and looked at by who approved: ${p.changed_since}`)}</p>}
      <Evaluation {...{ org, res, url, resources }} />
      <Section title={<>{t('対策', 'Measures')} <Late p={p} /></>} aside={(p.measures_n ?? 0) > 0 && <Totals p={p} />}><MeasureTable {...{ org, res, p, by, criteria: criteria.now }} /></Section>
      {(p.brings?.length ?? 0) > 0 && <Section title={t('対策が持ち込むリスク', 'Risks that measures bring in')}><ul>{p.brings!.map((x, i) => { const r = by.get(x.risk); return <li key={i} className="risk-row"><span><span className="meta">{r?.number}</span> <a href={`#/${org}/${P.risks}/${x.risk}`}>{r?.title}{retiredMark(r?.removed) || !r && nameIn(p._titles, x.risk)}</a><br />{x.how}</span></li> })}</ul></Section>}
      <Section title={t('受容する残留リスク', 'Residual risks accepted')}>{(p.accepted?.length ?? 0) === 0 ? <p>{t('ありません。', 'None.')}</p>
        : <ul>{p.accepted!.map((a, i) => { const r = by.get(a.risk); return <li key={i} className="risk-row"><span><span className="meta">{r?.number}</span> <a href={`#/${org}/${P.risks}/${a.risk}`}>{r?.title}{retiredMark(r?.removed) || !r && nameIn(p._titles, a.risk)}</a><br />{a.reason}</span><span className="meta whitespace-nowrap">{a.until ? t(`${shortDay(a.until)}まで`, `until ${shortDay(a.until)}`) : t('次の見直しまで', 'until the review')}</span></li> })}</ul>}</Section>
      <Files url={url} can={res.can.includes('update')} />
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={p._titles ?? {}} /></Section>
    </WithAside>
  </>
}

const shown = ['after', 'level', 'level_after', 'steps', 'why', 'until']
/* 5.1.5 (2) in a few lines, each number with its grounds in the report; the risks one by one. */
function Evaluation({ org, res, url, resources }: { org: string; res: Resource; url: string; resources: Resource[] }) {
  const may = reportsOf(res, true).some(r => r.name === 'evaluation'), all = `#${url.replace('/api/orgs', '')}/reports/evaluation`
  const q = useQuery({ queryKey: ['rec', url, 'report', 'evaluation', ''], queryFn: () => get<Answer>(`${url}/reports/evaluation`), enabled: may, staleTime: 0 })
  if (!may || !q.data) return null
  const table = (name: string) => q.data.tables.find(x => x.name === name)!
  const [first, ...rest] = table('conclusion').rows.map(r => r.values as { question: string; answer: string; n?: number })
  return <Section title={t('計画の評価', 'Evaluation of the plan')} aside={<><a href={all}>{t('評価の全文', 'All of it')}</a>　<a href={all.replace('evaluation', 'compare')}>{t('別の計画と比べる', 'Compare with another plan')}</a></>}>
    <p className="text-std-16B-170 max-w-[40em]">{first?.answer}</p>
    <dl className="facts mt-3 max-tablet:block">{rest.map(x => <Fragment key={x.question}><dt>{x.question}</dt><dd>{x.answer}{x.n ? t(`（${x.n}件）`, ` (${x.n})`) : ''}</dd></Fragment>)}</dl>
    {table('risks').rows.length > 0 && <Why label={t('リスクごとの根拠', 'Risk by risk, with grounds')}><ReportTable bare table={{ ...table('risks'), fields: table('risks').fields.filter(f => shown.includes(f.name)) }} titles={q.data._titles} org={org} resources={resources} /></Why>}
  </Section>
}

/* The sum, and what it is made of. */
function Totals({ p }: { p: Plan }) {
  const rows = p.measures ?? [], n = p.measures_n ?? 0
  return <Why label={`${t('費用の合計', 'Total cost')} ${sayCost(totalOf(p))}${p.total_effort ? ` ${t('手間', 'effort')} ${sayEffort(p.total_effort)}` : ''}`}>
    <p>{rows.length === n ? t(`${n}件の対策の費用の合計です。`, `The sum of ${n} measures.`) : t(`${rows.length}行のうち、対策名と担当が同じものは一つと数え、${n}件の合計です。行によって費用が違えば、最小から最大までの幅です。`, `Of ${rows.length} rows those with the same title and owner count once: ${n} measures. Where their costs differ, from the least to the most.`)}</p>
    <ul className="list-disc pl-6">{rows.map((m, i) => <li key={i}>{i + 1} {m.title} {m.cost ? sayCost(costOf([m])) : t('未定', 'not known yet')}{rows.findIndex(x => same(x, m)) < i && <span className="meta"> {t(`対策${rows.findIndex(x => same(x, m)) + 1}と共通`, `the same as measure ${rows.findIndex(x => same(x, m)) + 1}`)}</span>}</li>)}</ul></Why>
}
/* As the server folds: widths and letters, title and owner. */
const folded = (s: string) => s.normalize('NFKC').toLowerCase()
const same = (a: Measure, b: Measure) => folded(a.title) === folded(b.title) && (a.owner ?? '') === (b.owner ?? '')

type MT = { org: string; res: Resource; p: Plan; by: Map<string, Risk>; criteria?: Criteria }
function MeasureTable({ org, res, p, by, criteria }: MT) {
  const fields = field(res, 'measures')?.fields ?? []
  const choices = (name: string) => fields.find(f => f.name === name)?.choices ?? []
  const word = (name: string, code?: string) => tx(choices(name).find(c => c.code === code)?.label)
  const client = useQueryClient()
  const [error, setError] = useState<string>(''), [telling, setTelling] = useState(0)
  /* What was told before stays, unless it is told anew. */
  const report = async (n: number, progress: string) => {
    const m = p.measures![n - 1]!
    setError('')
    try { await call('POST', `/api/orgs/${org}/${P.plans}/${p.id}/report`, { measure: n, progress, expected_on: progress === 'done' ? null : m.expected_on ?? null, note: m.note ?? null }, match(p.version)) } catch (e) { setError((e as Error).message) }
    await client.invalidateQueries()
  }
  const shared = (i: number) => { const first = p.measures!.findIndex(x => same(x, p.measures![i]!)); return first < i ? first + 1 : 0 }
  const details = (m: Measure) => [m.control, word('feasibility', m.feasibility), m.conditions, m.after && t(`対策${m.after}の後`, `after measure ${m.after}`), m.begin && t(`${shortDay(m.begin)}までに着手`, `begins by ${shortDay(m.begin)}`)].filter(Boolean) as string[]
  if (!p.measures?.length) return <p>{t('まだ対策がありません。', 'There is no measure yet.')}</p>
  return <>{error && <p className="err" role="alert">{error}</p>}<table className="list-table fit"><caption className="vh">{t('対策', 'Measures')}</caption>
    <thead><tr>{['', t('対策とリスク', 'Measure and risk'), t('担当・期限', 'Owner and due date'), t('費用', 'Cost'), t('計画後', 'After'), ...p.state === 'approved' ? [t('進み具合', 'Progress')] : []].map((h, i) => <th key={i} scope="col">{h || <span className="vh">{t('番号', 'Number')}</span>}</th>)}</tr></thead>
    <tbody>{p.measures.map((m, i) => { const r = by.get(m.risk), a = afterPlan({ measures: [m] }, r), cell = cellAfter(criteria, { measures: [m] }, r); return <tr key={i}>
      <td className="max-tablet:hidden">{i + 1}</td><td className="plan-what"><span className="text-dns-16N-130">{m.title}</span> <span className="meta">{word('kind', m.kind)}</span>{shared(i) > 0 && <span className="meta"> {t(`対策${shared(i)}と共通`, `shared with measure ${shared(i)}`)}</span>}<span className="mt-1 block"><a href={`#/${org}/${P.risks}/${m.risk}`}>{r?.number ?? p._titles?.[m.risk]?.number}</a> {r?.title}{retiredMark(r?.removed)}</span>
        {details(m).length > 0 && <span className="meta block">{details(m).join(t('、', '; '))}</span>}{m.note && <span className="meta block whitespace-pre-wrap">{t('報告：', 'Report: ')}{m.note}</span>}</td>
      <td data-label={t('担当・期限', 'Owner and due date')}><span className="whitespace-nowrap">{nameIn(p._titles, m.owner)}</span> {m.due && <span className="block whitespace-nowrap">{shortDay(m.due)} {p.state === 'approved' && !m.done_on && <DueChip day={m.due} />}</span>}</td>
      <td data-label={t('費用', 'Cost')} className="num">{m.cost ? sayCost(costOf([m])) : ''}{m.effort && <span className="meta block">{sayEffort(m.effort)}</span>}</td>
      <td data-label={t('計画後', 'After')}>{cell ? <Why label={<LevelTile level={cell.level} />}>{t(`${r!.number}の影響 ${stepText(criteria, 'impact', r!.impact)} → ${stepText(criteria, 'impact', a.impact)}、起こりやすさ ${stepText(criteria, 'likelihood', r!.likelihood)} → ${stepText(criteria, 'likelihood', a.likelihood)}。${criteria!.number} の判定表でレベル ${cell.level}（${cell.accepted ? '受容' : '受容しない'}）。`, `${r!.number}: impact ${stepText(criteria, 'impact', r!.impact)} → ${stepText(criteria, 'impact', a.impact)}, likelihood ${stepText(criteria, 'likelihood', r!.likelihood)} → ${stepText(criteria, 'likelihood', a.likelihood)}. By the table of ${criteria!.number} level ${cell.level} (${cell.accepted ? 'accepted' : 'not accepted'}).`)}</Why> : m.residual_impact || m.residual_likelihood ? <span className="whitespace-nowrap">{t('影響', 'impact')} {String(a.impact)} {t('起', 'likelihood')} {String(a.likelihood)}</span> : ''}</td>
      {p.state === 'approved' && <td data-label={t('進み具合', 'Progress')}>{mayAct(res, 'report') ? <select className="field field-s" aria-label={t(`対策${i + 1}の進み具合`, `Progress of measure ${i + 1}`)} value={m.progress ?? 'planned'} onChange={e => void report(i + 1, e.target.value)}>{choices('progress').map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select> : word('progress', m.progress ?? 'planned')}{m.done_on && <span className="meta block">{shortDay(m.done_on)}</span>}
        {m.expected_on && <span className="meta block">{t(`見込み ${shortDay(m.expected_on)}`, `expected ${shortDay(m.expected_on)}`)}</span>}{mayAct(res, 'report') && !m.done_on && <button type="button" className="btn btn-s mt-1" onClick={() => setTelling(i + 1)}>{t('見込みを報告', 'Report')}<span className="vh"> {i + 1}</span></button>}</td>}</tr> })}</tbody></table>
    {telling > 0 && <Tell {...{ org, res, p }} n={telling} close={() => setTelling(0)} />}</>
}

/* How far a measure is, when it will end, what stands in the way: before the due date, not after it. */
function Tell({ org, res, p, n, close }: { org: string; res: Resource; p: Plan; n: number; close: () => void }) {
  const m = p.measures![n - 1]!, fields = (res.actions?.find(a => a.name === 'report')?.fields ?? []).filter(f => f.name !== 'measure')
  const [v, setV] = useState<Record<string, unknown>>({ progress: m.progress ?? 'doing', expected_on: m.expected_on, note: m.note })
  const { act, error } = useAct(`/api/orgs/${org}/${P.plans}/${p.id}`, p)
  const wrong = mistakesOf(error)
  return <Dialog title={`${n} ${m.title}`} close={close}><form noValidate onSubmit={e => { e.preventDefault(); void act('report', { ...v, measure: n }, close) }}>
    <Fields fields={fields} values={v} set={setV} mistakes={wrong} org={org} resources={[]} titles={{}} />
    <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('報告', 'Report')}</button><button type="button" className="btn" onClick={close}>{t('やめる', 'Cancel')}</button></p>
  </form></Dialog>
}

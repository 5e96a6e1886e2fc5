// Criteria: what is in force, drafts and earlier sets; one set with its steps, rules, table and approval.
import { useQuery } from '@tanstack/react-query'
import type { PageProps, RecordProps } from '../../page'
import type { Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, shortDay } from '../../dates'
import { go } from '../../router'
import { Errors } from '../../ui/Fields'
import { Files } from '../../ui/Files'
import { Empty, Loading, PageHeader, Section, WithAside } from '../../ui/Page'
import { ReportLinks, ReportTable, type Answer } from '../../ui/Reports'
import { Retire } from '../../ui/Retire'
import { Versions } from '../../ui/Versions'
import { LevelScale, LevelTile } from '../../ui/Level'
import { RowsTable } from '../../ui/RowsTable'
import { Value } from '../../ui/Value'
import { Decide, mayAct, Route, StateChip, useAct } from './Approval'
import { Grid, type Table } from './Grid'
import { field, inForce, P, scaleWords, sidesOf, stepText, today, useAll, useOne, type Criteria, type Step } from './model'

export function CriteriaList({ org, res }: PageProps & { res: Resource }) {
  const q = useAll<Criteria>(org, P.criteria)
  const title = tx(res.label)
  const may = res.can.includes('create')
  if (!q.data) return <><PageHeader title={title} error={q.error} />{!q.error && <Loading />}</>
  const now = inForce(q.data.items, today()), drafts = q.data.items.filter(c => c.state !== 'approved'), rest = q.data.items.filter(c => c.state === 'approved' && c !== now)
  const line = (c: Criteria) => <li key={c.id} className="risk-row"><span><span className="meta">{c.number}</span> <a href={`#/${org}/${P.criteria}/${c.id}`}>{c.title}</a> <StateChip res={res} rec={c} /></span>
    <span className="meta">{c.approved_on ? <>{c.approved_post} {shortDay(c.approved_on)}</> : c.submitted_on && <>{t('提出', 'submitted')} {shortDay(c.submitted_on)}</>}</span></li>
  return <>
    <PageHeader title={title} acts={may && (now || drafts.length > 0) ? <a className={`btn btn-s ${drafts.length ? '' : 'btn-fill'}`} href={`#/${org}/${P.criteria}/new`}>{now ? t('改定案を作る', 'Draft a revision') : t('判定基準を作る', 'Make criteria')}</a> : undefined} />
    {!now && !drafts.length && <Empty act={may && <a className="btn btn-fill" href={`#/${org}/${P.criteria}/new`}>{t('判定基準を作る', 'Make criteria')}</a>}>
      {t('影響と起こりやすさの段階、その組み合わせのレベル、どこまで受容するかを決めます。経営層が承認すると、すべてのリスクにレベルと対応の提案が出ます。ひな型から始められます。', 'Levels of impact and of likelihood, the level of each pair, and what is accepted. Once management approves them, every risk has a level and a proposed treatment. A template is ready.')}</Empty>}
    {now && <Section title={t('いまの基準', 'In force')} aside={<a href={`#/${org}/${P.criteria}/${now.id}`}>{t('くわしく見る', 'See all of it')}</a>}>
      <p className="mb-4"><a href={`#/${org}/${P.criteria}/${now.id}`}>{now.title}</a> <span className="meta">{now.number} {now.approved_post} {shortDay(now.approved_on ?? '')} {now.review_on && t(`次の見直し ${shortDay(now.review_on)}`, `review on ${shortDay(now.review_on)}`)}</span></p>
      <Preview org={org} criteria={now} /></Section>}
    <ReportLinks org={org} res={res} />
    {may && <p className="no-print mb-4"><a className="btn btn-s" href={`#/${org}/${P.criteria}/new?from=judgements`}>{t('これまでの判断から案を作る', 'Draft from past judgements')}</a></p>}
    {drafts.length > 0 && <Section title={t('案', 'Drafts')}><ul>{drafts.map(line)}</ul></Section>}
    {rest.length > 0 && <Section title={t('これまでの基準', 'Earlier criteria')}><ul>{rest.map(line)}</ul></Section>}
  </>
}

const noCount = () => undefined
const Preview = ({ org, criteria }: { org: string; criteria: Table }) =>
  <div className={sidesOf(criteria).likelihood > 5 ? '' : 'max-w-[32rem]'}><Grid sides={sidesOf(criteria)} criteria={criteria} count={noCount} choose={(i, l) => go(`/${org}/${P.matrix}?impact=${i}&likelihood=${l}`)} label={t('判定表', 'Table of levels')} />
    <p className="meta mt-2"><span className="line-key" aria-hidden="true" />{t('太い線の内側が受容の範囲', 'Inside the thick line: accepted')}</p></div>

/* Described steps, greatest first, with the bound of each where one is given. */
function Steps({ res, list, steps }: { res: Resource; list: 'impacts' | 'likelihoods'; steps?: Step[] }) {
  const f = field(res, list)!, bound = f.fields?.find(g => g.name === (list === 'impacts' ? 'loss_max' : 'per_century'))
  const bounded = bound && steps?.some(s => typeof (s as Record<string, unknown>)[bound.name] === 'number') ? bound : undefined
  return <table className="list-table mb-6"><caption className="text-left text-dns-16B-130 pb-1">{tx(f.label)}</caption>
    <thead><tr><th scope="col" className="lv-col">{t('段階', 'Step')}</th><th scope="col">{t('目安', 'What it means')}</th>{bounded && <th scope="col" className="num">{tx(bounded.label)}</th>}</tr></thead>
    <tbody>{[...steps ?? []].sort((a, b) => b.level - a.level).map(s => <tr key={s.level}><td><b>{s.level}</b> {s.name}</td><td>{s.description}</td>{bounded && <td data-label={tx(bounded.label)} className="num"><Value f={bounded} v={(s as Record<string, unknown>)[bounded.name]} resources={[]} org="" /></td>}</tr>)}</tbody></table>
}

/* What counts beside the table: rules, names of levels, periods, what was weighed. */
function Rules({ res, c, resources, org }: { res: Resource; c: Criteria; resources: Resource[]; org: string }) {
  const rule = (name: 'impact_from' | 'likelihood_from' | 'yearly_max') => typeof c[name] === 'number' && <div key={name}><dt>{tx(field(res, name)?.label)}</dt><dd>{name === 'yearly_max' ? <Value f={field(res, name)!} v={c[name]} resources={resources} org={org} /> : stepText(c, name === 'impact_from' ? 'impact' : 'likelihood', c[name])}</dd></div>
  const months = (c.cells ?? []).filter(x => x.months)
  const list = (name: 'views' | 'evaluation' | 'acceptance') => (c[name]?.length ?? 0) > 0 && <div className="mt-5"><h3 className="text-dns-16B-130 mb-1">{tx(field(res, name)?.label)}</h3><RowsTable f={field(res, name)!} v={c[name]} resources={resources} org={org} /></div>
  const any = rule('impact_from') || rule('likelihood_from') || rule('yearly_max') || months.length > 0
  return <>
    {any && <Section title={t('判定表のほかの規則', 'Rules beside the table')}><dl className="kv">{rule('impact_from')}{rule('likelihood_from')}{rule('yearly_max')}
      {months.length > 0 && <div><dt>{t('受容の期間', 'Accepted for a period')}</dt><dd><ul>{months.map(x => <li key={`${x.impact}-${x.likelihood}`}>{t(`影響 ${stepText(c, 'impact', x.impact)} × 起こりやすさ ${stepText(c, 'likelihood', x.likelihood)}：判断の日から${x.months}か月`, `impact ${stepText(c, 'impact', x.impact)} × likelihood ${stepText(c, 'likelihood', x.likelihood)}: ${x.months} months from the judgement`)}</li>)}</ul></dd></div>}</dl></Section>}
    {(c.levels?.length ?? 0) > 0 && <Section title={t('リスクレベル', 'Risk levels')}><dl className="kv">{[...c.levels!].sort((a, b) => b.level - a.level).map(x => <div key={x.level}><dt><LevelTile level={x.level} /></dt><dd>{x.description}</dd></div>)}</dl></Section>}
    {list('views')}{list('evaluation')}{list('acceptance')}
  </>
}

export function CriteriaPage({ org, res, id, resources, me }: RecordProps) {
  const url = `/api/orgs/${org}/${P.criteria}/${id}`
  const q = useOne<Criteria>(url), c = q.data
  const { act, error } = useAct(url, c)
  if (!c) return <><PageHeader title={tx(res.label)} error={q.error} />{!q.error && <Loading />}</>
  const editable = c.state === 'draft' || c.state === 'returned'
  const date = (label: string, d?: string) => d && <div><dt className="meta">{label}</dt><dd><time dateTime={d}>{sayDay(d, lang())}</time></dd></div>
  return <>
    <PageHeader title={c.title} crumbs={[[tx(res.label), `/${org}/${P.criteria}`]]} tail={`${c.number} ${t(`第${c.version}版`, `version ${c.version}`)}`} chip={<StateChip res={res} rec={c} />} error={error}
      acts={<>{editable && mayAct(res, 'submit') && <button className="btn btn-fill btn-s" onClick={() => void act('submit', {})}>{t('提出', 'Submit')}</button>}
        {editable && res.can.includes('update') && <a className="btn btn-s" href={`#/${org}/${P.criteria}/${id}/edit`}>{t('編集', 'Edit')}</a>}
        <button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <WithAside aside={<><h2 className="h2 mt-0">{t('決裁の経路', 'Route')}</h2><Route rec={c} res={res} url={url} me={mayAct(res, 'approve') ? me.post || t('経営層', 'Management') : undefined} may={mayAct(res, 'endorse') ? me.post ?? '' : undefined} />
      <dl className="mt-4 flex flex-col gap-2">{date(t('適用開始', 'Valid from'), c.valid_from)}{date(t('適用終了', 'Valid until'), c.valid_until)}{date(t('次の見直し', 'Review on'), c.review_on)}</dl>{c.state !== 'approved' && <Retire url={url} res={res} rec={c} />}</>}>
      {c.state !== 'approved' && <Changes {...{ org, url, id, resources, res }} />}
      {c.state === 'submitted' && mayAct(res, 'approve') && <Decide org={org} res={res} rec={c} url={url} resources={resources} post={me.post} />}
      {c.grounds && <Section title={t('考え方', 'Grounds')}><p className="max-w-[40em] whitespace-pre-wrap">{c.grounds}</p></Section>}
      <Section title={t('判定表', 'Table of levels')}><Preview org={org} criteria={c} /></Section>
      <Section title={t('段階の目安', 'What the steps mean')}><Steps res={res} list="impacts" steps={c.impacts} /><Steps res={res} list="likelihoods" steps={c.likelihoods} /></Section>
      <LevelScale.Provider value={scaleWords(c)}><Rules {...{ res, c, resources, org }} /></LevelScale.Provider>
      <Files url={url} can={res.can.includes('update')} />
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={c._titles ?? {}} /></Section>
    </WithAside>
  </>
}

/* Told before anybody approves: how many risks would be judged otherwise, and which. */
function Changes({ org, url, id, res, resources }: { org: string; url: string; id: string; res: Resource; resources: Resource[] }) {
  const report = res.reports?.find(r => r.name === 'changes' && r.can)
  const q = useQuery({ queryKey: ['rec', url, 'report', 'changes', ''], queryFn: () => get<Answer>(`${url}/reports/changes`), enabled: !!report, staleTime: 0 })
  if (!report || q.error) return <Errors error={q.error} />
  const [counts, changes] = q.data?.tables ?? []
  return <Section title={tx(report.label)} aside={<a href={`#/${org}/${P.criteria}/${id}/reports/changes`}>{t('リスクごとに見る', 'Risk by risk')}</a>}>
    {!counts || !changes ? <Loading /> : changes.rows.length ? <ReportTable table={counts} org={org} resources={resources} /> : <p>{t('登録済みのリスクのレベルと評価は変わりません。', 'Level and evaluation of the registered risks stay as they are.')}</p>}</Section>
}

// The approval of a plan on one A4 page: what is asked, what threatens what, level now and after, cost, what is accepted by name, the route.
import type { RecordProps } from '../../page'
import { many, t, tx } from '../../i18n'
import { shortDay } from '../../dates'
import { Loading, PageHeader } from '../../ui/Page'
import { LevelScale, LevelTile } from '../../ui/Level'
import { Decide, mayAct, Route, StateChip } from './Approval'
import { afterPlan, byHeight, cellAfter, cellAt, costOf, inForce, P, onScale, sayAbout, scaleWords, totalOf, stepOf, today, useCriteria, useOne, useRisks, type Criteria, type Measure, type Plan, type Risk } from './model'
import { nameIn, retiredMark } from '../../ui/Value'

/* What fits one page: the rest is named as the annex, which is the plan itself. */
const ROWS = 4, MEASURES = 3, NAMED = 8, WORDS = 120
const short = (s: string, n: number) => s.length > n ? `${s.slice(0, n)}…` : s

export function Sheet({ org, res, id, resources, me }: RecordProps) {
  const url = `/api/orgs/${org}/${P.plans}/${id}`
  const q = useOne<Plan>(url), p = q.data
  const risks = useRisks(org, p), criteria = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  if (!p || risks.isPending) return <><PageHeader title={t('決裁', 'Approval')} error={q.error} />{!q.error && <Loading />}</>
  const by = risks.by
  const basis = criteria.data && inForce(criteria.data.items, p.approved_on ?? today())
  const measures = p.measures ?? [], accepted = p.accepted ?? []
  const treated = [...new Set(measures.map(m => m.risk))].map(x => by.get(x)).filter((r): r is Risk => !!r).sort(byHeight)
  const outside = treated.filter(r => { const c = cellAfter(basis, p, r); return c && !c.accepted && !accepted.some(x => x.risk === r.id) })
  const levelOf = (r: Risk, i: Risk['impact'], l: Risk['likelihood']) => { const c = basis && onScale(r, basis) ? cellAt(basis, i, l) : undefined; return c ? <LevelTile level={c.level} /> : <span className="whitespace-nowrap">{stepOf(r, basis, 'impact', i)} × {stepOf(r, basis, 'likelihood', l)}</span> }
  const taken = treated.length > ROWS ? 3 : 6
  const cost = totalOf(p), years = measures.map(m => m.due).filter(Boolean).sort()
  const waits = p.state === 'submitted' && mayAct(res, 'approve')
  const print = <button className="btn btn-s" onClick={() => window.print()}>{t('印刷', 'Print')}</button>
  const sheet = <div className="a4 print-sheet">
    <PageHeader title={p.title} crumbs={[[t('リスク対応', 'Treatment of risks'), `/${org}/${P.plans}`], [p.number ?? '', `/${org}/${P.plans}/${id}`]]} tail={t('決裁', 'Approval')} chip={<StateChip res={res} rec={p} />} acts={<>{print}<a className="btn btn-s" href={`#/${org}/${P.plans}/${id}`}>{t('計画の全文', 'The whole plan')}</a></>} />
    <p className="sheet-no">{me.name}　{p.number} {t(`第${p.version}版`, `version ${p.version}`)}　{t('リスク対応計画の決裁', 'Approval of a treatment plan')}</p>
    <section className="sheet-ask"><h2 className="h2 mt-0">{p.state === 'approved' ? t('決裁の内容', 'What was approved') : t('お願い', 'Request')}</h2>
      <p className="text-std-16B-170">{p.state === 'approved' ? t(`対策${p.measures_n}件と、残るリスク${accepted.length}件の受容が承認されました。`, `Approved: ${many(p.measures_n ?? 0, 'measure')} and the acceptance of ${many(accepted.length, 'residual risk')}.`)
        : t(`対策${p.measures_n}件の実施と、残るリスク${accepted.length}件の受容を承認してください。`, `Please approve ${many(p.measures_n ?? 0, 'measure')} and the acceptance of ${many(accepted.length, 'residual risk')}.`)}</p>
      {p.purpose && <p className="mt-1 whitespace-pre-wrap">{short(p.purpose, WORDS)}{p.purpose.length > WORDS && <span className="meta">{t('（全文は計画に）', ' (all of it in the plan)')}</span>}</p>}</section>
    <section><h2 className="h2">{t('対応するリスク', 'Risks to be treated')}</h2>
      {treated.length === 0 ? <p>{t('この計画に対策はありません。', 'This plan has no measures.')}</p> : <table className="list-table sheet-table"><caption className="vh">{t('対応するリスク', 'Risks to be treated')}</caption>
        <thead><tr><th scope="col">{t('脅かすもの・対策', 'Threat and measures')}</th><th scope="col">{t('サービス', 'Services')}</th><th scope="col">{t('今', 'Now')}</th><th scope="col">{t('計画後', 'After')}</th><th scope="col" className="num">{t('費用', 'Cost')}</th></tr></thead>
        <tbody>{treated.slice(0, ROWS).map(r => { const own = measures.filter(m => m.risk === r.id), a = afterPlan(p, r); return <tr key={r.id}>
          <td><b>{r.number}</b> {r.title}{retiredMark(r.removed)}<Own {...{ p, own, full: treated.length <= ROWS }} /></td>
          <td data-label={t('サービス', 'Services')}>{(r.services ?? []).slice(0, 2).map(s => nameIn(risks.titles, s)).filter(Boolean).join(t('、', ', '))}</td>
          <td data-label={t('今', 'Now')}>{levelOf(r, r.impact, r.likelihood)}</td><td data-label={t('計画後', 'After')}>{levelOf(r, a.impact, a.likelihood)}</td>
          <td data-label={t('費用', 'Cost')} className="num">{own.some(m => m.cost) ? sayAbout(costOf(own.filter(m => m.cost))) : t('未定', 'not known')}</td></tr> })}</tbody>
        <tfoot><tr><td colSpan={4}><b>{t('費用の合計', 'Total cost')}</b> {years.length > 0 && <span className="meta">{t(`${shortDay(years[years.length - 1]!)}までに終える計画`, `all done by ${shortDay(years[years.length - 1]!)}`)}</span>} {(p.measures_n ?? 0) < measures.length && <span className="meta">{t('複数のリスクに共通する対策は一度だけ数えています', 'a measure that serves several risks counts once')}</span>}</td><td className="num"><b>{(p.measures_n ?? 0) > cost.missing ? sayAbout(cost) : t('未定', 'not known')}</b></td></tr></tfoot></table>}
      {treated.length > ROWS && <p className="mt-1">{t(`ほか${treated.length - ROWS}件のリスクは別紙（計画の全文）`, `${many(treated.length - ROWS, 'more risk')}: annex (the whole plan)`)}</p>}
      <Outlook {...{ basis, outside, treated: treated.length }} /></section>
    <section><h2 className="h2">{t('受け入れるリスク', 'Risks to be accepted')} <span className="meta">{t('決裁者の名で残ります', 'kept under the name of the approver')}</span></h2>
      {accepted.length === 0 ? <p>{t('ありません。', 'None.')}</p> : <ul>{accepted.slice(0, taken).map((x, i) => { const r = by.get(x.risk), c = cellAfter(basis, p, r); return <li key={i} className="sheet-line"><span><b>{r?.number}</b> {r?.title}{retiredMark(r?.removed) || !r && nameIn(p._titles, x.risk)} <span className="text-solid-gray-700">{short(x.reason, treated.length > ROWS ? 24 : 80)}</span></span><span className="flex shrink-0 items-center gap-3">{c && <LevelTile level={c.level} />}<span className="whitespace-nowrap">{x.until ? t(`${shortDay(x.until)}まで`, `until ${shortDay(x.until)}`) : t('次の見直しまで', 'until the review')}</span></span></li> })}</ul>}
      {accepted.length > taken && <p className="mt-1">{t(`ほか${accepted.length - taken}件は別紙`, `${accepted.length - taken} more: annex`)}</p>}</section>
    <section><h2 className="h2">{t('経路', 'Route')}</h2><Route rec={p} res={res} url={url} me={waits ? me.post || t('経営層', 'Management') : undefined} may={mayAct(res, 'endorse') ? me.post ?? '' : undefined} /></section>
    <p className="meta mt-3">{basis ? t(`レベルは ${basis.title}（${basis.number}、${shortDay(basis.approved_on ?? '')}承認）による。影響と起こりやすさは表示した日の値。`, `Levels by ${basis.title} (${basis.number}, approved ${shortDay(basis.approved_on ?? '')}); impact and likelihood as of the day shown.`)
      : t('承認された判定基準がないため、レベルではなく影響×起こりやすさで示す。', 'No approved criteria: impact × likelihood is shown instead of a level.')} {tx({ ja: `表示 ${today().replaceAll('-', '/')}`, en: `shown ${today().replaceAll('-', '/')}` })}</p>
    {waits && <div className="mt-6"><Decide org={org} res={res} rec={p} url={url} resources={resources} post={me.post} /></div>}
  </div>
  return basis ? <LevelScale.Provider value={scaleWords(basis)}>{sheet}</LevelScale.Provider> : sheet
}

/* The measures of one risk: by name while there are few, else counted. */
function Own({ p, own, full }: { p: Plan; own: Measure[]; full: boolean }) {
  const due = own.map(m => m.due).filter(Boolean).sort().pop()
  const line = (k: number | string, text: string) => <span key={k} className="block text-solid-gray-700">{t('・', '- ')}{text}</span>
  const by = (m: Measure) => [nameIn(p._titles, m.owner), m.due && shortDay(m.due)].filter(Boolean).join(t('、', ', '))
  if (!full || own.length > MEASURES) return line('n', t(`対策${own.length}件${due ? `（${shortDay(due)}まで）` : ''}`, `${many(own.length, 'measure')}${due ? ` (by ${shortDay(due)})` : ''}`))
  return <>{own.map((m, i) => line(i, `${m.title}${by(m) && t(`（${by(m)}）`, ` (${by(m)})`)}`))}</>
}

/* 5.1.5 (2): with all measures done, is what remains acceptable? */
function Outlook({ basis, outside, treated }: { basis?: Criteria; outside: Risk[]; treated: number }) {
  if (!basis || !treated) return null
  const named = (by: string) => outside.slice(0, NAMED).map(r => r.number).join(by) + (outside.length > NAMED ? t('ほか', ' and others') : '')
  return <p className="mt-2">{outside.length === 0 ? t('すべて実施すると、対応するリスクは受容の範囲に入るか、下のとおり受け入れます。', 'With all measures done, every treated risk is within acceptance or accepted below.')
    : t(`すべて実施しても、受容の範囲に入らず、受け入れもしていないリスクが${outside.length}件あります：${named('、')}`, `With all measures done, still outside acceptance and not accepted: ${many(outside.length, 'risk')}: ${named(', ')}`)}</p>
}

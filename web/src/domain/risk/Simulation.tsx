// One loss simulation: how far the calculation is, what it says in a sentence, the curve, what contributes, plans side by side, what could not be calculated and what has changed since.
import { useEffect, useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Rec, Resource } from '../../types'
import { call, get, match } from '../../api'
import { lang, many, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { Chip, Empty, Loading, PageHeader, Section, Why, WithAside } from '../../ui/Page'
import { Retire } from '../../ui/Retire'
import { Value } from '../../ui/Value'
import { Versions } from '../../ui/Versions'
import { Curve } from './Curve'
import { between, nameOf, percent, risksN, said, tailOf, yearsOf, yen, type Answer, type Case, type Figure, type Limit, type Part, type PlanNote, type Progress, type Result, type Since } from './losses'
import { field, P, useOne } from './model'

const LOOK_MS = 700, FIRST = 15
const busy = (p?: Progress) => p?.state === 'waiting' || p?.state === 'running'

export function SimulationPage({ org, res, id, resources }: RecordProps) {
  const url = `/api/orgs/${org}/${res.path}/${id}`, client = useQueryClient()
  const q = useOne<Rec>(url), r = q.data
  const progress = useQuery({ queryKey: ['rec', url, 'progress'], queryFn: () => get<Progress>(`${url}/reports/progress`), enabled: !!r, staleTime: 0, refetchInterval: x => busy(x.state.data) ? LOOK_MS : false })
  const p = progress.data, over = p && !busy(p) ? p.ended ?? '-' : undefined
  const result = useQuery({ queryKey: ['rec', url, 'result', over], queryFn: () => get<Answer>(`${url}/reports/result`), enabled: !!over && p?.state === 'done', staleTime: 0 })
  const [error, setError] = useState<unknown>(null)
  if (!r || !p) return <><PageHeader title={tx(res.label)} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${res.path}`]]} error={q.error ?? progress.error} />{!q.error && !progress.error && <Loading />}</>
  const may = res.can.includes('update') && !r.removed && !!res.actions?.some(a => a.name === 'start' && a.can)
  const act = async () => {
    setError(null)
    try { await call('POST', `${url}/${busy(p) ? 'cancel' : 'start'}`, {}, match(r.version)) } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  return <>
    <PageHeader title={String(r.title)} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${res.path}`]]} tail={r.number} error={error ?? result.error} chip={r.removed ? <Chip tone="settled">{t('廃止', 'Retired')}</Chip> : undefined}
      acts={<>{may && <button className={`btn btn-s ${busy(p) ? '' : 'btn-fill'}`} onClick={() => void act()}>{busy(p) ? t('計算を取りやめる', 'Cancel') : p.state === 'none' ? t('計算を始める', 'Calculate') : t('計算し直す', 'Calculate again')}</button>}
        {res.can.includes('update') && !r.removed && <a className="btn btn-s" href={`#/${org}/${res.path}/${id}/edit`}>{t('編集', 'Edit')}</a>}
        <button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <WithAside aside={<Aside {...{ org, r, res, resources, p, url }} answer={result.data} />}>
      <State p={p} may={may} />
      {p.state === 'done' && (result.data?.result ? <Outcome org={org} answer={result.data} result={result.data.result} /> : !result.error && <Loading />)}
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={r._titles ?? {}} /></Section>
    </WithAside>
  </>
}

/* Said aloud only when the state changes, and now and then in between. */
function State({ p, may }: { p: Progress; may: boolean }) {
  const percentDone = Math.floor(p.per_mille / 10), coarse = Math.floor(percentDone / 25) * 25
  return <>
    <p className="vh" role="status">{busy(p) ? `${tx(p.label)} ${coarse ? `${coarse}%` : ''}` : p.state === 'done' ? t('計算が終わりました。', 'The calculation is over.') : ''}</p>
    {busy(p) && <div className="note"><p><b>{tx(p.label)}</b> {p.state === 'running' && `${percentDone}%`}</p><progress className="progress" max={1000} value={p.state === 'running' ? p.per_mille : undefined} aria-label={t('計算の進み具合', 'Progress of the calculation')} />
      <p className="meta">{t('ほかのページに移っても計算は続きます。', 'It goes on when you leave this page.')}</p></div>}
    {p.state === 'failed' && <div className="note-bad"><p><b>{t('計算できませんでした。', 'It could not be calculated.')}</b> {tx(p.error ?? undefined)}</p></div>}
    {p.state === 'cancelled' && <p className="note">{t('取りやめました。前の結果は残っていません。', 'It was cancelled. The result before is not kept.')}</p>}
    {p.state === 'none' && <Empty>{t('リスクの回数と一回の損害（幅でよい）から、一年の損害がどれだけになりうるかを計算します。', 'From how often risks occur and what each costs (ranges will do) it calculates how much a year may lose.')}{!may && t('計算を始められるのは、リスクを編集できる人です。', ' Whoever may edit risks can start it.')}</Empty>}
  </>
}

function Outcome({ org, answer, result }: { org: string; answer: Answer; result: Result }) {
  const now = result.cases[0]!, words = sentence(now)
  return <>
    <Stale org={org} answer={answer} />
    <p className="in-short">{words}</p>
    {now.acceptance.map((l, i) => <p key={i} className="mb-3 max-w-[44rem]">{limitSaid(l)}</p>)}
    <p className="meta max-w-[44rem]">{t(`${risksN(result.risks)}を ${result.trials.toLocaleString('ja')} 回の一年で試しました。幅は、試行の偶然による 95% の幅です。見積もりそのものの確かさは、ここには含まれません。`, `${risksN(result.risks)} over ${result.trials.toLocaleString('en')} trials of a year. Intervals (95%) say what the chance of the trials leaves open, not how good the estimates are.`)}</p>
    <LeftOut org={org} answer={answer} />
    <Section title={t('どれだけの損害が、どれだけ起こりうるか', 'How much, and how often')}><Curve cases={result.cases} words={words} /><Figures cases={result.cases} /></Section>
    <Contributions org={org} now={now} tail={result.tail} />
    {result.plans.length > 0 && <Plans org={org} result={result} notes={answer.input?.plans ?? []} />}
    {result.exact && <ExactTable result={result} />}
  </>
}

const atP = (list: Case['var'], p: number) => list.find(x => Math.abs(x.p - p) < 1e-9)
function sentence(c: Case): string {
  const bad = atP(c.var, 0.99), mean = c.mean
  const interval = between(bad, yen)
  return t(`一年の損害は、平均すると${yen(mean.value)}です。百年に一度の悪い年には${yen(bad?.value)}${interval && `（${interval}）`}を超えます。損害のない年は${percent(c.none.value)}です。`,
    `A year loses ${yen(mean.value)} on average. In the worst year of a hundred it is more than ${yen(bad?.value)}${interval && ` (${interval})`}. ${percent(c.none.value)} of years have no loss.`)
}
function limitSaid(l: Limit): ReactNode {
  const interval = between(l.probability, percent), is = `${percent(l.probability.value)}${interval && t(`（${interval}）`, ` (${interval})`)}`
  const verdict = { yes: t('受容の線の内側です。', 'within the acceptance line.'), no: t('受容の線を超えています。', 'beyond the acceptance line.'), open: t('受容の線の内か外か、この試行回数では言えません。', 'within or beyond the line: so many trials cannot tell.') }[l.holds]
  return <><Chip tone={l.holds === 'no' ? 'late' : l.holds === 'yes' ? 'settled' : 'open'}>{{ yes: t('線の内側', 'Within'), no: t('線を超える', 'Beyond'), open: t('言えない', 'Open') }[l.holds]}</Chip> {t(`${yen(l.loss)}を超える年は、許す割合 ${percent(l.limit)} に対して ${is} で、${verdict}`, `Years above ${yen(l.loss)}: ${is}, where ${percent(l.limit)} are allowed: ${verdict}`)}</>
}

function Stale({ org, answer }: { org: string; answer: Answer }) {
  const s = answer.stale
  if (!s?.is) return null
  const list = (path: string, rows: Since[]) => rows.slice(0, 20).map(x => <li key={x.id}><a href={`#/${org}/${path}/${x.id}`}>{x.title}</a> <span className="meta">{said(x)}</span></li>)
  const more = s.n - Math.min(20, s.risks.length) - Math.min(20, s.plans.length)
  return <div className="note-bad" id="stale"><p><Chip tone="soon">{t('古い結果', 'Out of date')}</Chip> {t('この結果の後に変わったものがあります。計算し直すと反映されます。', 'Something has changed since this result. Calculate again to see it.')}</p>
    <ul className="list-disc pl-6">{s.settings && <li>{t('計算のしかた、受容の線、または計算のもとになる版', 'How it is calculated, the acceptance line, or the engine')}</li>}{list(P.risks, s.risks)}{list(P.plans, s.plans)}</ul>{more > 0 && <p className="meta">{t(`ほか${more}件`, `and ${more} more`)}</p>}</div>
}

function LeftOut({ org, answer }: { org: string; answer: Answer }) {
  const n = answer.input?.left_out_n ?? 0, list = answer.input?.left_out ?? []
  if (!n) return null
  return <div className="mt-3"><Why label={t(`計算に入っていないリスク（${n}件）`, `${many(n, 'risk')} not calculated`)}><ul className="list-disc pl-6">{list.map(x => <li key={x.id}><a href={`#/${org}/${P.risks}/${x.id}`}>{x.title}</a> <span className="meta">{tx(x.why)}</span></li>)}</ul>
    {n > list.length && <p className="meta">{t(`ほか${n - list.length}件`, `and ${n - list.length} more`)}</p>}</Why></div>
}

const Cell = ({ f, say }: { f: Figure | null | undefined; say: (n: number | null) => string }) => f ? <>{say(f.value)}{between(f, say) && <span className="meta block">{between(f, say)}</span>}</> : <>–</>
/* The same years before and after each plan, one under the other. */
function Figures({ cases }: { cases: Case[] }) {
  const rows: [string, (c: Case) => ReactNode][] = [
    [t('平均', 'Mean'), c => <Cell f={c.mean} say={yen} />],
    ...(cases[0]!.var.map(v => [t(`${yearsOf(1 - v.p)}の悪い年`, `Worst year: ${yearsOf(1 - v.p).replace('one year', 'one')}`), c => <Cell f={atP(c.var, v.p)} say={yen} />] as [string, (c: Case) => ReactNode])),
    [t('百年に一度より悪い年の平均', 'Mean of the years worse than one in 100'), c => <Cell f={atP(c.tvar, 0.99)} say={yen} />],
    [t('標準偏差', 'Standard deviation'), c => c.sd ? <Cell f={c.sd} say={yen} /> : tx(c.sd_why)],
    [t('損害のない年', 'Years without a loss'), c => <Cell f={c.none} say={percent} />],
    ...((cases[0]!.acceptance).map((l, i) => [t(`${yen(l.loss)}を超える年`, `Years above ${yen(l.loss)}`), c => <Cell f={c.acceptance[i]?.probability} say={percent} />] as [string, (c: Case) => ReactNode])),
  ]
  return <table className="list-table fit wraps mt-6"><caption className="vh">{t('一年の損害の数字', 'The loss of a year in figures')}</caption>
    <thead><tr><th scope="col">{t('一年の損害', 'Loss of a year')}</th>{cases.map((c, i) => <th key={c.id} scope="col" className="num whitespace-normal">{nameOf(c, i)}</th>)}</tr></thead>
    <tbody>{rows.map(([name, of]) => <tr key={name}><th scope="row" className="row-head">{name}</th>{cases.map((c, i) => <td key={c.id} className="num" data-label={nameOf(c, i)}>{of(c)}</td>)}</tr>)}</tbody></table>
}

const Bar = ({ share }: { share: number | null }) => <><svg className="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect className="share-back" width="100" height="10" /><rect className="share-fill" width={Math.max(0, Math.min(100, (share ?? 0) * 100))} height="10" /></svg> {percent(share)}</>
function Contributions({ org, now, tail }: { org: string; now: Case; tail: number }) {
  const [by, setBy] = useState<'tail' | 'mean'>('tail'), [all, setAll] = useState(false)
  const of = (x: Part) => by === 'tail' ? x.share_of_tail ?? 0 : x.share_of_mean ?? 0
  const list = [...now.risks].sort((a, b) => of(b) - of(a)), shown = all ? list : list.slice(0, FIRST)
  useEffect(() => setAll(false), [now])
  const worst = yearsOf(1 - tail)
  const head = { mean: t('平均', 'Mean a year'), share: t('平均に占める割合', 'Share of the mean'), bad: t(`悪い年（${worst}より悪い年）の平均`, `Mean in bad years (worse than ${worst})`), tail: t('悪い年に占める割合', 'Share of bad years') }
  return <Section title={t('何が効いているか', 'What contributes')}>
    <p className="mb-3 max-w-[44rem]">{t('平均では小さくても、悪い年の損害の多くを占めるリスクがあります。備えは両方を見て決めます。', 'A risk may be small on average and yet make up most of the bad years. Both count.')}</p>
    <p className="no-print mb-3 flex flex-wrap gap-2">{(['tail', 'mean'] as const).map(k => <button key={k} className="btn btn-s" aria-pressed={by === k} onClick={() => setBy(k)}>{k === 'tail' ? t('悪い年に効く順', 'By bad years') : t('平均の大きい順', 'By mean')}{by === k && <span aria-hidden="true"> ✓</span>}</button>)}</p>
    <table className="list-table fit wraps"><caption className="vh">{t('リスクごとの損害', 'Losses by risk')}</caption>
      <thead><tr><th scope="col">{t('リスク', 'Risk')}</th><th scope="col" className="num">{head.mean}</th><th scope="col">{head.share}</th><th scope="col" className="num">{head.bad}</th><th scope="col">{head.tail}</th></tr></thead>
      <tbody>{shown.map(x => <tr key={x.id}><th scope="row" className="row-head"><a href={`#/${org}/${P.risks}/${x.id}`}>{x.title}</a></th><td className="num" data-label={head.mean}><Cell f={x.mean} say={yen} /></td><td data-label={head.share}><Bar share={x.share_of_mean} /></td><td className="num" data-label={head.bad}><Cell f={tailOf(x)} say={yen} /></td><td data-label={head.tail}><Bar share={x.share_of_tail} /></td></tr>)}</tbody></table>
    {!all && list.length > FIRST && <p className="mt-3"><button className="btn btn-s" onClick={() => setAll(true)}>{t(`残り${list.length - FIRST}件も見る`, `Show ${list.length - FIRST} more`)}</button></p>}
    {!!now.risks_more && <p className="meta mt-2">{t(`ほか${now.risks_more}件は、どれもこれらより小さいものです。`, `${many(now.risks_more, 'more risk')}, all smaller than these.`)}</p>}</Section>
}

function Plans({ org, result, notes }: { org: string; result: Result; notes: PlanNote[] }) {
  const head = { cost: t('一年の費用', 'Cost a year'), benefit: t('減る損害（平均）', 'Less loss (mean)'), net: t('差し引き', 'Net'), worth: t('費用に対する差し引き', 'Net on cost'), bad: t('悪い年に減る損害', 'Less loss in bad years'), line: t('受容の線', 'Acceptance line') }
  const holds = (i: number) => result.cases[i + 1]?.acceptance[0]?.holds
  const gaps = notes.flatMap(n => [n.without_effect > 0 && t(`${n.title}：効き目の数字がない対策が${n.without_effect}件あり、効かないものとして計算しています。`, `${n.title}: ${many(n.without_effect, 'measure')} without an effect in numbers, calculated as none.`), n.without_cost > 0 && t(`${n.title}：費用のない対策が${n.without_cost}件あり、費用に入っていません。`, `${n.title}: ${many(n.without_cost, 'measure')} without a cost, not in the cost.`),
    n.outside > 0 && t(`${n.title}：計算に入っていないリスクへの対策が${n.outside}件あります。`, `${n.title}: ${many(n.outside, 'measure')} against risks that are not calculated.`)]).filter(Boolean) as string[]
  return <Section title={t('計画を比べる', 'Plans compared')}>
    <p className="mb-3 max-w-[44rem]">{t('前と後を、同じ年の同じ出来事で比べています。一年の費用は、費用（幅なら中央）を働く年数で割り、毎年の費用を足したものです。', 'Before and after are the same events of the same years. The cost a year is the cost (the middle of a range) over the years that it serves, and what it takes every year.')}</p>
    <table className="list-table fit wraps"><caption className="vh">{t('計画の費用と効果', 'Cost and benefit of plans')}</caption>
      <thead><tr><th scope="col">{t('計画', 'Plan')}</th>{[head.cost, head.benefit, head.net, head.worth, head.bad].map(h => <th key={h} scope="col" className="num whitespace-normal">{h}</th>)}{result.cases[0]!.acceptance.length > 0 && <th scope="col">{head.line}</th>}</tr></thead>
      <tbody>{result.plans.map((x, i) => <tr key={x.id}><th scope="row" className="row-head"><a href={`#/${org}/${P.plans}/${x.id}`}>{nameOf(result.cases[i + 1]!, i + 1)}</a></th><td className="num" data-label={head.cost}>{yen(x.cost)}</td><td className="num" data-label={head.benefit}><Cell f={x.benefit} say={yen} /></td><td className="num" data-label={head.net}><Cell f={x.net} say={yen} /></td>
        <td className="num" data-label={head.worth}>{x.return ? <Cell f={x.return} say={percent} /> : tx(x.return_why) || '–'}</td><td className="num" data-label={head.bad}><Cell f={x.tvar_benefit} say={yen} /></td>
        {result.cases[0]!.acceptance.length > 0 && <td data-label={head.line}>{{ yes: t('内側', 'within'), no: t('超える', 'beyond'), open: t('言えない', 'open') }[holds(i) ?? 'open']}</td>}</tr>)}</tbody></table>
    {gaps.length > 0 && <ul className="mt-3 list-disc pl-6">{gaps.map(g => <li key={g}>{g}</li>)}</ul>}</Section>
}

/* The second way of calculating, beside the first. */
function ExactTable({ result }: { result: Result }) {
  const rows = result.exact!.map((e, i) => ({ e, c: result.cases[i]!, i }))
  return <Section title={t('厳密な計算との比較', 'Beside exact figures')}>
    {rows.map(({ e, c, i }) => e.why ? <p key={e.id}>{nameOf(c, i)}{t('：', ': ')}{tx(e.why)}</p> : <table key={e.id} className="list-table fit wraps mb-4"><caption className="text-left text-dns-14B-130">{nameOf(c, i)}</caption>
      <thead><tr><th scope="col">{t('一年の損害', 'Loss of a year')}</th><th scope="col" className="num">{t('試行', 'Trials')}</th><th scope="col" className="num">{t('厳密', 'Exact')}</th></tr></thead>
      <tbody>{[[t('平均', 'Mean'), c.mean, e.mean ?? null] as const, ...(e.var ?? []).map(v => [t(`${yearsOf(1 - v.p)}の悪い年`, `Worst year: ${yearsOf(1 - v.p).replace('one year', 'one')}`), atP(c.var, v.p), v.value] as const)].map(([name, f, x]) => <tr key={name}><th scope="row" className="row-head">{name}</th><td className="num" data-label={t('試行', 'Trials')}><Cell f={f} say={yen} /></td><td className="num" data-label={t('厳密', 'Exact')}>{yen(x)}</td></tr>)}</tbody></table>)}</Section>
}

function Aside({ org, r, res, resources, p, url, answer }: { org: string; r: Rec; res: Resource; resources: Resource[]; p: Progress; url: string; answer?: Answer }) {
  const shown = ['services', 'owners', 'plans', 'limit_loss', 'limit_years', 'note'].filter(n => { const v = r[n]; return v !== null && v !== undefined && v !== '' && !(Array.isArray(v) && !v.length) })
  return <>
    <h2 className="h2 mt-0">{t('この試算', 'This simulation')}</h2>
    <dl className="kv kv-narrow">
      <div><dt>{t('状態', 'State')}</dt><dd>{tx(p.label)}</dd></div>
      {p.ended && <div><dt>{t('計算した時刻', 'Calculated')}</dt><dd><time dateTime={p.ended}>{sayTime(p.ended, lang())}</time></dd></div>}
      {shown.map(n => <div key={n}><dt>{tx(field(res, n)!.label)}</dt><dd><Value f={field(res, n)!} v={r[n]} titles={r._titles} resources={resources} org={org} /></dd></div>)}
      <div><dt>{t('試行回数', 'Trials')}</dt><dd>{Number(r.trials).toLocaleString()}</dd></div><div><dt>{t('乱数の種', 'Seed')}</dt><dd>{String(r.seed)}</dd></div>
      {answer?.input && <div><dt>{t('計算の版', 'Engine')}</dt><dd>{answer.input.engine}</dd></div>}
    </dl>
    {answer?.input && <Why label={t('同じ結果を得るには', 'To get the same result')}><p>{t('入力のハッシュ、乱数の種、試行回数、計算の版が同じなら、結果は一つの数字まで同じになります。', 'With the same hash of the input, seed, trials and engine the result is the same to the last digit.')}</p><p className="mt-2"><code className="break-all">{answer.input.hash}</code></p></Why>}
    <Retire url={url} res={res} rec={r} />
  </>
}

// One cascade calculation: how far it is, how often and how long services may stop in a year, what is worst in pairs, loops, what is cheapest to make safe, and whether the records have changed since.
import { useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Rec, Text } from '../../types'
import { call, get, match } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { Chip, Empty, Loading, PageHeader, Section, Why, WithAside } from '../../ui/Page'
import { Retire } from '../../ui/Retire'
import { Versions } from '../../ui/Versions'
import { peopleOf } from './model'

type Figure = { value: number; low: number; high: number }
type List<T> = { of: number; shown: number; list: T[] }
type Named = { id: string; title: string }
type NodeOf = Named & { kind: string; users?: number; fails: Figure; hit: Figure; expected_users?: number; out_hours?: number; longest_hours?: number; not_back?: Figure }
type Pair = { of: [Named, Named]; failed: number; failed_beyond: number; users?: number; users_beyond?: number }
type Loop = { size: number; nodes: string[]; restarts: boolean; starters?: string[] }
type Cut = { node: Named; of: string[]; suppliers: number; saved: number; cost?: number; saved_per_million?: number }
type Cause = Named & { chance: number; failed_mean: number; users?: Figure }
type Result = { weighed_by: 'users' | 'nodes'; scenarios: number; size: { nodes: number; edges: number; causes: number }; random?: { failed_mean: number; users?: Figure; users_quantiles?: Record<string, number>; nodes: List<NodeOf>; services: List<NodeOf> }
  pairs_within?: number; pairs?: List<Pair>; causes?: List<Cause>; loops?: List<Loop>; cuts?: { priced: List<Cut>; others: List<Cut> } }
type Progress = { state: 'none' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'; label: Text; per_mille: number; ended: string | null; error: Text | null }
type Answer = Progress & { input?: { hash: string; scenarios: number; seed: number; hours: number; pairs: number; engine: number; cut: boolean }; stale?: { is: boolean; records: boolean; settings: boolean; engine: boolean }; result?: Result | null }

const LOOK_MS = 700, ROWS = 20
const busy = (p?: Progress) => p?.state === 'waiting' || p?.state === 'running'
const figure = (n: number, digits = 3) => n.toLocaleString(lang() === 'ja' ? 'ja' : 'en', { maximumSignificantDigits: digits })
const percent = (n: number) => `${figure(100 * n, 2)}%`

export function CascadePage({ org, res, id, resources }: RecordProps) {
  const url = `/api/orgs/${org}/${res.path}/${id}`, client = useQueryClient()
  const q = useQuery({ queryKey: ['rec', url], queryFn: () => get<Rec>(url) }), r = q.data
  const progress = useQuery({ queryKey: ['rec', url, 'progress'], queryFn: () => get<Progress>(`${url}/reports/progress`), enabled: !!r, staleTime: 0, refetchInterval: x => busy(x.state.data) ? LOOK_MS : false })
  const p = progress.data, over = p && !busy(p) ? p.ended ?? '-' : undefined
  const result = useQuery({ queryKey: ['rec', url, 'result', over], queryFn: () => get<Answer>(`${url}/reports/result`), enabled: !!over && p?.state === 'done', staleTime: 0 })
  const [error, setError] = useState<unknown>(null)
  const crumbs: [string, string][] = [[tx(res.label_many ?? res.label), `/${org}/${res.path}`]]
  if (!r || !p) return <><PageHeader title={tx(res.label)} crumbs={crumbs} error={q.error ?? progress.error} />{!q.error && !progress.error && <Loading />}</>
  const may = res.can.includes('update') && !r.removed && !!res.actions?.some(a => a.name === 'start' && a.can)
  const act = async () => {
    setError(null)
    try { await call('POST', `${url}/${busy(p) ? 'cancel' : 'start'}`, {}, match(r.version)) } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  const answer = result.data
  return <>
    <PageHeader title={String(r.title)} crumbs={crumbs} tail={r.number} error={error ?? result.error} chip={r.removed ? <Chip tone="settled">{t('廃止', 'Retired')}</Chip> : undefined}
      acts={<>{may && <button className={`btn btn-s ${busy(p) ? '' : 'btn-fill'}`} onClick={() => void act()}>{busy(p) ? t('計算を取りやめる', 'Cancel') : p.state === 'none' ? t('計算を始める', 'Calculate') : t('計算し直す', 'Calculate again')}</button>}
        {res.can.includes('update') && !r.removed && <a className="btn btn-s" href={`#/${org}/${res.path}/${id}/edit`}>{t('編集', 'Edit')}</a>}<button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <WithAside aside={<>
      <h2 className="h2 mt-0">{t('この計算', 'This calculation')}</h2>
      <dl className="kv kv-narrow"><div><dt>{t('状態', 'State')}</dt><dd>{tx(p.label)}</dd></div>{p.ended && <div><dt>{t('計算した時刻', 'Calculated')}</dt><dd><time dateTime={p.ended}>{sayTime(p.ended, lang())}</time></dd></div>}
        {!!r.note && <div><dt>{t('ねらい・前提', 'Purpose and premises')}</dt><dd>{String(r.note)}</dd></div>}
        <div><dt>{t('試行回数', 'Scenarios')}</dt><dd>{Number(r.scenarios).toLocaleString()}</dd></div><div><dt>{t('乱数の種', 'Seed')}</dt><dd>{String(r.seed)}</dd></div><div><dt>{t('見る時間', 'Hours looked at')}</dt><dd>{t(`${Number(r.hours).toLocaleString()}時間`, `${Number(r.hours).toLocaleString()} hours`)}</dd></div></dl>
      {answer?.input && <Why label={t('同じ結果を得るには', 'To get the same result')}><p>{t('入力のハッシュ、乱数の種、試行回数、計算の版が同じなら、結果は一つの数字まで同じになります。', 'With the same hash of the input, seed, scenarios and engine the result is the same to the last digit.')}</p><p className="mt-2"><code className="break-all">{answer.input.hash}</code></p></Why>}
      <Retire url={url} res={res} rec={r} /></>}>
      <State p={p} may={may} />
      {p.state === 'done' && (answer?.result ? <Outcome org={org} answer={answer} result={answer.result} /> : !result.error && <Loading />)}
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={r._titles ?? {}} /></Section>
    </WithAside>
  </>
}

function State({ p, may }: { p: Progress; may: boolean }) {
  const done = Math.floor(p.per_mille / 10)
  return <>
    <p className="vh" role="status">{busy(p) ? tx(p.label) : p.state === 'done' ? t('計算が終わりました。', 'The calculation is over.') : ''}</p>
    {busy(p) && <div className="assumption"><p><b>{tx(p.label)}</b> {p.state === 'running' && `${done}%`}</p><progress className="progress" max={1000} value={p.state === 'running' ? p.per_mille : undefined} aria-label={t('計算の進み具合', 'Progress of the calculation')} />
      <p className="meta">{t('ほかのページに移っても計算は続きます。', 'It goes on when you leave this page.')}</p></div>}
    {p.state === 'failed' && <p className="err mb-3"><b>{t('計算できませんでした。', 'It could not be calculated.')}</b> {tx(p.error ?? undefined)}</p>}
    {p.state === 'cancelled' && <p className="mb-3">{t('取りやめました。前の結果は残っていません。', 'It was cancelled. The result before is not kept.')}</p>}
    {p.state === 'none' && <Empty>{t('台帳のつながり、故障の回数、共通の原因から、一年にどのサービスがどれだけ止まりうるかを計算します。', 'From the net of the registers, the frequencies and the common causes it calculates how often and how long services may stop in a year.')}{!may && t('計算を始められるのは、台帳を編集できる人です。', ' Whoever may edit the registers can start it.')}</Empty>}
  </>
}

/* A node is looked at in the drawing. */
const At = ({ org, id, children }: { org: string; id: string; children: ReactNode }) => <a href={`#/${org}/dependencies/graph?node=${encodeURIComponent(id)}`}>{children}</a>
const Between = ({ f }: { f: Figure }) => <>{percent(f.value)}<span className="meta block">{percent(f.low)}–{percent(f.high)}</span></>

function Outcome({ org, answer, result }: { org: string; answer: Answer; result: Result }) {
  const x = result.random
  return <>
    {answer.stale?.is && <p className="assumption"><Chip tone="soon">{t('古い結果', 'Out of date')}</Chip> {answer.stale.records ? t('この結果の後に台帳が変わりました。', 'The registers have changed since this result.') : t('この結果の後に計算のしかたが変わりました。', 'The way of calculating has changed since this result.')}{t('計算し直すと反映されます。', ' Calculate again to see it.')}</p>}
    {answer.input?.cut && <p className="mb-3">{t('記録が多いため、一部だけを計算しています。', 'There are many records; only part of them was calculated.')}</p>}
    {!x ? <p>{t('故障の回数も共通の原因も書かれていないので、確率は計算できません。情報資産か委託先の「100年あたりの故障の回数」を書いてください。', 'No frequency and no common cause is given, so there are no probabilities. Fill “Own failures in 100 years” of assets or suppliers.')}</p> : <>
      <p className="in-short">{t(`一年に止まるものは、平均${figure(x.failed_mean)}件です。`, `${figure(x.failed_mean)} things stop in a year on average.`)}{x.users && x.users_quantiles && t(`影響を受ける利用者は延べ平均${peopleOf(x.users.value)}、百年に一度の悪い年には${peopleOf(x.users_quantiles['0.99'] ?? 0)}です。`, ` Users hit, counted once for each service: ${peopleOf(x.users.value)} on average, ${peopleOf(x.users_quantiles['0.99'] ?? 0)} in the worst year of a hundred.`)}</p>
      <p className="meta max-w-[44rem]">{t(`${result.size.nodes.toLocaleString('ja')}件、つながり${result.size.edges.toLocaleString('ja')}本、共通の原因${result.size.causes.toLocaleString('ja')}件を ${result.scenarios.toLocaleString('ja')} 回の一年で試しました。幅は、試行の偶然による 95% の幅です。`, `${result.size.nodes.toLocaleString('en')} nodes, ${result.size.edges.toLocaleString('en')} links and ${result.size.causes.toLocaleString('en')} common causes over ${result.scenarios.toLocaleString('en')} trials of a year. Intervals (95%) say what the chance of the trials leaves open.`)}</p>
      <Section title={t('サービスごとの見通し', 'Services')}><Nodes org={org} list={x.services} caption={t('サービスごとの見通し', 'Services')} /></Section>
      <Section title={t('止まりやすいもの', 'What stops most often')}><Nodes org={org} list={x.nodes} caption={t('止まりやすいもの', 'What stops most often')} /></Section></>}
    {result.pairs && <Section title={t('二つ同時に止まったとき', 'Two failures at once')}>
      <p className="mb-3 max-w-[44rem]">{t(`影響の大きい${result.pairs_within}件の中から二つずつ調べ、一つずつの影響を合わせたより大きくなる組を並べます。`, `Every two of the ${result.pairs_within} gravest: those that stop more than both of them one by one.`)}</p><Pairs org={org} list={result.pairs} users={result.weighed_by === 'users'} /></Section>}
    {!!result.causes?.list.length && <Section title={t('共通の原因が起きたとき', 'When a common cause occurs')}><Causes list={result.causes} /></Section>}
    {result.loops && <Section title={t('互いに待ち合う輪', 'Loops that wait for themselves')}><Loops list={result.loops} /></Section>}
    {result.cuts && <Section title={t('割のよい対策', 'Cheapest to make safe')}><Cuts org={org} list={[...result.cuts.priced.list, ...result.cuts.others.list].slice(0, ROWS)} users={result.weighed_by === 'users'} /></Section>}
  </>
}

function Nodes({ org, list, caption }: { org: string; list: List<NodeOf>; caption: string }) {
  if (!list.list.length) return <p>{t('ありません。', 'None.')}</p>
  const timed = list.list.some(x => x.out_hours !== undefined), head = { users: t('利用者', 'Users'), fails: t('一年に止まる確率', 'Chance to stop in a year'), out: t('一年に止まる時間の平均（時間）', 'Hours out a year (mean)'), longest: t('最も長い停止（時間）', 'Longest stop (hours)') }
  return <><table className="list-table fit"><caption className="vh">{caption}</caption>
    <thead><tr><th scope="col">{t('止まるもの', 'What stops')}</th><th scope="col" className="num">{head.users}</th><th scope="col" className="num">{head.fails}</th>{timed && <><th scope="col" className="num">{head.out}</th><th scope="col" className="num">{head.longest}</th></>}</tr></thead>
    <tbody>{list.list.slice(0, ROWS).map(x => <tr key={x.id}><th scope="row" className="row-head"><At org={org} id={x.id}>{x.id} {x.title}</At></th><td className="num" data-label={head.users}>{x.users === undefined ? '' : peopleOf(x.users)}</td><td className="num" data-label={head.fails}><Between f={x.fails} /></td>
      {timed && <><td className="num" data-label={head.out}>{figure(x.out_hours ?? 0)}</td><td className="num" data-label={head.longest}>{figure(x.longest_hours ?? 0)}{x.not_back && x.not_back.value > 0 && <span className="meta block">{t('戻らないことがある', 'may not come back')}</span>}</td></>}</tr>)}</tbody></table>
    {list.of > ROWS && <p className="meta mt-2">{t(`ほか${(list.of - ROWS).toLocaleString()}件`, `and ${(list.of - ROWS).toLocaleString()} more`)}</p>}</>
}

function Pairs({ org, list, users }: { org: string; list: List<Pair>; users: boolean }) {
  if (!list.list.length) return <p>{t('そのような組はありません。', 'There is no such pair.')}</p>
  const head = { failed: t('止まるもの', 'Stops in all'), more: t('一つずつより多く', 'More than one by one'), users: t('利用者', 'Users') }
  return <table className="list-table fit"><caption className="vh">{t('二つ同時に止まったとき', 'Two failures at once')}</caption>
    <thead><tr><th scope="col">{t('組', 'Pair')}</th><th scope="col" className="num">{head.failed}</th><th scope="col" className="num">{head.more}</th>{users && <th scope="col" className="num">{head.users}</th>}</tr></thead>
    <tbody>{list.list.slice(0, ROWS).map(x => <tr key={x.of[0].id + x.of[1].id}><th scope="row" className="row-head">{x.of.map(y => <span key={y.id} className="block"><At org={org} id={y.id}>{y.id} {y.title}</At></span>)}</th>
      <td className="num" data-label={head.failed}>{x.failed.toLocaleString()}</td><td className="num" data-label={head.more}>{x.failed_beyond.toLocaleString()}</td>{users && <td className="num" data-label={head.users}>{peopleOf(x.users ?? 0)}</td>}</tr>)}</tbody></table>
}

function Loops({ list }: { list: List<Loop> }) {
  if (!list.list.length) return <p>{t('ありません。', 'None.')}</p>
  return <ul className="list-disc pl-6">{list.list.slice(0, ROWS).map(x => <li key={x.nodes.join(' ')}>{x.nodes.join(t('、', ', '))}{x.size > x.nodes.length && t(` ほか${x.size - x.nodes.length}件`, ` and ${x.size - x.nodes.length} more`)}
    <span className="meta block">{x.restarts ? t('止まっても、また立ち上がります。', 'It comes back after a stop.') : t('止まると、互いを待って立ち上がりません。', 'Once it stops, it waits for itself and does not come back.')}{!x.restarts && !!x.starters?.length && t(`自力で起動できるようにするとよいもの：${x.starters.join('、')}`, ` A black start of one of these would bring it back: ${x.starters.join(', ')}`)}</span></li>)}</ul>
}

function Causes({ list }: { list: List<Cause> }) {
  const users = list.list.some(x => x.users), head = { chance: t('一年に起きる確率', 'Chance in a year'), failed: t('止まるものの平均', 'Stops on average'), users: t('利用者の平均', 'Users on average') }
  return <table className="list-table fit"><caption className="vh">{t('共通の原因が起きたとき', 'When a common cause occurs')}</caption>
    <thead><tr><th scope="col">{t('共通の原因', 'Common cause')}</th><th scope="col" className="num">{head.chance}</th><th scope="col" className="num">{head.failed}</th>{users && <th scope="col" className="num">{head.users}</th>}</tr></thead>
    <tbody>{list.list.slice(0, ROWS).map(x => <tr key={x.id}><th scope="row" className="row-head">{x.id} {x.title}</th><td className="num" data-label={head.chance}>{percent(x.chance)}</td><td className="num" data-label={head.failed}>{figure(x.failed_mean)}</td>
      {users && <td className="num" data-label={head.users}>{x.users && <>{peopleOf(x.users.value)}<span className="meta block">{peopleOf(x.users.low)}–{peopleOf(x.users.high)}</span></>}</td>}</tr>)}</tbody></table>
}

function Cuts({ org, list, users }: { org: string; list: Cut[]; users: boolean }) {
  if (!list.length) return <p>{t('影響を減らせる依存は見つかりません。', 'No dependency was found that would spare anything.')}</p>
  const head = { saved: users ? t('一年に減る影響（利用者）', 'Users spared in a year') : t('一年に減る影響（件）', 'Failures spared in a year'), cost: t('費用', 'Cost') }
  return <table className="list-table fit"><caption className="vh">{t('割のよい対策', 'Cheapest to make safe')}</caption>
    <thead><tr><th scope="col">{t('切れないようにする依存', 'Dependency made safe')}</th><th scope="col" className="num">{head.saved}</th><th scope="col" className="num">{head.cost}</th></tr></thead>
    <tbody>{list.map(x => <tr key={x.node.id + x.of.join(' ')}><th scope="row" className="row-head">{x.of.join(t('、', ', '))}{x.suppliers > x.of.length && '…'} → <At org={org} id={x.node.id}>{x.node.id} {x.node.title}</At></th>
      <td className="num" data-label={head.saved}>{figure(x.saved)}</td><td className="num" data-label={head.cost}>{x.cost === undefined ? '' : t(`${x.cost.toLocaleString()}円`, `¥${x.cost.toLocaleString()}`)}</td></tr>)}</tbody></table>
}

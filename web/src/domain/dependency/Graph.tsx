// What needs what, and what falls with what: one chosen, what it brings down and by which way, beside the ranking of all single failures.
import { useMemo, useState, useSyncExternalStore } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import { get } from '../../api'
import { many, t, tx } from '../../i18n'
import { go } from '../../router'
import { Combo } from '../../ui/Combo'
import { Chip, Empty, Loading, PageHeader, Section, Why } from '../../ui/Page'
import { ReportTable, type Answer } from '../../ui/Reports'
import { Drawing } from './Drawing'
import { arrowsOf, kindOf, peopleOf, upstream, type Graph, type Node, type Reach } from './model'

/* More would be neither drawn quickly nor read. */
const DRAWN_MAX = 240, RANKED = 20

/* On a narrow screen the tables come before the drawing. */
const media = matchMedia('(max-width: 47.99rem)')
const useNarrow = () => useSyncExternalStore(f => { media.addEventListener('change', f); return () => media.removeEventListener('change', f) }, () => media.matches)

export function GraphPage(p: RecordProps) {
  const { org, res, resources, query } = p, url = `/api/orgs/${org}/dependencies/reports`
  const node = query.get('node') ?? '', to = query.get('to') ?? '', near = query.get('near') === 'true'
  const graph = useQuery({ queryKey: ['rec', url, 'graph'], queryFn: () => get<Graph>(`${url}/graph`), staleTime: 0 })
  const reach = useQuery({ queryKey: ['rec', url, 'reach', node], queryFn: () => get<Reach>(`${url}/reach?node=${encodeURIComponent(node)}`), enabled: !!node, staleTime: 0, retry: false })
  const singles = useQuery({ queryKey: ['rec', url, 'singles'], queryFn: () => get<Answer>(`${url}/singles`), staleTime: 0, retry: false })
  const here = (x: Record<string, string | boolean>) => `/${org}/dependencies/graph?${new URLSearchParams(Object.entries({ node, near, ...x }).filter(([, v]) => v).map(([k, v]) => [k, String(v)]))}`
  const nodes = graph.data?.net.nodes ?? [], of = useMemo(() => new Map(nodes.map(n => [n.id, n])), [graph.data])
  const fallen = reach.data?.node === node ? reach.data.fallen : []
  const way = fallen.find(x => x.id === to)?.path ?? []
  const title = t('依存のつながり', 'Dependencies as a net'), table = (name: string) => singles.data?.tables.find(x => x.name === name)
  const narrow = useNarrow(), picture = nodes.length > 0 && <Section title={t('図', 'Drawing')}><Picture nodes={nodes} node={node} fallen={fallen.map(x => x.id)} way={way} near={near} kind={n => kindOf(n, resources)} here={here} /></Section>
  return <>
    <PageHeader title={title} crumbs={[[tx(res.label_many ?? res.label), `/${org}/dependencies`]]} error={graph.error ?? reach.error} acts={nodes.length > 0 && <>
      <a className="btn btn-s" href={`${url}/net.json`} download>{t('JSONに書き出す', 'Export as JSON')}</a><a className="btn btn-s" href={`${url}/net.graphml`} download>{t('GraphMLに書き出す', 'Export as GraphML')}</a></>} />
    <p className="mb-4 max-w-[40em]">{t('資産、サービス、委託先のうち一つが止まると、何がつられて止まるかを見ます。つながりは、それぞれの台帳の欄と「依存関係」の記録から作ります。', 'See what falls when one asset, service or supplier fails. The net is made of the fields of the registers and of the dependency records.')}</p>
    {!graph.data && !graph.error && <Loading />}
    {graph.data && nodes.length === 0 && <Empty act={<a className="btn btn-s" href={`#/${org}/assets`}>{t('情報資産へ', 'To the assets')}</a>}>{t('資産やサービスを登録すると、ここにつながりが出ます。', 'Once assets and services are registered, their net is shown here.')}</Empty>}
    {graph.data?.cut && <p className="meta mb-3">{t('記録が多いため、一部だけを読んでいます。', 'There are many records; only part of them was read.')}</p>}
    {nodes.length > 0 && <Chooser key={node} nodes={nodes} node={of.get(node)} kind={n => kindOf(n, resources)} choose={id => go(here({ node: id, to: '' }))} />}
    {node && of.has(node) && (reach.data?.node === node ? <Fallen {...p} reach={reach.data} graph={graph.data!} of={of} to={to} here={here} /> : !reach.error && <Loading />)}
    {!narrow && picture}
    {singles.error && nodes.length > 0 && <Section title={t('一つ止まったときの影響', 'What a single failure stops')}><p className="max-w-[40em]">{singles.error.message}</p></Section>}
    {table('singles') && nodes.length > 0 && <Section title={tx(table('singles')!.title)} aside={<a href={`#/${org}/dependencies/reports/singles`}>{t('すべて見る・書き出す', 'See all, export')}</a>}>
      <p className="mb-3 max-w-[40em]">{tx(table('singles')!.note)}</p><Ranking rows={table('singles')!.rows.slice(0, RANKED)} org={org} here={here} />
      {table('singles')!.rows.length > RANKED && <p className="meta mt-2">{t(`ほか${table('singles')!.rows.length - RANKED}件`, `and ${table('singles')!.rows.length - RANKED} more`)}</p>}</Section>}
    {nodes.length > 0 && ['services', 'cuts'].map(name => table(name)).map(x => x && <Section key={x.name} title={tx(x.title)}>{x.note && <p className="mb-3 max-w-[40em]">{tx(x.note)}</p>}<ReportTable table={x} titles={singles.data!._titles} org={org} resources={resources} /></Section>)}
    {narrow && picture}
  </>
}

function Chooser({ nodes, node, kind, choose }: { nodes: Node[]; node?: Node; kind: (n: Node) => string; choose: (id: string) => void }) {
  const [text, setText] = useState(node ? `${node.id} ${node.title}` : ''), q = text.trim().toLowerCase()
  const found = nodes.filter(n => !q || `${n.id} ${n.title}`.toLowerCase().includes(q)).slice(0, 30)
  return <div className="panel no-print max-w-[44rem]"><label htmlFor="f-node" className="block text-std-16B-170">{t('止まるもの', 'What fails')}</label>
    <Combo id="f-node" text={text} setText={setText} options={found.map(n => ({ key: n.id, label: `${n.id} ${n.title}`, hint: kind(n) }))} pick={o => { setText(o.label); choose(o.key) }} none={t('当たるものはありません。', 'Nothing matches.')} /></div>
}

type F = RecordProps & { reach: Reach; graph: Graph; of: Map<string, Node>; to: string; here: (x: Record<string, string>) => string }
function Fallen({ org, resources, reach, graph, of, to, here }: F) {
  const node = of.get(reach.node)!, rest = reach.fallen.filter(x => x.id !== node.id), users = reach.fallen.reduce((s, x) => s + (of.get(x.id)?.users ?? 0), 0)
  const record = (id: string) => { const r = graph.records[id]; return r ? `#/${org}/${r.resource}/${r.id}` : '#' }
  return <Section title={t(`「${node.title}」が止まると`, `When “${node.title}” fails`)} aside={<a href={record(node.id)}>{t('記録を開く', 'Open the record')}</a>}>
    <p role="status" className="mb-3">{rest.length === 0 ? t('つられて止まるものはありません。', 'Nothing falls with it.') : t(`つられて${rest.length.toLocaleString()}件が止まります。`, `${many(rest.length, 'other')} fall with it.`)}{users > 0 && t(`利用者は延べ${peopleOf(users)}です。`, ` Users hit, counted once for each service: ${peopleOf(users)}.`)}</p>
    {rest.length > 0 && <table className="list-table fit"><caption className="vh">{t('つられて止まるもの', 'What falls with it')}</caption>
      <thead><tr><th scope="col">{t('止まるもの', 'What stops')}</th><th scope="col">{t('種類', 'Kind')}</th><th scope="col" className="num">{t('利用者', 'Users')}</th><th scope="col">{t('伝わり方', 'By which way')}</th></tr></thead>
      <tbody>{rest.slice(0, 200).map(x => { const n = of.get(x.id)!
        return <tr key={x.id}><th scope="row" className="row-head"><a href={record(x.id)}>{x.id} {n.title}</a></th><td data-label={t('種類', 'Kind')}>{kindOf(n, resources)}</td>
          <td data-label={t('利用者', 'Users')} className="num">{n.users === undefined ? '' : peopleOf(n.users)}</td>
          <td data-label={t('伝わり方', 'By which way')}>{x.path && <a href={`#${here({ to: x.id === to ? '' : x.id })}`} aria-current={x.id === to || undefined}>{x.path.join(' → ')}<span className="vh">{t('：図で示す', ': show in the drawing')}</span></a>}</td></tr> })}</tbody></table>}
    {rest.length > 200 && <p className="meta mt-2">{t(`ほか${rest.length - 200}件`, `and ${rest.length - 200} more`)}</p>}
    {reach.outage && <Outage outage={reach.outage} />}
  </Section>
}

/* An estimate, never a verdict of what happened. */
function Outage({ outage }: { outage: NonNullable<Reach['outage']> }) {
  return <div className="assumption"><h3 className="text-std-16B-170">{t('要る報告の見積り', 'Reports it would call for')}</h3>
    {outage.duties.length === 0 ? <p>{t('この停止だけで要る報告はありません。', 'This stop alone calls for no report.')}</p> : <ul>{outage.duties.map(d => <li key={d.rule + d.duty} className="duty">
      <p><Chip tone={d.verdict === 'met' ? 'act' : 'open'}>{d.verdict === 'met' ? t('該当', 'Met') : t('未確定', 'Undecided')}</Chip> <b>{tx(d.title)}</b>{t('：', ': ')}{tx(d.to)}{t('、', ', ')}{tx(d.deadline)}</p>
      <p className="meta">{tx(d.rule_title)}{t('：', ': ')}{tx(d.headline)}</p>
      {d.deciding.length > 0 && <div className="meta">{t('これが分かれば決まります：', 'This would decide it: ')}<ul>{d.deciding.map(x => <li key={tx(x)}>{tx(x)}</li>)}</ul></div>}</li>)}</ul>}
    <Why label={t('見積りの前提', 'What is taken for granted')}><ul>{outage.assumptions.map(x => <li key={tx(x)}>{tx(x)}</li>)}</ul></Why></div>
}

type D = { nodes: Node[]; node: string; fallen: string[]; way: string[]; near: boolean; kind: (n: Node) => string; here: (x: Record<string, string | boolean>) => string }
function Picture({ nodes, node, fallen, way, near, kind, here }: D) {
  const arrows = useMemo(() => arrowsOf(nodes), [nodes])
  const linked = useMemo(() => new Set(arrows.flatMap(a => [a.from, a.to])), [arrows])
  const fell = useMemo(() => new Set(fallen), [fallen.join(' ')])
  const part = (near || linked.size > DRAWN_MAX) && !!node
  const wanted = useMemo(() => part ? [...new Set([node, ...fallen, ...upstream(node, arrows)])].slice(0, DRAWN_MAX) : [...linked], [part, node, fallen.join(' '), arrows])
  const shown = useMemo(() => { const in_ = new Set(wanted); return { nodes: nodes.filter(n => in_.has(n.id)), arrows: arrows.filter(a => in_.has(a.from) && in_.has(a.to)) } }, [wanted, nodes, arrows])
  if (linked.size === 0) return <p>{t('つながりはまだありません。資産の「依存する資産」や「依存関係」を書くと描かれます。', 'Nothing is linked yet. Fill “Depends on” of an asset, or make a dependency.')}</p>
  if (linked.size > DRAWN_MAX && !node) return <p>{t(`つながりが${linked.size.toLocaleString()}件あるので、上で一つ選ぶとその周りを描きます。`, `${linked.size.toLocaleString()} are linked: choose one above, and what is around it is drawn.`)}</p>
  return <>
    <p className="mb-2 max-w-[40em]">{t('左のものが止まると、矢印の先に及びます。破線は、ほかにも頼る先があり、それだけでは止まらないつながりです。✕は止まるものです。', 'When what stands at the left fails, it reaches where the arrows point. Dashed: there are others, and this one alone stops nothing. ✕ marks what stops.')}</p>
    {node && linked.size <= DRAWN_MAX && <p className="no-print mb-2"><a href={`#${here({ near: !near })}`}>{near ? t('全体を描く', 'Draw all') : t('選んだものに関わるところだけを描く', 'Draw only what has to do with the chosen one')}</a></p>}
    <div className="mx-scroll gr-box"><Drawing {...shown} chosen={node} fallen={fell} path={way} kind={kind} choose={id => go(here({ node: id === node ? '' : id, to: '' }))} /></div>
    {part && <p className="meta mt-2">{t(`${nodes.length.toLocaleString()}件のうち${shown.nodes.length.toLocaleString()}件を描いています。`, `${shown.nodes.length.toLocaleString()} of ${nodes.length.toLocaleString()} are drawn.`)}</p>}
    {!part && nodes.length > linked.size && <p className="meta mt-2">{t(`つながりのない${(nodes.length - linked.size).toLocaleString()}件は描いていません。`, `${many(nodes.length - linked.size, 'record')} without links ${nodes.length - linked.size === 1 ? 'is' : 'are'} not drawn.`)}</p>}
  </>
}

/* The gravest; choosing one shows it above. */
function Ranking({ rows, org, here }: { rows: Answer['tables'][number]['rows']; org: string; here: (x: Record<string, string>) => string }) {
  if (!rows.length) return <p>{t('一つ止まるだけで、ほかも止まるものはありません。', 'No single failure stops anything else.')}</p>
  const v = (r: (typeof rows)[number], k: string) => r.values[k] as number | string | undefined
  return <table className="list-table fit"><caption className="vh">{t('一つ止まったときの影響', 'What a single failure stops')}</caption>
    <thead><tr><th scope="col">{t('止まるもの', 'What fails')}</th><th scope="col" className="num">{t('合わせて止まる', 'Stops in all')}</th><th scope="col" className="num">{t('利用者', 'Users')}</th><th scope="col">{t('止まるサービス', 'Services stopped')}</th><th scope="col">{t('要る報告（見積り）', 'Reports it would call for')}</th></tr></thead>
    <tbody>{rows.map(r => <tr key={r.of!.id}><th scope="row" className="row-head"><a href={`#${here({ node: r.of!.number!, to: '' })}`}>{r.of!.number} {r.of!.title}</a></th>
      <td data-label={t('合わせて止まる', 'Stops in all')} className="num">{Number(v(r, 'fallen')).toLocaleString()}</td><td data-label={t('利用者', 'Users')} className="num">{typeof v(r, 'users') === 'number' ? peopleOf(v(r, 'users') as number) : ''}</td>
      <td data-label={t('止まるサービス', 'Services stopped')}>{(r.names ?? []).map(x => <span key={x.id} className="mr-3"><a href={`#/${org}/${x.resource}/${x.id}`}>{x.title}</a></span>)}{(r.more ?? 0) > 0 && t(`ほか${r.more}件`, `${r.more} more`)}</td>
      <td data-label={t('要る報告（見積り）', 'Reports it would call for')}>{String(v(r, 'reports') ?? '').split('\n').filter(Boolean).map(x => <span key={x} className="block">{x}</span>)}</td></tr>)}</tbody></table>
}

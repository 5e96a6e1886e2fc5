// 履歴: what happened in the organisation, newest first; by person, act, register and days; what changed in each; and the signed head that proves it.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Resource } from '../types'
import { call, get } from '../api'
import { t, tx } from '../i18n'
import { readDay, shortDay, shortTime } from '../dates'
import { go } from '../router'
import { sayLogAct } from '../ui/acts'
import { Diff, useTitles } from '../ui/Diff'
import { Errors } from '../ui/Fields'
import { Empty, Loading, PageHeader, Section } from '../ui/Page'
import type { Version } from '../ui/Versions'
import { usePeople } from './People'

type Leaf = { index: number; at: string; actor: string; author: string; post: string; action: string; object: string; resource?: string; number?: string; title?: string; version?: number; hash: string }
const keys = ['actor', 'action', 'from', 'until', 'object'] as const

export function Log({ org, resources, query }: PageProps) {
  const log = useQuery({ queryKey: ['log', org, query.toString()], queryFn: () => get<{ leaves: Leaf[]; next?: number }>(`/api/orgs/${org}/log?${query}`), placeholderData: x => x })
  const [open, setOpen] = useState<number | null>(null)
  const leaves = log.data?.leaves ?? []
  const to = (change: Record<string, string>) => { const q = new URLSearchParams(query); q.delete('before'); for (const [k, v] of Object.entries(change)) if (v) q.set(k, v); else q.delete(k); return `/${org}/log${q.size ? `?${q}` : ''}` }
  const narrowed = keys.some(k => query.get(k))
  const person = (x: Leaf) => x.actor === 'system' ? t('（システム）', '(system)') : x.author || x.actor.slice(0, 8)
  return <>
    <PageHeader title={t('履歴', 'History')} error={log.error} />
    <Narrow {...{ org, resources, query, to, narrowed }} object={query.get('object') ? leaves.find(l => l.title)?.title : undefined} />
    {!log.data && !log.error && <Loading />}
    {log.data && leaves.length === 0 && (narrowed ? <Empty act={<a className="btn btn-s" href={`#/${org}/log`}>{t('すべて解除', 'Clear all')}</a>}>{t('条件に合う記録はありません。', 'Nothing matches.')}</Empty> : <Empty>{t('まだ記録がありません。追加や変更をすると、ここに残ります。', 'Nothing is recorded yet. Every addition and change appears here.')}</Empty>)}
    {leaves.length > 0 && <table className="list-table log-table" aria-busy={log.isFetching}><caption className="vh">{t('履歴', 'History')}</caption>
      <thead><tr><th scope="col">{t('日時', 'When (JST)')}</th><th scope="col">{t('だれが', 'Who')}</th><th scope="col">{t('何を', 'What')}</th><th scope="col">{t('対象', 'Object')}</th><th scope="col"><span className="vh">{t('差分', 'Changes')}</span></th></tr></thead>
      {leaves.map(x => { const r = resources.find(y => y.path === x.resource), has = r && (x.version ?? 0) > 1 && !x.action.endsWith('.dispose')
        return <tbody key={x.index}><tr><td className="whitespace-nowrap"><time dateTime={x.at}>{shortTime(x.at)}</time></td><td>{x.post && <>{x.post}<br /></>}<span className={x.post ? 'text-solid-gray-700' : ''}>{person(x)}</span></td><td>{sayLogAct(x.action, resources)}</td>
          <td>{r && x.title ? <><a href={`#/${org}/${r.path}/${x.object}`}>{x.title}</a> <span className="meta whitespace-nowrap">{tx(r.label)} {x.number}{x.version ? t(` 第${x.version}版`, ` version ${x.version}`) : ''}</span></> : r ? tx(r.label) : ''}</td>
          <td>{has && <button className="btn btn-s" aria-expanded={open === x.index} onClick={() => setOpen(open === x.index ? null : x.index)}>{t('差分', 'Changes')}<span className="vh"> {x.title} {x.version}</span></button>}</td></tr>
          {open === x.index && r && <tr className="diff-row"><td colSpan={5}><Change org={org} res={r} resources={resources} leaf={x} /><p className="meta mt-2">{t(`履歴の${x.index}番目、葉の値 `, `Entry ${x.index}, leaf hash `)}<code>{x.hash.slice(0, 16)}…</code></p></td></tr>}</tbody> })}</table>}
    {(log.data?.next !== undefined || query.get('before')) && <nav aria-label={t('ページ', 'Pages')} className="mt-4 flex flex-wrap gap-3">{query.get('before') && <a className="btn btn-s" href={`#${to({})}`}>{t('最新へ', 'Newest')}</a>}
      {log.data?.next !== undefined && <a className="btn btn-s" href={`#${to({ before: String(log.data.next) })}`}>{leaves.length === 0 ? t('さらに前を探す', 'Search further back') : t('前の50件', 'Earlier 50')}</a>}</nav>}
    <Head org={org} />
  </>
}

function Change({ org, res, resources, leaf }: { org: string; res: Resource; resources: Resource[]; leaf: Leaf }) {
  const url = `/api/orgs/${org}/${res.path}/${leaf.object}`
  const found = useQuery({ queryKey: ['rec', url, 'versions', leaf.version], queryFn: () => get<{ versions: Version[] }>(`${url}/versions?before=${(leaf.version ?? 0) + 1}`) })
  const [now, before] = found.data?.versions ?? []
  const names = useTitles(org, resources, res.fields, [now?.values ?? {}, before?.values ?? {}], {})
  if (found.error) return <Errors error={found.error} />
  if (!found.data) return <p role="status">{t('読み込んでいます。', 'Loading.')}</p>
  return <>{now?.reason && <p className="mb-2"><span className="text-solid-gray-700">{t('理由：', 'Reason: ')}</span>{now.reason}</p>}
    {now?.values && before?.values ? <Diff fields={res.fields} a={before.values} b={now.values} titles={names} resources={resources} org={org} /> : <p className="meta">{t('値を見る権限がありません。', 'You may not read the values.')}</p>}</>
}

type N = { org: string; resources: Resource[]; query: URLSearchParams; to: (c: Record<string, string>) => string; narrowed: boolean; object?: string }
function Narrow({ org, resources, query, to, narrowed, object }: N) {
  const people = usePeople(org)
  const day = (k: 'from' | 'until', label: string) => <div><label htmlFor={`log-${k}`} className="meta block">{label}</label><input key={query.get(k)} id={`log-${k}`} name={k} className="field field-s w-36" defaultValue={query.get(k) ? shortDay(query.get(k)!) : ''} /></div>
  const own = ['account', 'org', 'token']
  return <form className="no-print mb-4 flex flex-wrap items-end gap-3" onSubmit={e => { e.preventDefault(); const d = new FormData(e.currentTarget); go(to(Object.fromEntries(['actor', 'action', 'from', 'until'].map(k => [k, k === 'from' || k === 'until' ? readDay(String(d.get(k) ?? '')) ?? '' : String(d.get(k) ?? '')])))) }}>
    <div><label htmlFor="log-actor" className="meta block">{t('だれが', 'Who')}</label><select key={query.get('actor')} id="log-actor" name="actor" className="field field-s max-w-56" defaultValue={query.get('actor') ?? ''}><option value="">{t('すべての人', 'Everybody')}</option>{people.data?.items.map(p => <option key={p.id} value={p.id}>{p.post ? `${p.post} ` : ''}{p.name || p.login}</option>)}<option value="system">{t('（システム）', '(system)')}</option></select></div>
    <div><label htmlFor="log-action" className="meta block">{t('何を', 'What')}</label><select key={query.get('action')} id="log-action" name="action" className="field field-s max-w-64" defaultValue={query.get('action') ?? ''}><option value="">{t('すべて', 'Everything')}</option>
      {resources.map(r => <optgroup key={r.name} label={tx(r.label)}><option value={r.name}>{t(`${tx(r.label)}のすべて`, `${tx(r.label)}: all`)}</option>{['create', 'update', 'remove', 'restore', ...(r.actions ?? []).map(a => a.name)].map(a => <option key={a} value={`${r.name}.${a}`}>{sayLogAct(`${r.name}.${a}`, resources)}</option>)}</optgroup>)}
      <optgroup label={t('人と組織', 'People and organisation')}>{own.map(o => <option key={o} value={o}>{sayLogAct(o, resources)}</option>)}</optgroup></select></div>
    {day('from', t('この日から', 'From'))}{day('until', t('この日まで', 'To'))}
    <button type="submit" className="btn btn-s">{t('絞り込む', 'Narrow')}</button>
    {query.get('object') && <a className="filter-chip" href={`#${to({ object: '' })}`}>{object ?? t('1つの記録', 'one record')}<span aria-hidden="true">×</span><span className="vh">{t('を外す', ': remove')}</span></a>}
    {narrowed && <a className="btn btn-s" href={`#/${org}/log`}>{t('すべて解除', 'Clear all')}</a>}</form>
}

/* The checkpoint: a signed note of size and root; whoever keeps it can show later that nothing before it was altered. */
function Head({ org }: { org: string }) {
  const head = useQuery({ queryKey: ['checkpoint', org], queryFn: () => call<string>('GET', `/api/orgs/${org}/checkpoint`), retry: false })
  if (!head.data) return null
  const [origin, size] = head.data.split('\n')
  return <Section title={t('署名済みの先頭', 'Signed head')}>
    <p className="max-w-[40em]">{t(`履歴は${size}件で、全体に1つの署名が付いています。どの記録も、あとから変える、消す、順番を変える、差し込むことを、気づかれずに行うことはできません。`, `The history has ${size} entries under one signature. None can be altered, removed, reordered or inserted unnoticed.`)}</p>
    <details className="why mt-3"><summary>{t('確かめ方', 'How to verify')}</summary><div className="why-body">
      <p>{t('サーバーで ', 'On the server, ')}<code>kaname audit verify --db {t('データファイル', 'FILE')}</code>{t(' を実行すると、すべてを計算し直し、変えられた最初の記録を示します。', ' recomputes everything and names the first altered entry.')}</p>
      <p className="mt-2">{t('下の文を外部（監査人など）に預けておくと、サーバーの管理者でも過去を書き換えられません。', 'Given to somebody outside, such as the auditor, the text below keeps even whoever runs the server from rewriting the past.')}</p>
      <pre className="mt-2 overflow-x-auto border border-solid-gray-420 p-3 text-dns-14N-130 whitespace-pre-wrap">{head.data}</pre>
      <p className="mt-2"><a className="btn btn-s" href={`/api/orgs/${org}/checkpoint`} download={`checkpoint-${size}.txt`}>{t('この文を保存', 'Save this text')}</a> <code className="meta">{origin}</code></p></div></details>
  </Section>
}

// Any resource's list: search, filters, sort and place in the list all live in the address.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Page, Resource } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Errors } from '../ui/Fields'
import { Value } from '../ui/Value'

export function List({ org, res, resources, query }: PageProps & { res: Resource }) {
  const base = `/api/orgs/${org}/${res.path}`
  const list = useQuery({ queryKey: ['list', base, query.toString()], queryFn: () => get<Page>(`${base}?limit=50&${query}`), placeholderData: x => x })
  const columns = res.fields.filter(f => f.column || f.title)
  const to = (change: Record<string, string>) => {
    const q = new URLSearchParams(query)
    if (!('cursor' in change)) q.delete('cursor')
    for (const [k, v] of Object.entries(change)) if (v) q.set(k, v); else q.delete(k)
    return `/${org}/${res.path}?${q}`
  }
  const all = new URLSearchParams(query)
  all.delete('cursor')
  const sort = query.get('sort') ?? ''
  const many = tx(res.label_many ?? res.label)
  return <>
    <h1 className="h1">{many} {list.data && <span className="meta" role="status">{list.data.total.toLocaleString()}{t('件', '')}{list.data.total_capped && t('以上', ' or more')}</span>}</h1>
    <div className="my-4 flex flex-wrap gap-2">
      {res.can.includes('create') && <a className="btn btn-fill btn-s" href={`#/${org}/${res.path}/new`}>{tx(res.label)}{t('を追加', ': add')}</a>}
      {res.can.includes('create') && <a className="btn btn-s" href={`#/${org}/import`}>{t('表計算から取り込む', 'Import')}</a>}
      <a className="btn btn-s" href={`${base}.xlsx?${all}`}>{t('Excelに書き出す', 'Export to Excel')}</a>
      <a className="btn btn-s" href={`${base}.csv?${all}`}>{t('CSVに書き出す', 'Export to CSV')}</a>
    </div>
    <form key={query.get('q') ?? ''} className="mb-4 flex flex-wrap items-end gap-2" onSubmit={e => { e.preventDefault(); go(to({ q: String(new FormData(e.currentTarget).get('q') ?? '') })) }}>
      <div><label htmlFor="q" className="meta block">{t('名称・番号で探す', 'Search by name or number')}</label><input id="q" name="q" type="search" className="field" defaultValue={query.get('q') ?? ''} /></div>
      <button type="submit" className="btn">{t('探す', 'Search')}</button>
      {res.fields.filter(f => f.filter && f.kind === 'choice').map(f => <div key={f.name}><label htmlFor={`w-${f.name}`} className="meta block">{tx(f.label)}</label>
        <select id={`w-${f.name}`} className="field" value={query.get(f.name) ?? ''} onChange={e => go(to({ [f.name]: e.target.value }))}>
          <option value="">{t('すべて', 'All')}</option>{f.choices?.map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select></div>)}
      {query.size > 0 && <a className="btn" href={`#/${org}/${res.path}`}>{t('すべて解除', 'Clear all')}</a>}
    </form>
    <Errors error={list.error} />
    {list.data && list.data.items.length === 0 && <p>{query.size > 0 ? t('条件に合うものはありません。', 'Nothing matches these conditions.') : t('まだ登録がありません。', 'Nothing is registered yet.')}</p>}
    {list.data && list.data.items.length > 0 && <table className="list-table" aria-busy={list.isFetching}>
      <caption className="vh">{many}</caption>
      <thead><tr><th scope="col">{t('番号', 'Number')}</th>{columns.map(f => <th key={f.name} scope="col" aria-sort={sort === f.name ? 'ascending' : sort === `-${f.name}` ? 'descending' : undefined}>
        {f.sort ? <a href={`#${to({ sort: sort === f.name ? `-${f.name}` : f.name })}`}>{tx(f.label)}{sort === f.name ? ' ▲' : sort === `-${f.name}` ? ' ▼' : ''}</a> : tx(f.label)}</th>)}</tr></thead>
      <tbody>{list.data.items.map(r => <tr key={r.id}><td className="whitespace-nowrap">{r.number}</td>{columns.map(f => <td key={f.name} data-label={f.title ? undefined : tx(f.label)} className={f.kind === 'money' ? 'num' : ''}>
        {f.title ? <a href={`#/${org}/${res.path}/${r.id}`}>{String(r[f.name] ?? r.number ?? '')}</a>
          : <Value f={f} v={r[f.name]} titles={list.data.items && (list.data._titles ?? r._titles)} resources={resources} org={org} short />}</td>)}</tr>)}</tbody>
    </table>}
    {list.data?.next && <p className="mt-4"><a className="btn btn-s" href={`#${to({ cursor: list.data.next })}`}>{t('次の50件', 'Next 50')}</a></p>}
  </>
}

// Search over every list of the organisation.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Errors } from '../ui/Fields'

type Hit = { resource: string; id: string; number: string; title: string; excerpt?: string }
export function Search({ org, resources, query }: PageProps) {
  const q = query.get('q') ?? ''
  const found = useQuery({ queryKey: ['search', org, q], queryFn: () => get<{ hits: Hit[] }>(`/api/orgs/${org}/search?q=${encodeURIComponent(q)}`), enabled: q !== '' })
  return <><h1 className="h1">{t(`「${q}」の検索結果`, `Results for “${q}”`)}</h1><Errors error={found.error} />
    <p role="status" className="meta">{found.data ? t(`${found.data.hits.length}件`, `${found.data.hits.length} found`) : ''}</p>
    <ul>{found.data?.hits.map(h => { const r = resources.find(x => x.name === h.resource || x.path === h.resource); return <li key={h.id} className="border-b border-solid-gray-200 py-3">
      <span className="meta">{tx(r?.label)} {h.number}</span><br />{r ? <a href={`#/${org}/${r.path}/${h.id}`}>{h.title}</a> : h.title}<p className="meta">{h.excerpt}</p></li> })}</ul></>
}

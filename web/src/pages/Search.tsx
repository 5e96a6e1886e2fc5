// Search over every register: resource, title, and the words around the hit; narrowed to one register in the address.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import { get } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Errors } from '../ui/Fields'
import { MarkHits } from '../ui/Hits'
import { Empty, PageHeader } from '../ui/Page'

type Hit = { resource: string; id: string; number: string; title: string; excerpt?: string }
const LIMIT = 50
export function Search({ org, resources, query }: PageProps) {
  const q = query.get('q') ?? '', only = query.get('in') ?? ''
  const found = useQuery({ queryKey: ['search', org, q], queryFn: () => get<{ hits: Hit[] }>(`/api/orgs/${org}/search?q=${encodeURIComponent(q)}`), enabled: q !== '' })
  const hits = found.data?.hits ?? []
  const groups = resources.filter(r => hits.some(h => h.resource === r.path)).map(r => ({ r, n: hits.filter(h => h.resource === r.path).length }))
  const shown = hits.filter(h => !only || h.resource === only)
  const here = (to: string) => `#/${org}/search?q=${encodeURIComponent(q)}${to ? `&in=${to}` : ''}`
  return <>
    <PageHeader title={q ? t(`「${q}」の検索結果`, `Results for “${q}”`) : t('検索', 'Search')} />
    <form key={q} role="search" aria-label={t('検索語', 'Words')} className="mb-4 flex max-w-[44rem] gap-2" onSubmit={e => { e.preventDefault(); go(`/${org}/search?q=${encodeURIComponent(String(new FormData(e.currentTarget).get('q') ?? '').trim())}`) }}>
      <input name="q" type="search" aria-label={t('検索語', 'Words')} className="field w-full min-w-0" defaultValue={q} /><button type="submit" className="btn">{t('探す', 'Search')}</button></form>
    <Errors error={found.error} />
    <p role="status" className="meta mb-2">{found.data ? hits.length >= LIMIT ? t(`先頭の${LIMIT}件。言葉を足すと絞り込めます。`, `The first ${LIMIT}. Further words narrow the search.`) : t(`${hits.length}件`, `${hits.length} found`) : q && !found.error ? t('探しています。', 'Searching.') : ''}</p>
    {groups.length > 1 && <p className="mb-4 flex flex-wrap gap-x-4 gap-y-1 text-dns-16N-130">{only && <a href={here('')}>{t('すべて', 'All')}</a>}{groups.map(g => g.r.path === only ? <strong key={g.r.path}>{tx(g.r.label_many ?? g.r.label)} {g.n}</strong> : <a key={g.r.path} href={here(g.r.path)}>{tx(g.r.label_many ?? g.r.label)} {g.n}</a>)}</p>}
    {found.data && hits.length === 0 && <Empty>{t('どの台帳にもありません。言葉を短くするか、別の書き方で探してください。全角と半角は区別しません。', 'In no register. Try fewer or other words; width does not matter.')}</Empty>}
    <ul className="max-w-[60rem]">{shown.map(h => { const r = resources.find(x => x.path === h.resource)
      return <li key={h.id} className="border-b border-solid-gray-200 py-3"><p className="text-std-16N-170">{r ? <a href={`#/${org}/${r.path}/${h.id}`}><MarkHits text={h.title || h.number} q={q} /></a> : h.title} <span className="meta whitespace-nowrap">{tx(r?.label)} {h.number}</span></p>
        {h.excerpt && h.excerpt !== h.title && <p className="text-dns-14N-130 text-solid-gray-700"><MarkHits text={h.excerpt} q={q} /></p>}</li> })}</ul>
  </>
}

// Any resource's list: search, conditions, order, columns and place all live in the address; exports take them along.
import { useEffect, useRef, useState } from 'react'
import { useQueries, useQuery } from '@tanstack/react-query'
import type { Field, Page, Rec, Resource } from '../types'
import type { PageProps } from '../page'
import { get } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { BulkBar, mayBulk, type Chosen } from '../ui/Bulk'
import { Errors } from '../ui/Fields'
import { AddCondition, filterable, useConditions, type Condition } from '../ui/Filters'
import { choice, draft, keepDraft } from '../ui/keep'
import { Empty, Loading, PageHeader } from '../ui/Page'
import { ReportLinks } from '../ui/Reports'
import { Value } from '../ui/Value'

const LIMIT = 50
const without = (query: URLSearchParams, ...keys: string[]) => { const q = new URLSearchParams(query); for (const k of keys) q.delete(k); return q }
const offered = (res: Resource) => res.fields.filter(f => !f.order)
const usual = (res: Resource) => res.fields.filter(f => f.column || f.title)

export function List({ org, res, resources, query }: PageProps & { res: Resource }) {
  const base = `/api/orgs/${org}/${res.path}`, here = `/${org}/${res.path}`
  const list = useQuery({ queryKey: ['list', base, query.toString()], queryFn: () => get<Page>(`${base}?limit=${LIMIT}&${query}`), placeholderData: x => x })
  const [picked, setPicked] = useState<{ at: string; ids: Chosen }>({ at: '', ids: new Map() })
  const at = query.toString(), marked: Chosen = picked.at === at ? picked.ids : new Map() /* another page or condition: nothing is chosen */
  const choose = (ids: Chosen) => setPicked({ at, ids })
  const [panel, setPanel] = useState<'' | 'condition' | 'columns'>('')
  const chosen = query.get('columns')?.split(',')
  const columns = chosen ? offered(res).filter(f => f.title || chosen.includes(f.name)) : usual(res)
  const to = (change: Record<string, string>) => {
    const q = without(query, 'cursor')
    for (const [k, v] of Object.entries(change)) if (v) q.set(k, v); else q.delete(k)
    return `${here}${q.size ? `?${q}` : ''}`
  }
  const conditions = useConditions(org, res, resources, query, list.data?._titles ?? {})
  const removed = query.get('removed') === '1', q = query.get('q') ?? ''
  const narrowed = conditions.length > 0 || q !== '' || removed
  const many = tx(res.label_many ?? res.label)
  const total = list.data ? `${list.data.total.toLocaleString()}${t('件', '')}${list.data.total_capped ? t('以上', ' or more') : ''}` : ''
  const exported = without(query, 'cursor')
  const mayAdd = res.can.includes('create')
  const acts = <>{mayAdd && <a className="btn btn-fill btn-s" href={`#${here}/new`}>{t(`${tx(res.label)}を追加`, `Add: ${tx(res.label)}`)}</a>}
    {mayAdd && <a className="btn btn-s" href={`#/${org}/import`}>{t('表計算から取り込む', 'Import')}</a>}
    {mayAdd && res.receives && <a className="btn btn-s" href={`#${here}/receive`}>{t('報告のファイルを受け取る', 'Take the file of a report')}</a>}
    <a className="btn btn-s" href={`${base}.xlsx?${exported}`} download>{t('Excelに書き出す', 'Export to Excel')}</a><a className="btn btn-s" href={`${base}.csv?${exported}`} download>{t('CSV', 'CSV')}<span className="vh">{t('に書き出す', ' export')}</span></a></>
  return <>
    <PageHeader title={many} tail={undefined} chip={list.data && <span className="meta" role="status">{total}</span>} acts={acts} />
    <ReportLinks org={org} res={res} />
    <div className="no-print mb-4 flex flex-wrap items-end gap-2">
      <form key={q} role="search" aria-label={t(`${many}から探す`, `Search ${many}`)} className="flex items-end gap-2" onSubmit={e => { e.preventDefault(); go(to({ q: String(new FormData(e.currentTarget).get('q') ?? '').trim() })) }}>
        <div><label htmlFor="q" className="meta block">{t('名称・番号・内容', 'Name, number, content')}</label><input id="q" name="q" type="search" className="field field-s w-64 max-w-full" defaultValue={q} /></div><button type="submit" className="btn btn-s">{t('絞り込む', 'Narrow')}</button></form>
      {q && <Chip text={t(`「${q}」を含む`, `contains “${q}”`)} href={to({ q: '' })} />}
      {conditions.map(c => <Chip key={c.keys[0]} text={c.text} href={to(Object.fromEntries(c.keys.map(k => [k, ''])))} />)}
      {removed && <Chip text={t('廃止したもの', 'Retired ones')} href={to({ removed: '' })} />}
      {filterable(res).length > 0 && <button type="button" className="btn btn-s" aria-expanded={panel === 'condition'} onClick={() => setPanel(panel === 'condition' ? '' : 'condition')}>{t('条件を追加', 'Add a condition')}</button>}
      <button type="button" className="btn btn-s" aria-expanded={panel === 'columns'} onClick={() => setPanel(panel === 'columns' ? '' : 'columns')}>{t(`列 ${columns.length}/${offered(res).length}`, `Columns ${columns.length}/${offered(res).length}`)}</button>
      {!removed && <a className="btn btn-s" href={`#${to({ removed: '1' })}`}>{t('廃止したものを見る', 'Show retired ones')}</a>}
      {narrowed && <a className="btn btn-s" href={`#${here}`}>{t('すべて解除', 'Clear all')}</a>}
    </div>
    {panel === 'condition' && <AddCondition org={org} res={res} resources={resources} close={() => setPanel('')} add={change => { setPanel(''); go(to(change)) }} />}
    {panel === 'columns' && <Columns fields={offered(res).filter(f => !f.title)} chosen={columns.map(f => f.name)} set={names => go(to({ columns: names.join(',') }))} reset={to({ columns: '' })} close={() => setPanel('')} />}
    <Errors error={list.error} />
    {list.error && <p><button className="btn btn-s" onClick={() => void list.refetch()}>{t('もう一度読む', 'Try again')}</button></p>}
    {!list.data && !list.error && <Loading />}
    {list.data && list.data.items.length === 0 && (narrowed ? <NoMatch base={base} query={query} conditions={conditions} to={to} many={many} here={here} />
      : <Empty act={mayAdd && <><a className="btn btn-s" href={`#${here}/new`}>{t(`最初の${tx(res.label)}を追加`, `Add the first`)}</a><a className="btn btn-s" href={`#/${org}/import`}>{t('表計算から取り込む', 'Import a spreadsheet')}</a></>}>{t(`${many}はまだありません。`, `No ${many.toLowerCase()} yet. `)}{tx(res.help)}{t('。', '.')}</Empty>)}
    {list.data && list.data.items.length > 0 && <>{marked.size > 0 && <BulkBar {...{ org, res, resources, base }} chosen={marked} set={choose} page={list.data} query={without(query, 'cursor', 'columns').toString()} />}<Table {...{ org, res, resources, columns, query, to }} chosen={mayBulk(res) && !removed ? marked : undefined} choose={choose} page={list.data} busy={list.isFetching} many={many} /><Pager page={list.data} query={query} here={here} res={res} /></>}
  </>
}

const Chip = ({ text, href }: { text: string; href: string }) => <a className="filter-chip" href={`#${href}`}>{text}<span aria-hidden="true">×</span><span className="vh">{t('を外す', ': remove')}</span></a>

function Columns({ fields, chosen, set, reset, close }: { fields: Field[]; chosen: string[]; set: (names: string[]) => void; reset: string; close: () => void }) {
  return <div className="panel"><fieldset><legend className="meta">{t('表示する列。書き出しにも使います。', 'Columns shown, and exported.')}</legend>
    <div className="flex flex-wrap gap-x-6">{fields.map(f => <label key={f.name} className="flex min-h-9 items-center gap-2"><input type="checkbox" className="size-5" checked={chosen.includes(f.name)} onChange={e => set(e.target.checked ? [...chosen, f.name] : chosen.filter(x => x !== f.name))} />{tx(f.label)}</label>)}</div></fieldset>
    <p className="mt-3 flex flex-wrap gap-2"><a className="btn btn-s" href={`#${reset}`}>{t('はじめの列に戻す', 'Usual columns')}</a><button type="button" className="btn btn-s" onClick={close}>{t('閉じる', 'Close')}</button></p></div>
}

/* Nothing matches: which condition to take away, and what would then come. */
function NoMatch({ base, query, conditions, to, many, here }: { base: string; query: URLSearchParams; conditions: Condition[]; to: (c: Record<string, string>) => string; many: string; here: string }) {
  const ways = [...conditions.map(c => ({ text: c.text, keys: c.keys })), ...(query.get('q') ? [{ text: t(`「${query.get('q')}」を含む`, `contains “${query.get('q')}”`), keys: ['q'] }] : [])]
  const counts = useQueries({ queries: ways.map(w => ({ queryKey: ['count', base, w.keys.join(), query.toString()], enabled: ways.length > 1, queryFn: () => get<Page>(`${base}?limit=1&${without(query, 'cursor', 'columns', ...w.keys)}`) })) })
  const helps = ways.map((w, i) => ({ ...w, n: counts[i]?.data?.total ?? 0 })).filter(w => w.n > 0)
  return <Empty act={<a className="btn btn-s" href={`#${here}`}>{t('すべて解除', 'Clear all')}</a>}>{t(`条件に合う${many}はありません。`, 'Nothing matches these conditions.')}
    {helps.length > 0 && <span className="mt-2 block">{helps.map(w => <a key={w.text} className="mr-4" href={`#${to(Object.fromEntries(w.keys.map(k => [k, ''])))}`}>{t(`${w.text} を外す（${w.n}件）`, `Without “${w.text}”: ${w.n}`)}</a>)}</span>}</Empty>
}

type T = { org: string; res: Resource; resources: Resource[]; columns: Field[]; query: URLSearchParams; to: (c: Record<string, string>) => string; page: Page; busy: boolean; many: string; chosen?: Chosen; choose: (c: Chosen) => void }
function Table({ org, res, resources, columns, query, to, page, busy, many, chosen, choose }: T) {
  const table = useRef<HTMLTableElement>(null)
  const sort = query.get('sort') ?? ''
  /* j and k (or arrows within the table) go from row to row: the link of the row takes the focus. */
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement, inside = table.current?.contains(el)
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || document.querySelector('dialog[open]')) return
      const way = (e.key === 'ArrowDown' && inside) || (e.key === 'j' && !choice('keys-off')) ? 1 : (e.key === 'ArrowUp' && inside) || (e.key === 'k' && !choice('keys-off')) ? -1 : 0
      if (!way) return
      const links = [...table.current?.querySelectorAll<HTMLElement>('[data-row]') ?? []]
      const at = links.findIndex(l => l.closest('tr')?.contains(document.activeElement))
      const next = links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + way))]
      if (next) { e.preventDefault(); next.focus() }
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
  const head = (name: string, label: string, can: boolean, f?: Field) => { const up = sort === name || (name === 'number' && sort === ''), down = sort === `-${name}`
    return <th key={name} scope="col" className={f && isFigure(f) ? 'num' : ''} aria-sort={up ? 'ascending' : down ? 'descending' : undefined}>{can ? <a className="sort" href={`#${to({ sort: up ? `-${name}` : name === 'number' ? '' : name })}`}>{label}<span aria-hidden="true">{up ? '▲' : down ? '▼' : ''}</span></a> : label}</th> }
  return <table ref={table} className="list-table" aria-busy={busy}><caption className="vh">{many}</caption>
    <thead><tr>{chosen && <th scope="col" className="pick"><input type="checkbox" className="size-6" aria-label={t('このページのすべてを選ぶ', 'Choose all on this page')} checked={page.items.every(r => chosen.has(r.id))} onChange={e => choose(e.target.checked ? new Map(page.items.map(r => [r.id, r.version])) : new Map())} /></th>}{head('number', t('番号', 'Number'), true)}{columns.map(f => head(f.name, tx(f.label), !!(f.sort || f.title), f))}</tr></thead>
    <tbody>{page.items.map(r => <tr key={r.id}>{chosen && <td className="pick"><input type="checkbox" className="size-6" aria-label={t(`${r.number}を選ぶ`, `Choose ${r.number}`)} checked={chosen.has(r.id)} onChange={e => { const next = new Map(chosen); if (e.target.checked) next.set(r.id, r.version); else next.delete(r.id); choose(next) }} /></td>}<td className="whitespace-nowrap text-solid-gray-700">{r.number}</td>{columns.map(f => f.title
      ? <th key={f.name} scope="row" className="row-head text-dns-16N-130"><a data-row href={`#/${org}/${res.path}/${r.id}`}>{String(r[f.name] ?? r.number ?? '')}</a></th>
      : <td key={f.name} data-label={tx(f.label)} className={isFigure(f) ? 'num' : ''}>{cell(f, r) && <Value f={f} v={r[f.name]} titles={page._titles ?? r._titles} resources={resources} org={org} short />}</td>)}</tr>)}</tbody></table>
}
const isFigure = (f: Field) => f.kind === 'money' || (f.kind === 'int' && !(f.max !== undefined && f.max <= 10))
const cell = (f: Field, r: Rec) => r[f.name] !== null && r[f.name] !== undefined && r[f.name] !== '' && !(Array.isArray(r[f.name]) && (r[f.name] as unknown[]).length === 0)

/* Keyset paging: the cursors of this visit are kept, so that one can go back and say which rows these are. */
function Pager({ page, query, here, res }: { page: Page; query: URLSearchParams; here: string; res: Resource }) {
  const plain = without(query, 'cursor').toString(), key = `trail:${here}?${plain}`
  const trail = draft<string[]>(key) ?? [], cursor = query.get('cursor')
  const at = cursor ? trail.indexOf(cursor) + 1 : 0
  const known = !cursor || at > 0
  const href = (c?: string | null) => { const q = new URLSearchParams(plain); if (c) q.set('cursor', c); return `#${here}${q.size ? `?${q}` : ''}` }
  if (!page.next && !cursor) return null
  const sort = (query.get('sort') ?? '').replace(/^-/, ''), field = res.fields.find(f => f.name === sort)
  const order = t(`${field ? tx(field.label) : '番号'}の${query.get('sort')?.startsWith('-') ? '降順' : '昇順'}`, `by ${field ? tx(field.label).toLowerCase() : 'number'}${query.get('sort')?.startsWith('-') ? ', descending' : ''}`)
  return <nav aria-label={t('ページ', 'Pages')} className="no-print mt-4 flex flex-wrap items-center gap-3"><span className="text-dns-14N-130">{known ? t(`${at * LIMIT + 1}〜${at * LIMIT + page.items.length}件（${order}）`, `${at * LIMIT + 1} to ${at * LIMIT + page.items.length} (${order})`) : order}</span>
    {cursor && <a className="btn btn-s" href={href(at > 1 ? trail[at - 2] : null)}>{at > 0 ? t(`前の${LIMIT}件`, `Previous ${LIMIT}`) : t('先頭へ', 'First')}</a>}
    {page.next && <a className="btn btn-s" href={href(page.next)} onClick={() => keepDraft(key, [...trail.slice(0, at), page.next])}>{t(`次の${LIMIT}件`, `Next ${LIMIT}`)}</a>}</nav>
}

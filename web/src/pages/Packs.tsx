// パック: the law and the catalogues as data. Each item says where it comes from, when it holds, and how far it was checked: words before the value.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Text } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { shortDay } from '../dates'
import { go } from '../router'
import { Chip, Empty, Loading, PageHeader, Section } from '../ui/Page'
import { MarkHits } from '../ui/Hits'

type Pack = { code: string; version: string; title: Text; kinds: { kind: string; n: number; title: Text }[] }
type PackField = { name: string; label: Text; kind?: string }
type Item = { id: string; title: Text; source?: string | Text; from?: string | null; to?: string | null; check: string; _titles?: Record<string, Text>; [k: string]: unknown }
type Answer = { title: Text; fields: PackField[]; items: Item[]; total: number; checks: { code: string; label: Text; help: Text }[] }

/* Read in the original or machine-checked against it; all else is marked. */
const verified = (check: string) => check === 'O' || check === 'V'
const units: Record<string, [string, string]> = { minutes: ['分', 'minutes'], hours: ['時間', 'hours'], days: ['日', 'days'], users: ['人', 'users'], households: ['戸', 'households'], kilowatts: ['kW', 'kW'] }
const figure = (k: string, v: unknown) => units[k] && typeof v === 'number' ? `${v.toLocaleString()}${t(units[k][0], ` ${units[k][1]}`)}` : k === 'source' ? t(`出典 ${word(v)}`, `source ${word(v)}`) : k === 'check' ? t(`（${word(v)}）`, ` (${word(v)})`) : `${k} ${word(v)}`
const word = (v: unknown): string => typeof v === 'string' ? v : typeof v === 'number' ? v.toLocaleString() : Array.isArray(v) ? v.map(x => x && typeof x === 'object' && !('ja' in x) ? Object.values(x).map(word).join(' ') : word(x)).join(t('、', ', ')) : v && typeof v === 'object' && 'ja' in v ? tx(v as Text) : v && typeof v === 'object' ? Object.entries(v).map(([k, x]) => figure(k, x)).join(t('・', ' · ')) : ''

const usePacks = () => useQuery({ queryKey: ['packs'], queryFn: () => get<{ items: Pack[] }>('/api/packs'), staleTime: Infinity })

export function Packs({ org }: PageProps) {
  const packs = usePacks()
  if (!packs.data) return packs.error ? <PageHeader title={t('パック', 'Packs')} error={packs.error} /> : <Loading />
  return <>
    <PageHeader title={t('パック', 'Packs')} />
    <p className="max-w-[40em]">{t('法令、行動計画、候補の一覧を、プログラムから分けたデータとして持っています。項目ごとに出典と、どこまで確かめたかが付いています。', 'Law, plans and catalogues are kept as data apart from the program. Each item has its source and how far it was checked.')}</p>
    {packs.data.items.length === 0 && <Empty>{t('パックが入っていません。設置した人に確かめてください。', 'No pack is installed. Ask whoever installed the program.')}</Empty>}
    {packs.data.items.map(p => <Section key={p.code} title={tx(p.title)} aside={`${p.code} ${p.version}`}>
      <table className="list-table max-w-[44rem]"><caption className="vh">{tx(p.title)}</caption><thead><tr><th scope="col">{t('一覧', 'List')}</th><th scope="col" className="num">{t('項目', 'Items')}</th></tr></thead>
        <tbody>{p.kinds.map(k => <tr key={k.kind}><th scope="row" className="row-head text-dns-16N-130"><a href={`#/${org}/packs/${p.code}/${k.kind}`}>{tx(k.title)}</a></th><td className="num" data-label={t('項目', 'Items')}>{k.n.toLocaleString()}</td></tr>)}</tbody></table></Section>)}
  </>
}

export function Kind({ org, parts, query }: PageProps) {
  const [, code = '', kind = ''] = parts, q = query.get('q') ?? '', only = query.get('check') ?? ''
  const pack = usePacks().data?.items.find(p => p.code === code)
  const found = useQuery({ queryKey: ['pack', code, kind, q], placeholderData: x => x, queryFn: () => get<Answer>(`/api/packs/${code}/${kind}?q=${encodeURIComponent(q)}`) })
  const [shown, setShown] = useState(50)
  const a = found.data, here = `/${org}/packs/${code}/${kind}`
  const crumbs: [string, string][] = [[t('パック', 'Packs'), `/${org}/packs`]]
  if (!a) return found.error ? <PageHeader title={t('パック', 'Packs')} crumbs={crumbs} error={found.error} /> : <Loading />
  const items = a.items.filter(i => !only || i.check === only)
  const say = (c: string) => a.checks.find(x => x.code === c)
  const counts = a.checks.map(c => ({ ...c, n: a.items.filter(i => i.check === c.code).length })).filter(c => c.n > 0)
  const to = (next: Record<string, string>) => { const u = new URLSearchParams({ ...(q ? { q } : {}), ...(only ? { check: only } : {}), ...next }); for (const [k, v] of [...u]) if (!v) u.delete(k); return `${here}${u.size ? `?${u}` : ''}` }
  return <>
    <PageHeader title={tx(a.title)} crumbs={crumbs} tail={`${pack ? tx(pack.title) : code} ${pack?.version ?? ''}`} />
    <form key={q} role="search" aria-label={t('この一覧から探す', 'Search this list')} className="mb-4 flex flex-wrap items-end gap-2" onSubmit={e => { e.preventDefault(); go(to({ q: String(new FormData(e.currentTarget).get('q') ?? '').trim() })) }}>
      <div><label htmlFor="pack-q" className="meta block">{t('この一覧から探す', 'Search this list')}</label><input id="pack-q" name="q" type="search" className="field field-s w-72 max-w-full" defaultValue={q} /></div><button type="submit" className="btn btn-s">{t('探す', 'Search')}</button>
      {(q || only) && <a className="btn btn-s" href={`#${here}`}>{t('すべて解除', 'Clear all')}</a>}</form>
    <p className="meta" role="status">{q || only ? t(`${a.total}件のうち${items.length}件`, `${items.length} of ${a.total}`) : t(`${a.total.toLocaleString()}件`, `${a.total.toLocaleString()} items`)}</p>
    <details className="why my-3"><summary>{t('確認の状態の意味', 'What the check states mean')}</summary><div className="why-body"><dl className="facts">{counts.map(c => <div key={c.code} className="contents"><dt><a href={`#${to({ check: only === c.code ? '' : c.code })}`}>{tx(c.label)}</a> {t(`${c.n}件`, `${c.n}`)}</dt><dd>{tx(c.help)}</dd></div>)}</dl></div></details>
    {items.length === 0 && <Empty act={<a className="btn btn-s" href={`#${here}`}>{t('解除', 'Clear')}</a>}>{t('条件に合う項目はありません。', 'Nothing matches.')}</Empty>}
    <ul className="pack-items">{items.slice(0, shown).map(i => { const c = say(i.check), open = !verified(i.check)
      return <li key={i.id} className={open ? 'pack-item pack-open' : 'pack-item'}>
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1"><Chip tone={open ? 'open' : 'settled'}>{tx(c?.label) || i.check}</Chip><span className="text-std-16B-170"><MarkHits text={tx(i.title)} q={q} /></span></p>
        {a.fields.some(f => word(i[f.name])) && <dl className="facts mt-1">{a.fields.filter(f => word(i[f.name])).map(f => <div key={f.name} className="contents"><dt>{tx(f.label)}</dt>
          <dd>{f.kind && typeof i[f.name] === 'string' ? <a href={`#/${org}/packs/${code}/${f.kind}?q=${encodeURIComponent(tx(i._titles?.[i[f.name] as string]) || String(i[f.name]))}`}>{tx(i._titles?.[i[f.name] as string]) || String(i[f.name])}</a> : f.name.endsWith('_check') ? tx(say(word(i[f.name]))?.label) || word(i[f.name]) : <MarkHits text={word(i[f.name])} q={q} />}</dd></div>)}</dl>}
        <p className="meta mt-1">{t('出典：', 'Source: ')}{word(i.source) || t('なし', 'none')}{(i.from || i.to) && <>{t('　期間：', ' · ')}{i.from ? shortDay(i.from) : ''}〜{i.to ? shortDay(i.to) : ''}</>}</p></li> })}</ul>
    {items.length > shown && <p className="mt-4"><button className="btn btn-s" onClick={() => setShown(shown + 100)}>{t(`次の${Math.min(100, items.length - shown)}件`, `Next ${Math.min(100, items.length - shown)}`)}</button></p>}
    {a.total > a.items.length && <p className="meta mt-2">{t('先頭の1,000件までです。言葉で絞り込んでください。', 'At most 1,000 items are shown. Narrow the list with words.')}</p>}
  </>
}

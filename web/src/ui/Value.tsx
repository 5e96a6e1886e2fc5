// Shows one value of a record the way its field says: figures, days, choices, names of other records.
import type { Field, Resource, Titles } from '../types'
import { lang, t, tx } from '../i18n'
import { LevelTile, type Span } from './Level'
import { sayDay, sayTime, shortDay } from '../dates'

export const unknowns = [['not_asked', 'まだ聞いていない', 'not asked yet'], ['cannot_tell', '確認できない', 'cannot be confirmed'],
  ['later', 'これから決まる', 'to be decided'], ['not_defined', 'パックに定めがない', 'not set in the pack']] as const
export const retiredMark = (removed?: boolean) => removed ? t('（廃止）', ' (retired)') : ''
/* What a reference is called; a retired record keeps its name and says so. */
export const nameIn = (titles: Titles | undefined, id: string | undefined) => { const x = id ? titles?.[id] : undefined; return x ? x.title + retiredMark(x.removed) : '' }
/* A level is computed; other scales are figures. */
export const isLevel = (f: Field) => f.derived && f.kind === 'int' && f.min === 1
const topOf = (f: Field) => Math.max(3, f.max ?? 3)

type Props = { f: Field; v: unknown; titles?: Titles; resources: Resource[]; org: string; short?: boolean }
export function Value({ f, v, titles, resources, org, short }: Props) {
  if (v === null || v === undefined || v === '') return null
  if (typeof v === 'object' && 'unknown' in v) {
    const u = unknowns.find(x => x[0] === (v as { unknown: string }).unknown)
    return <>{t('未確認', 'Unknown')}{!short && u && t(`（${u[1]}）`, ` (${u[2]})`)}</>
  }
  if (typeof v === 'object' && 'from' in v) {
    if (isLevel(f)) return <LevelTile level={v as Span} of={topOf(f)} />
    const r = v as { from?: unknown; to?: unknown }
    return <><Value f={f} v={r.from} resources={resources} org={org} short />〜<Value f={f} v={r.to} resources={resources} org={org} short /></>
  }
  const link = (id: string) => {
    const target = resources.find(r => r.name === f.target)
    const name = titles?.[id]
    const label = name ? `${name.number ?? ''} ${nameIn(titles, id)}`.trim() : id
    if (name?.href) return <a key={id} href={name.href} download>{name.title || t('（廃棄済み）', '(disposed of)')}</a>
    return target ? <a key={id} href={`#/${org}/${target.path}/${id}`}>{label}</a> : <span key={id}>{label}</span>
  }
  switch (f.kind) {
    case 'bool': return <>{v ? t('はい', 'Yes') : t('いいえ', 'No')}</>
    case 'money': return <>{lang() === 'ja' ? `${Number(v).toLocaleString()}円` : `JPY ${Number(v).toLocaleString()}`}</>
    case 'int': return isLevel(f) ? <LevelTile level={Number(v)} of={topOf(f)} /> : <>{Number(v).toLocaleString()}</>
    case 'date': return <time dateTime={String(v)}>{short ? shortDay(String(v)) : sayDay(String(v), lang())}</time>
    case 'instant': return <time dateTime={String(v)}>{sayTime(String(v), lang())}</time>
    case 'choice': { const c = f.choices?.find(x => x.code === v); return <>{c ? tx(c.label) : String(v)}</> }
    case 'ref': return link(String(v))
    case 'refs': return <ul>{(v as string[]).map(id => <li key={id}>{link(id)}</li>)}</ul>
    case 'list': return <ol>{(v as Record<string, unknown>[]).map((row, i) => <li key={i}>{f.fields?.map(g => row[g.name] === undefined ? null
      : <span key={g.name}>{tx(g.label)}: <Value f={g} v={row[g.name]} titles={titles} resources={resources} org={org} short /> </span>)}</li>)}</ol>
    case 'long': return <span className="whitespace-pre-wrap">{String(v)}</span>
    default: return <>{String(v)}</>
  }
}

// Several records of a list changed at once: chosen, one field set, looked at as old and new, made, and taken back from the status line.
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Field, Mistake, Page, Rec, Resource, Titles } from '../types'
import { call, get } from '../api'
import { many as countOf, t, tx } from '../i18n'
import { Errors, mayWrite } from './Fields'
import { Input } from './Input'
import { say } from './notice'
import { mistakesOf, Row } from './Row'
import { Value } from './Value'

const MOST = 500
type Changed = { id: string; number: string; title: string; version: number; changed: boolean; before: Record<string, unknown>; after: Record<string, unknown> }
type Answer = { records: Changed[]; _titles?: Titles }
export type Chosen = Map<string, number> /* id → version as seen */

export const mayBulk = (res: Resource) => res.can.includes('update') && fieldsOf(res).length > 0
const fieldsOf = (res: Resource) => res.fields.filter(f => mayWrite(f) && !f.title && !f.unique && f.kind !== 'list')

/* All that meets the conditions, page by page, up to what one change may hold. */
async function allOf(base: string, query: string): Promise<Chosen> {
  const found: Chosen = new Map()
  let cursor = ''
  do {
    const page: Page = await get<Page>(`${base}?limit=200&${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    for (const r of page.items) if (found.size < MOST) found.set(r.id, r.version)
    cursor = page.next ?? ''
  } while (cursor && found.size < MOST)
  return found
}

type P = { org: string; res: Resource; resources: Resource[]; chosen: Chosen; set: (c: Chosen) => void; page: Page; base: string; query: string }
export function BulkBar({ org, res, resources, chosen, set, page, base, query }: P) {
  const [open, setOpen] = useState(false), [busy, setBusy] = useState(false)
  const many = tx(res.label_many ?? res.label)
  const more = page.total > chosen.size && chosen.size >= page.items.length
  const all = async () => { setBusy(true); try { set(await allOf(base, query)) } finally { setBusy(false) } }
  return <div className="bulk no-print" role="group" aria-label={t('選択した記録', 'Chosen records')}>
    <p className="flex flex-wrap items-center gap-3"><span role="status">{t(`${chosen.size}件の${many}を選択中`, `${countOf(chosen.size, 'record')} chosen`)}</span>
      <button type="button" className="btn btn-s" aria-expanded={open} onClick={() => setOpen(!open)}>{t('まとめて変更', 'Change together')}</button>
      {more && <button type="button" className="btn btn-s" aria-disabled={busy} onClick={() => { if (!busy) void all() }}>{page.total > MOST ? t(`条件に合う先頭の${MOST}件を選ぶ`, `Choose the first ${MOST} that match`) : t(`条件に合う${page.total}件すべてを選ぶ`, `Choose all ${page.total} that match`)}</button>}
      <button type="button" className="btn btn-s" onClick={() => set(new Map())}>{t('選択を解除', 'Clear')}</button></p>
    {open && <Change {...{ org, res, resources, chosen, base }} done={() => { setOpen(false); set(new Map()) }} />}
  </div>
}

function Change({ org, res, resources, chosen, base, done }: Pick<P, 'org' | 'res' | 'resources' | 'chosen' | 'base'> & { done: () => void }) {
  const client = useQueryClient()
  const fields = fieldsOf(res)
  const [name, setName] = useState(''), [value, setValue] = useState<any>(null), [reason, setReason] = useState('')
  const [tried, setTried] = useState<Answer | null>(null), [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  const f = fields.find(x => x.name === name)
  const records = [...chosen].map(([id, version]) => ({ id, version }))
  const body = { records, change: { [name]: value }, reason: reason.trim() || undefined }
  const act = (todo: () => Promise<void>) => async () => {
    if (busy) return
    setBusy(true), setError(null)
    try { await todo() } catch (e) { setError(e) }
    setBusy(false)
  }
  const attempt = act(async () => setTried(await call<Answer>('POST', `${base}/bulk?dry=1`, body)))
  const make = act(async () => {
    const made = (await call<Answer>('POST', `${base}/bulk`, body)).records.filter(r => r.changed)
    const undo = made.map(r => ({ id: r.id, version: r.version, change: r.before }))
    say(() => t(`${made.length}件を変更しました。`, `${countOf(made.length, 'record')} changed.`), made.length ? () => call('POST', `${base}/bulk`, { records: undo }) : undefined)
    done()
    await client.invalidateQueries()
  })
  const other = (set: () => void) => { setTried(null); setError(null); set() }
  return <form className="panel mt-3" noValidate onSubmit={e => { e.preventDefault(); void (tried ? make() : attempt()) }}>
    <Errors error={mistakesOf(error).length ? null : error} />
    <Row id="bulk-field" label={t('変更する項目', 'Field')} required><select id="bulk-field" className="field" aria-describedby="bulk-field-help" value={name} onChange={e => other(() => { setName(e.target.value); setValue(null) })}>
      <option value="">{t('（選んでいません）', '(not chosen)')}</option>{fields.map(x => <option key={x.name} value={x.name}>{tx(x.label)}</option>)}</select></Row>
    {f && <Row id="bulk-value" label={t('新しい値', 'New value')} help={`${tx(f.help)}${t('。空にすると、選んだすべてで空になります。', '. Left empty, it becomes empty in all of them.')}`}>
      <Input f={f} v={value} set={v => other(() => setValue(v))} id="bulk-value" org={org} resources={resources} titles={tried?._titles ?? {}} bad={mistakesOf(error).length > 0} /></Row>}
    <Row id="bulk-reason" label={t('理由', 'Reason')} help={t('それぞれの履歴に残ります。', 'Kept in the history of each.')}><input id="bulk-reason" className="field w-full" aria-describedby="bulk-reason-help" maxLength={1000} value={reason} onChange={e => setReason(e.target.value)} /></Row>
    {mistakesOf(error).length > 0 && <Refused mistakes={mistakesOf(error)} records={records} base={base} />}
    {tried && f && <Preview {...{ f, tried, org, resources }} />}
    <p className="mt-4 flex flex-wrap gap-3">{tried ? <button type="submit" className="btn btn-fill" aria-disabled={busy}>{t(`${tried.records.filter(r => r.changed).length}件を変更する`, `Change ${countOf(tried.records.filter(r => r.changed).length, 'record')}`)}</button>
      : f && <button type="submit" className="btn btn-fill" aria-disabled={busy}>{t('変わることを確かめる', 'See what changes')}</button>}
      <button type="button" className="btn" onClick={done}>{t('やめる', 'Cancel')}</button></p>
  </form>
}

function Preview({ f, tried, org, resources }: { f: Field; tried: Answer; org: string; resources: Resource[] }) {
  const rows = tried.records.filter(r => r.changed), same = tried.records.length - rows.length
  const show = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0) ? <span className="meta">{t('（空）', '(empty)')}</span> : <Value f={f} v={v} titles={tried._titles} resources={resources} org={org} short />
  return <section aria-live="polite"><h2 className="h2 mt-0">{t('変わること', 'What changes')}</h2>
    {same > 0 && <p className="meta">{t(`${same}件はすでにその値です。`, `${countOf(same, 'record')} already have that value.`)}</p>}
    {rows.length > 0 && <div className="max-h-96 overflow-auto" tabIndex={0} role="region" aria-label={t('変わること', 'What changes')}><table className="list-table"><thead><tr><th scope="col">{t('番号', 'Number')}</th><th scope="col">{t('名称', 'Name')}</th><th scope="col">{t('旧', 'Old')}</th><th scope="col">{t('新', 'New')}</th></tr></thead>
      <tbody>{rows.map(r => <tr key={r.id}><td className="whitespace-nowrap">{r.number}</td><th scope="row" className="row-head">{r.title}</th><td data-label={t('旧', 'Old')}>{show(r.before[f.name])}</td><td data-label={t('新', 'New')}>{show(r.after[f.name])}</td></tr>)}</tbody></table></div>}
  </section>
}

/* Nothing was changed: which record stands in the way, and why. */
function Refused({ mistakes, records, base }: { mistakes: Mistake[]; records: { id: string }[]; base: string }) {
  const client = useQueryClient()
  const name = (path: string) => {
    const id = records[Number(path.split('/')[1])]?.id
    for (const [, page] of client.getQueriesData<Page>({ queryKey: ['list', base] })) { const r = page?.items.find((x: Rec) => x.id === id); if (r) return r.number }
    return t(`${Number(path.split('/')[1]) + 1}番目`, `no. ${Number(path.split('/')[1]) + 1}`)
  }
  return <div role="alert" className="mb-4"><p className="err">{t('変更しませんでした。次の記録が受け付けられません。', 'Nothing was changed. These records stand in the way:')}</p>
    <ul>{mistakes.slice(0, 20).map((m, i) => <li key={i} className="err">{name(m.path)}: {m.text}</li>)}</ul>{mistakes.length > 20 && <p className="meta">{t(`ほか${mistakes.length - 20}件`, `and ${mistakes.length - 20} more`)}</p>}</div>
}

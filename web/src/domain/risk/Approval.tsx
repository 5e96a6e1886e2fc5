// The decision of management on what was submitted: by post, with minutes and day; or back with the reason. And the route it took.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Mistake, Rec, Resource } from '../../types'
import { call, get, match, Problem } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay } from '../../dates'
import { Chip, Dialog, type Tone } from '../../ui/Page'
import { Errors } from '../../ui/Fields'
import { accepts, uploadFile, type Attached } from '../../ui/Files'
import { Input } from '../../ui/Input'
import { control, mistakesOf, Row, wrongAt } from '../../ui/Row'
import { choice, today, type Approved } from './model'

type Decided = Rec & Approved
const tones: Record<string, Tone> = { draft: 'open', submitted: 'act', approved: 'settled', returned: 'soon' }
export const StateChip = ({ res, rec }: { res: Resource; rec: Decided }) => <Chip tone={tones[rec.state] ?? 'open'}>{tx(choice(res, 'state', rec.state)) || rec.state}</Chip>
export const mayAct = (res: Resource, name: string) => !!res.actions?.find(a => a.name === name)?.can

export function useAct(url: string, rec?: Rec) {
  const client = useQueryClient()
  const [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  const act = async (name: string, body: Record<string, unknown>, then?: () => void) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try { await call('POST', `${url}/${name}`, body, match(rec!.version)); await client.invalidateQueries(); then?.() } catch (e) { setError(e) }
    setBusy(false)
  }
  return { act, error, setError }
}

/* Who drafted, who decides, in one line of posts. */
export function Route({ rec, me, url }: { rec: Decided; me?: string; url?: string }) {
  const day = (d?: string) => d ? <time dateTime={d}>{sayDay(d, lang())}</time> : null
  return <ol className="route">
    <li><b>{t('起案・提出', 'Drafted and submitted')}</b> {rec.submitted_by ? <>{rec.submitted_by} {day(rec.submitted_on)}</> : t('まだ提出していません', 'not submitted yet')}</li>
    {rec.state === 'returned' && <li><b>{t('差し戻し', 'Returned')}</b> <span className="whitespace-pre-wrap">{rec.return_reason}</span></li>}
    <li><b>{t('決裁', 'Decision')}</b> {rec.state === 'approved' ? <>{rec.approved_post} {day(rec.approved_on)} <span>{t('議事録・決裁番号', 'minutes')} {rec.minutes}</span>{url && rec.minutes_file && <> <a href={`${url}/files/${rec.minutes_file}`} download>{t('ファイル', 'file')}</a></>} <span className="meta">{t('記録', 'recorded by')} {rec.approved_by}</span></>
      : rec.state === 'submitted' ? me ? t(`${me}（あなた）`, `${me} (you)`) : t('経営層の決裁を待っています', 'waits for management') : t('提出の後', 'after submission')}</li>
  </ol>
}

type P = { org: string; res: Resource; rec: Decided; url: string; resources: Resource[]; post?: string }
/* Shown to those who may approve, while it waits. */
export function Decide({ org, res, rec, url, resources, post }: P) {
  const fields = res.actions?.find(a => a.name === 'approve')?.fields ?? []
  const [v, setV] = useState<Record<string, any>>({ post: post ?? '', date: today() }), [back, setBack] = useState(false)
  const { act, error } = useAct(url, rec)
  const wrong = mistakesOf(error)
  return <section className="decide no-print">
    <h2 className="h2 mt-0">{t('決裁', 'Decision')}</h2>
    <Errors error={error} />
    <form noValidate onSubmit={e => { e.preventDefault(); void act('approve', v) }}>
      <div className="grid gap-x-6 tablet:grid-cols-2">{fields.map(f => { const id = `f-${f.name}`, bad = wrongAt(wrong, f.name); return <Row key={f.name} id={id} label={tx(f.label)} required={f.required} help={tx(f.help)} wrong={bad}>
        {f.target === 'file' ? <Minutes id={id} url={url} set={x => setV(y => ({ ...y, [f.name]: x }))} v={v[f.name]} />
          : <Input f={f} id={id} v={v[f.name]} set={x => setV({ ...v, [f.name]: x })} org={org} resources={resources} titles={{}} bad={bad.length > 0} />}</Row> })}</div>
      <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('承認', 'Approve')}</button><button type="button" className="btn" onClick={() => setBack(true)}>{t('差し戻す', 'Return')}</button></p>
    </form>
    {back && <GiveBack url={url} rec={rec} close={() => setBack(false)} />}
  </section>
}

/* The file of the minutes: one that is attached already, or one sent now. */
function Minutes({ id, url, v, set }: { id: string; url: string; v?: string; set: (id: string | undefined) => void }) {
  const client = useQueryClient()
  const list = useQuery({ queryKey: ['files', url], queryFn: () => get<{ items: Attached[] }>(`${url}/files`) })
  const [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  const send = async (file: File) => {
    setError(null)
    setBusy(true)
    try { const made = await uploadFile(url, file); await client.invalidateQueries({ queryKey: ['files', url] }); set(made.id) } catch (e) { setError(e) }
    setBusy(false)
  }
  const items = (list.data?.items ?? []).filter(x => x.sha256)
  return <>
    {items.length > 0 && <select id={id} className="field mb-2 w-full" aria-describedby={`${id}-help`} value={v ?? ''} onChange={e => set(e.target.value || undefined)}><option value="">{t('（選んでいません）', '(not chosen)')}</option>{items.map(x => <option key={x.id} value={x.id}>{x.name}</option>)}</select>}
    <input id={items.length ? `${id}-new` : id} type="file" accept={accepts} className="field w-full" aria-label={items.length ? t('別のファイルを添付', 'Attach another file') : undefined} aria-describedby={`${id}-help`} onChange={e => { const f = e.target.files?.[0]; if (f) void send(f) }} />
    <p role="status" className="meta">{busy ? t('送っています。', 'Sending.') : ''}</p>
    <Errors error={error} />
  </>
}

function GiveBack({ url, rec, close }: { url: string; rec: Decided; close: () => void }) {
  const [why, setWhy] = useState('')
  const { act, error, setError } = useAct(url, rec)
  const wrong = mistakesOf(error)
  const none: Mistake = { path: 'why', code: 'required', text: t('何を直せばよいか、理由を書いてください。', 'Say what is to be corrected.') }
  return <Dialog title={t('差し戻す', 'Return')} close={close}><form noValidate onSubmit={e => { e.preventDefault(); if (!why.trim()) return setError(new Problem(422, t('足りないところがあります。', 'Something is missing.'), [none])); void act('return', { why: why.trim() }, close) }}>
    <Errors error={error} />
    <Row id="f-why" label={t('理由', 'Reason')} required help={t('起案した人に伝わります。', 'The drafter reads it.')} wrong={wrongAt(wrong, 'why')}>
      <textarea className="field w-full" rows={4} {...control('f-why', wrongAt(wrong, 'why'))} value={why} onChange={e => setWhy(e.target.value)} /></Row>
    <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('差し戻す', 'Return')}</button><button type="button" className="btn" onClick={close}>{t('やめる', 'Cancel')}</button></p>
  </form></Dialog>
}

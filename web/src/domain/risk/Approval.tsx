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
import { choice, field, today, type Approved } from './model'

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

/* Posts are divided as on the server: 、 , ; and /. The server decides; this only spares a button. */
const holds = (held: string | undefined, post: string) => (held ?? '').normalize('NFKC').toLowerCase().split(/[、,;/]/).some(x => x.trim() === post.normalize('NFKC').toLowerCase().trim())
const day = (d?: string) => d ? <time dateTime={d}>{sayDay(d, lang())}</time> : null

/* Who drafted, who was heard, who endorsed, who decides, in one line of posts. `may`: the reader's post, when the route can be answered here. */
export function Route({ rec, res, me, url, may }: { rec: Decided; res: Resource; me?: string; url?: string; may?: string }) {
  const [at, setAt] = useState(0)
  const steps = rec.route ?? [], fields = field(res, 'route')?.fields ?? [], waits = rec.state === 'submitted'
  const word = (name: 'kind' | 'result', code?: string) => tx(fields.find(f => f.name === name)?.choices?.find(c => c.code === code)?.label)
  const ready = (i: number) => !steps.slice(0, i).some(s => s.kind === 'endorse' && s.result !== 'agreed')
  const decides = steps.find(s => s.kind === 'decide')?.post
  return <><ol className="route">
    <li><b>{t('起案・提出', 'Drafted and submitted')}</b> {rec.submitted_by ? <>{rec.submitted_by} {day(rec.submitted_on)}</> : t('まだ提出していません', 'not submitted yet')}</li>
    {steps.map((s, i) => s.kind !== 'decide' && <li key={i}><b>{word('kind', s.kind)}</b> {s.post} {s.result ? <>{word('result', s.result)} {day(s.answered_on)}</> : waits ? t('回答を待っています', 'no answer yet') : ''}
      {s.note && <span className="block whitespace-pre-wrap">{s.note}</span>}
      {waits && url && may !== undefined && holds(may, s.post) && ready(i) && <span className="no-print mt-1 block"><button type="button" className="btn btn-s" onClick={() => setAt(i + 1)}>{s.result ? t('回答を改める', 'Change the answer') : t('回答する', 'Answer')}<span className="vh"> {s.post}</span></button></span>}</li>)}
    {rec.state === 'returned' && <li><b>{t('差し戻し', 'Returned')}</b> <span className="whitespace-pre-wrap">{rec.return_reason}</span></li>}
    <li><b>{t('決裁', 'Decision')}</b> {rec.state === 'approved' ? <>{rec.approved_post} {day(rec.approved_on)} <span>{t('議事録・決裁番号', 'minutes')} {rec.minutes}</span>{url && rec.minutes_file && <> <a href={`${url}/files/${rec.minutes_file}`} download>{t('ファイル', 'file')}</a></>} <span className="meta">{t('記録', 'recorded by')} {rec.approved_by}</span>{rec.despite && <span className="block whitespace-pre-wrap">{t('異議があっても承認した理由：', 'In spite of the objection: ')}{rec.despite}</span>}</>
      : waits ? decides ? holds(me, decides) ? t(`${decides}（あなた）`, `${decides} (you)`) : t(`${decides}の決裁を待っています`, `waits for ${decides}`) : me ? t(`${me}（あなた）`, `${me} (you)`) : t('経営層の決裁を待っています', 'waits for management') : decides ?? t('提出の後', 'after submission')}</li>
  </ol>{at > 0 && url && <Answer res={res} rec={rec} url={url} at={at} close={() => setAt(0)} />}</>
}

/* One post says what it thinks. */
function Answer({ res, rec, url, at, close }: { res: Resource; rec: Decided; url: string; at: number; close: () => void }) {
  const step = rec.route![at - 1]!, fields = (res.actions?.find(a => a.name === 'endorse')?.fields ?? []).filter(f => f.name !== 'step')
  const [v, setV] = useState<Record<string, any>>({ result: step.result ?? 'agreed', note: step.note })
  const { act, error } = useAct(url, rec)
  const wrong = mistakesOf(error)
  return <Dialog title={t(`${step.post}の回答`, `Answer of ${step.post}`)} close={close}><form noValidate onSubmit={e => { e.preventDefault(); void act('endorse', { ...v, step: at }, close) }}>
    <Errors error={error} />
    {fields.map(f => { const bad = wrongAt(wrong, f.name); return <Row key={f.name} id={`f-${f.name}`} label={tx(f.label)} required={f.required} help={tx(f.help)} wrong={bad}><Input f={f} id={`f-${f.name}`} v={v[f.name]} set={x => setV({ ...v, [f.name]: x })} org="" resources={[]} titles={{}} bad={bad.length > 0} /></Row> })}
    <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('記録', 'Record')}</button><button type="button" className="btn" onClick={close}>{t('やめる', 'Cancel')}</button></p>
  </form></Dialog>
}

type P = { org: string; res: Resource; rec: Decided; url: string; resources: Resource[]; post?: string }
/* Shown to those who may approve, while it waits. */
export function Decide({ org, res, rec, url, resources, post }: P) {
  const decides = rec.route?.find(s => s.kind === 'decide')?.post, objected = rec.route?.some(s => s.result === 'objected')
  const [v, setV] = useState<Record<string, any>>({ post: decides ?? post ?? '', date: today() }), [back, setBack] = useState(false)
  const { act, error } = useAct(url, rec)
  const wrong = mistakesOf(error), asked = (name: string) => v[name] !== undefined || wrongAt(wrong, name).length > 0
  /* Two answers are asked for only when there is something to answer. */
  const fields = (res.actions?.find(a => a.name === 'approve')?.fields ?? []).filter(f => f.name === 'despite' ? objected : f.name === 'seen' ? asked('seen') : true)
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

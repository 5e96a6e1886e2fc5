// 外部への通知: where other systems are told of duties and incidents. A secret is shown once, when it is made; how each delivery went is listed.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Text } from '../types'
import { call, get, Problem } from '../api'
import { sayTime } from '../dates'
import { lang, t, tx } from '../i18n'
import { go } from '../router'
import { Once } from '../ui/Once'
import { Chip, Dialog, Empty, Loading, NotFound, PageHeader, Section } from '../ui/Page'
import { say } from '../ui/notice'

type Hook = { id: string; url: string; events: string[]; stopped: boolean; why?: string; failures: number }
type Event = { code: string; label: Text; help: Text }
type Delivery = { id: string; event: string; created: string; state: string; label: Text; tries: number; next?: string; status?: number; why?: string }
const urlOf = (org: string) => `/api/orgs/${org}/webhooks`
const useHooks = (org: string, may: boolean) => useQuery({ queryKey: ['webhooks', org], enabled: may, staleTime: 0, queryFn: () => get<{ items: Hook[]; events: Event[] }>(urlOf(org)) })
const name = () => t('外部への通知', 'Webhooks')
const stateChip = (h: Hook) => h.stopped ? <Chip tone="settled">{t('停止中', 'Stopped')}</Chip> : h.failures > 0 ? <Chip tone="late">{t('届いていません', 'Failing')}</Chip> : ''
const sayEvents = (all: Event[], codes: string[]) => codes.map(c => tx(all.find(e => e.code === c)?.label) || c).join(t('、', ', '))
const Forbidden = () => <PageHeader title={t('この操作の権限がありません', 'You may not do this')} />

export function Webhooks({ org, me }: PageProps) {
  const may = me.roles.includes('admin'), hooks = useHooks(org, may)
  if (!may) return <Forbidden />
  return <>
    <PageHeader title={name()} error={hooks.error} acts={<a className="btn btn-fill btn-s" href={`#/${org}/webhooks/new`}>{t('通知先を追加', 'Add a webhook')}</a>} />
    <p className="mb-4 max-w-[40em]">{t('報告の義務やインシデントの動きを、署名を付けてほかのシステムに知らせます。起きたことの内容や人の名前は送りません。', 'Other systems hear of duties to report and of incidents, by signed requests. Nothing of what happened and nobody’s name is sent.')}</p>
    {!hooks.data ? !hooks.error && <Loading /> : hooks.data.items.length === 0 ? <Empty>{t('通知先はまだありません。', 'There are none yet.')}</Empty>
      : <table className="list-table"><caption className="vh">{name()}</caption><thead><tr><th scope="col">{t('アドレス', 'Address')}</th><th scope="col">{t('知らせること', 'Events')}</th><th scope="col">{t('状態', 'State')}</th></tr></thead>
        <tbody>{hooks.data.items.map(h => <tr key={h.id}><th scope="row" className="row-head text-dns-16N-130 break-all"><a href={`#/${org}/webhooks/${h.id}`}>{h.url}</a></th>
          <td data-label={t('知らせること', 'Events')}>{sayEvents(hooks.data.events, h.events)}</td><td>{stateChip(h)}</td></tr>)}</tbody></table>}
  </>
}

export function WebhookPage(p: PageProps) {
  const may = p.me.roles.includes('admin'), hooks = useHooks(p.org, may)
  const id = p.parts[1]!, hook = hooks.data?.items.find(h => h.id === id)
  if (!may) return <Forbidden />
  if (!hooks.data) return hooks.error ? <PageHeader title={name()} error={hooks.error} /> : <Loading />
  if (id !== 'new' && !hook) return <NotFound org={p.org} />
  return <HookForm key={id} {...p} hook={hook} events={hooks.data.events} />
}

function HookForm({ org, hook, events }: PageProps & { hook?: Hook; events: Event[] }) {
  const client = useQueryClient(), url = urlOf(org), one = `${url}/${hook?.id}`
  const [address, setAddress] = useState(hook?.url ?? ''), [chosen, setChosen] = useState(hook?.events ?? events.map(e => e.code))
  const [error, setError] = useState<unknown>(null), [secret, setSecret] = useState(''), [made, setMade] = useState<Hook>(), [asks, setAsks] = useState<'secret' | 'remove'>()
  const mistakes = error instanceof Problem ? error.mistakes : []
  const wrong = (f: string) => mistakes.filter(m => m.path === f || m.path.startsWith(`${f}/`))
  const attempt = async (f: () => Promise<void>) => { setError(null); setAsks(undefined); try { await f() } catch (e) { setError(e) } await client.invalidateQueries({ queryKey: ['webhooks', org] }) }
  const save = () => attempt(async () => {
    if (hook) { await call('PATCH', one, { url: address.trim(), events: chosen }); say(() => t('通知先を保存しました。', 'The webhook was saved.'), () => call('PATCH', one, { url: hook.url, events: hook.events })); return }
    const h = await call<Hook & { secret: string }>('POST', url, { url: address.trim(), events: chosen })
    setSecret(h.secret); setMade(h)
  })
  const stop = (stopped: boolean) => attempt(async () => { await call('PATCH', one, { stopped }); say(() => stopped ? t('止めました。送るところだったものは送りません。', 'Stopped. What was still to be sent is not sent.') : t('再開しました。', 'Started again.')) })
  const test = () => attempt(async () => { await call('POST', `${one}/test`, {}); say(() => t('試しに送ります。結果は下の一覧に出ます。', 'A test event is sent. The list below tells how it went.')) })
  const renew = () => attempt(async () => { setSecret((await call<{ secret: string }>('POST', `${one}/secret`, {})).secret) })
  const remove = () => attempt(async () => { await call('DELETE', one); go(`/${org}/webhooks`); setTimeout(() => say(() => t('通知先を削除しました。', 'The webhook was removed.')), 0) })
  const once = secret && <Once title={t('署名の秘密', 'The secret that signs')} secret={secret}><p>{t('受け取る側に書き込んでください。届いたものの署名を、これで確かめます。', 'Put it into the receiver, which verifies with it what arrives.')}</p></Once>
  if (made) return <div className="max-w-[44rem]"><PageHeader title={name()} crumbs={[[name(), `/${org}/webhooks`]]} />{once}<p className="mt-6"><a className="btn" href={`#/${org}/webhooks/${made.id}`}>{t('この通知先を開く', 'Open this webhook')}</a></p></div>
  return <div className="max-w-[60rem]">
    <form noValidate className="max-w-[44rem]" onSubmit={e => { e.preventDefault(); void save() }}>
      <PageHeader title={hook ? t('通知先', 'Webhook') : t('通知先の追加', 'Add a webhook')} crumbs={[[name(), `/${org}/webhooks`]]} chip={hook && stateChip(hook)} error={error} />
      {hook?.why && <p className="mb-4">{hook.why}</p>}
      <div className={`mb-6 ${wrong('url').length ? 'border-l-4 border-error-2 pl-4' : ''}`}><label htmlFor="f-url" className="text-std-16B-170">{t('アドレス', 'Address')} <span className="meta">{t('※必須', '(required)')}</span></label>
        <p id="f-url-help" className="meta mb-1">{t('https:// で始まる、受け取る側のアドレス', 'Where the receiver listens; it begins with https://')}{wrong('url').map((m, i) => <span key={i} className="err block">{m.text}</span>)}</p>
        <input id="f-url" type="url" className="field w-full" aria-describedby="f-url-help" aria-invalid={wrong('url').length > 0 || undefined} autoComplete="off" autoCapitalize="none" spellCheck={false} value={address} onChange={e => setAddress(e.target.value)} /></div>
      <fieldset id="f-events" tabIndex={-1} className={`mb-6 ${wrong('events').length ? 'border-l-4 border-error-2 pl-4' : ''}`}><legend className="text-std-16B-170">{t('知らせること', 'Events')}</legend>
        {wrong('events').map((m, i) => <p key={i} className="err">{m.text}</p>)}
        {events.map(e => <label key={e.code} className="flex min-h-11 items-center gap-3"><input type="checkbox" checked={chosen.includes(e.code)} onChange={x => setChosen(events.map(y => y.code).filter(c => c === e.code ? x.target.checked : chosen.includes(c)))} /><span>{tx(e.label)} <span className="meta">{tx(e.help)}</span></span></label>)}</fieldset>
      <button type="submit" className="btn btn-fill">{hook ? t('保存', 'Save') : t('追加', 'Add')}</button>
    </form>
    {hook && <>
      {once && <div className="mt-6 max-w-[44rem]">{once}</div>}
      <p className="mt-6 flex flex-wrap gap-3">{!hook.stopped && <button type="button" className="btn" onClick={() => void test()}>{t('試しに送る', 'Send a test event')}</button>}
        <button type="button" className="btn" onClick={() => void stop(!hook.stopped)}>{hook.stopped ? t('再開する', 'Start again') : t('止める', 'Stop')}</button>
        <button type="button" className="btn" onClick={() => setAsks('secret')}>{t('秘密を作り直す', 'New secret')}</button><button type="button" className="btn" onClick={() => setAsks('remove')}>{t('削除', 'Remove')}</button></p>
      <Deliveries org={org} hook={hook} events={events} />
    </>}
    {asks && <Dialog title={asks === 'secret' ? t('秘密を作り直しますか', 'Make a new secret?') : t('通知先を削除しますか', 'Remove this webhook?')} close={() => setAsks(undefined)}>
      <p className="mb-4 max-w-[36em]">{asks === 'secret' ? t('受け取る側に新しい秘密を書き込むまで、届いたものは確かめられません。', 'Until the receiver has the new secret it cannot verify what arrives.') : t('送ったものの一覧も消えます。元には戻せません。', 'The list of its deliveries goes with it. This cannot be undone.')}</p>
      <p className="flex flex-wrap gap-3"><button type="button" className="btn btn-fill" onClick={() => void (asks === 'secret' ? renew() : remove())}>{asks === 'secret' ? t('作り直す', 'Make it') : t('削除する', 'Remove it')}</button><button type="button" className="btn" onClick={() => setAsks(undefined)}>{t('やめる', 'Cancel')}</button></p></Dialog>}
  </div>
}

const tone = { waiting: 'open', delivered: 'settled', given_up: 'late', cancelled: 'settled' } as const

function Deliveries({ org, hook, events }: { org: string; hook: Hook; events: Event[] }) {
  const list = useQuery({ queryKey: ['webhooks', org, hook.id], staleTime: 0, refetchInterval: q => q.state.data?.items.some(d => d.state === 'waiting') ? 2000 : false, queryFn: () => get<{ items: Delivery[]; cut: boolean }>(`${urlOf(org)}/${hook.id}/deliveries`) })
  const told = (d: Delivery) => <>{d.status ? t(`答え ${d.status}`, `Answer ${d.status}`) : ''}{d.why && <span className="block">{d.why}</span>}{d.next && <span className="meta block">{t('次は ', 'Next: ')}{sayTime(d.next, lang())}</span>}</>
  return <Section title={t('送ったもの', 'Deliveries')}>{!list.data ? <Loading /> : list.data.items.length === 0 ? <p className="meta">{t('まだ何も送っていません。', 'Nothing was sent yet.')}</p> : <>
    {list.data.cut && <p className="meta mb-2">{t('新しい200件だけです。', 'Only the latest 200.')}</p>}
    <table className="list-table"><caption className="vh">{t('送ったもの', 'Deliveries')}</caption><thead><tr><th scope="col">{t('日時', 'Time')}</th><th scope="col">{t('知らせ', 'Event')}</th><th scope="col">{t('状態', 'State')}</th><th scope="col">{t('回数', 'Tries')}</th><th scope="col">{t('結果', 'Outcome')}</th></tr></thead>
      <tbody>{list.data.items.map(d => <tr key={d.id}><th scope="row" className="row-head text-dns-16N-130">{sayTime(d.created, lang())}</th><td data-label={t('知らせ', 'Event')}>{d.event === 'test' ? t('試し', 'Test') : sayEvents(events, [d.event])}</td>
        <td data-label={t('状態', 'State')}><Chip tone={tone[d.state as keyof typeof tone]}>{tx(d.label)}</Chip></td><td data-label={t('回数', 'Tries')}>{d.tries}</td><td data-label={t('結果', 'Outcome')}>{told(d)}</td></tr>)}</tbody></table></>}</Section>
}

// One's own account: password, second factor, tokens for programs, language. Secrets are shown once.
import { useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Role, Session } from '../types'
import { call, get, setCsrf } from '../api'
import { setLang, t, tx, useLang } from '../i18n'
import { sayDay } from '../dates'
import { Errors } from '../ui/Fields'
import { Once } from '../ui/Once'
import { Chip, PageHeader, Section } from '../ui/Page'
import { Qr } from '../ui/Qr'
import { say } from '../ui/notice'

type Me = { login: string; name: string; totp: boolean; recovery?: number; by_link?: boolean }
type Token = { id: string; label: string; read_only: boolean; expires: string; roles?: string[]; used?: string | null }

export function Account({ session, roles }: { session: Session; roles: Role[] }) {
  const l = useLang()
  const account = useQuery({ queryKey: ['account'], queryFn: () => get<Me>('/api/account') })
  return <div className="max-w-[44rem]">
    <PageHeader title={t('自分のアカウント', 'Your account')} error={account.error} />
    <dl className="facts"><dt>{t('氏名', 'Name')}</dt><dd>{session.account.name}</dd><dt>{t('ログイン名', 'Login name')}</dt><dd>{session.account.login}</dd>
      {session.orgs.map(o => <div key={o.id} className="contents"><dt>{o.name}</dt><dd>{[o.post, o.roles.map(c => tx(roles.find(r => r.code === c)?.label) || c).join(t('、', ', '))].filter(Boolean).join(t('　', ' · '))}</dd></div>)}</dl>
    <Section title={t('表示する言葉', 'Language')}><fieldset><legend className="vh">{t('表示する言葉', 'Language')}</legend>
      {(['ja', 'en'] as const).map(x => <label key={x} lang={x} className="flex min-h-11 items-center gap-3"><input type="radio" name="lang" checked={l === x} onChange={() => setLang(x)} />{x === 'ja' ? '日本語' : 'English'}</label>)}</fieldset></Section>
    {account.data && <PasswordSection byLink={!!account.data.by_link} />}
    {account.data && <Totp on={account.data.totp} left={account.data.recovery} reload={() => void account.refetch()} />}
    <Tokens session={session} roles={roles} />
  </div>
}

function Row({ id, label, help, children }: { id: string; label: string; help?: string; children: ReactNode }) {
  return <div className="mb-4"><label htmlFor={id} className="text-std-16B-170 block">{label}</label>{help && <p id={`${id}-help`} className="meta mb-1">{help}</p>}{children}</div>
}

function PasswordSection({ byLink }: { byLink: boolean }) {
  const [old, setOld] = useState(''), [next, setNext] = useState(''), [error, setError] = useState<unknown>(null)
  const send = async () => {
    setError(null)
    try {
      const r = await call<{ csrf: string }>('POST', '/api/account/password', byLink ? { new: next } : { old, new: next })
      setCsrf(r.csrf); setOld(''); setNext('')
      say(() => t('パスワードを変更しました。ほかの端末のログインは終わりました。', 'The password was changed. Sessions on other devices have ended.'))
    } catch (e) { setError(e) }
  }
  return <Section title={t('パスワードの変更', 'Change password')}><form onSubmit={e => { e.preventDefault(); void send() }}><Errors error={error} />
    <input type="text" className="hidden" autoComplete="username" readOnly aria-hidden="true" tabIndex={-1} />
    {!byLink && <Row id="f-old" label={t('今のパスワード', 'Current password')}><input id="f-old" type="password" autoComplete="current-password" required className="field w-full max-w-[28rem]" value={old} onChange={e => setOld(e.target.value)} /></Row>}
    <Row id="f-new" label={t('新しいパスワード', 'New password')} help={t('12文字以上。長い言葉の並びが覚えやすく、安全です。', 'At least 12 characters. A row of words is easy to keep and hard to guess.')}><input id="f-new" type="password" autoComplete="new-password" required aria-describedby="f-new-help" className="field w-full max-w-[28rem]" value={next} onChange={e => setNext(e.target.value)} /></Row>
    <button type="submit" className="btn">{t('変更', 'Change')}</button></form></Section>
}

function Totp({ on, left, reload }: { on: boolean; left?: number; reload: () => void }) {
  const [made, setMade] = useState<{ secret: string; uri: string } | null>(null), [code, setCode] = useState(''), [codes, setCodes] = useState<string[]>([])
  const [password, setPassword] = useState(''), [removing, setRemoving] = useState(false), [error, setError] = useState<unknown>(null)
  const attempt = async (f: () => Promise<void>) => { setError(null); try { await f() } catch (e) { setError(e) } }
  const begin = () => attempt(async () => setMade(await call('POST', '/api/account/totp', {})))
  const confirm = () => attempt(async () => { const r = await call<{ recovery: string[]; csrf: string }>('POST', '/api/account/totp/confirm', { code: code.normalize('NFKC').replace(/\s/g, '') }); setCsrf(r.csrf); setCodes(r.recovery); setMade(null); setCode(''); reload() })
  const remove = () => attempt(async () => { const r = await call<{ csrf?: string }>('POST', '/api/account/totp/remove', { password, code: code.normalize('NFKC').replace(/\s/g, '') }); if (r.csrf) setCsrf(r.csrf); setPassword(''); setCode(''); setRemoving(false); reload(); say(() => t('二段階認証を解除しました。', 'The second factor was taken off.')) })
  return <Section title={<>{t('二段階認証', 'Second factor')} <Chip tone={on ? 'act' : 'open'}>{on ? t('使っています', 'on') : t('使っていません', 'off')}</Chip></>}>
    <Errors error={error} />
    {codes.length > 0 && <Once title={t('予備の番号', 'Recovery codes')} secret="" lines={codes}><p>{t('スマートフォンが使えないとき、確認コードの代わりに1つを1度だけ使えます。印刷して、鍵のかかる場所に保管してください。', 'When the device is not at hand, each works once instead of a code. Print them and keep them locked away.')}</p></Once>}
    {!on && !made && <><p className="mb-4 max-w-[40em]">{t('パスワードに加えて、スマートフォンの認証アプリが出す6桁の番号を使います。パスワードが漏れても、ほかの人は入れません。', 'Besides the password, a six-digit code from an authenticator app. A stolen password alone then opens nothing.')}</p><button className="btn" onClick={() => void begin()}>{t('二段階認証を始める', 'Set it up')}</button></>}
    {made && <ol className="list-decimal pl-6">
      <li className="mb-6">{t('認証アプリで、この図を読み取ってください。', 'Scan this with an authenticator app.')}<div className="my-3"><Qr text={made.uri} label={t('認証アプリ用の QR コード', 'QR code for the authenticator app')} /></div>
        <p className="meta">{t('読み取れないときは、この文字を手で入れてください。', 'Or type this into the app:')}</p><code className="once-secret">{made.secret.replace(/(.{4})/g, '$1 ').trim()}</code></li>
      <li><form onSubmit={e => { e.preventDefault(); void confirm() }}><Row id="f-code" label={t('アプリに出た6桁の番号', 'The six digits from the app')}><input id="f-code" inputMode="numeric" autoComplete="one-time-code" className="field w-40 num" value={code} onChange={e => setCode(e.target.value)} /></Row>
        <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{t('確認して使い始める', 'Confirm')}</button><button type="button" className="btn" onClick={() => setMade(null)}>{t('やめる', 'Cancel')}</button></p></form></li></ol>}
    {on && codes.length === 0 && (removing ? <form onSubmit={e => { e.preventDefault(); void remove() }}><Row id="f-totp-password" label={t('パスワード', 'Password')} help={t('解除すると、パスワードだけで入れるようになります。', 'Without it, the password alone opens the account.')}><input id="f-totp-password" type="password" autoComplete="current-password" aria-describedby="f-totp-password-help" className="field w-full max-w-[28rem]" value={password} onChange={e => setPassword(e.target.value)} /></Row>
      <Row id="f-code" label={t('確認コード', 'Code')} help={t('認証アプリの6桁の番号か、予備の番号。', 'Six digits from the app, or a recovery code.')}><input id="f-code" autoComplete="one-time-code" aria-describedby="f-code-help" className="field w-56" value={code} onChange={e => setCode(e.target.value)} /></Row>
      <p className="flex flex-wrap gap-3"><button type="submit" className="btn">{t('解除', 'Take it off')}</button><button type="button" className="btn" onClick={() => setRemoving(false)}>{t('やめる', 'Cancel')}</button></p></form>
      : <>{left !== undefined && <p className="mb-3">{t(`予備の番号は、あと${left}個です。`, `${left} recovery codes are left.`)}{left < 3 && t('少なくなりました。解除して登録し直すと、新しい番号が出ます。', ' Few are left: take the factor off and set it up again for new ones.')}</p>}<button className="btn btn-s" onClick={() => setRemoving(true)}>{t('二段階認証を解除', 'Take the second factor off')}</button></>)}
  </Section>
}

function Tokens({ session, roles }: { session: Session; roles: Role[] }) {
  const client = useQueryClient()
  const list = useQuery({ queryKey: ['tokens'], queryFn: () => get<{ tokens?: Token[]; items?: Token[] }>('/api/account/tokens') })
  const own = [...new Set(session.orgs.flatMap(o => o.roles))]
  const [open, setOpen] = useState(false), [label, setLabel] = useState(''), [days, setDays] = useState('90'), [readOnly, setReadOnly] = useState(true), [chosen, setChosen] = useState<string[]>([])
  const [made, setMade] = useState<{ secret: string; label: string } | null>(null), [error, setError] = useState<unknown>(null)
  const attempt = async (f: () => Promise<void>) => { setError(null); try { await f() } catch (e) { setError(e) } await client.invalidateQueries({ queryKey: ['tokens'] }) }
  const create = () => attempt(async () => {
    const r = await call<{ secret: string }>('POST', '/api/account/tokens', { label, days: Number(days.normalize('NFKC')), read_only: readOnly, ...(chosen.length ? { roles: chosen } : {}) })
    setMade({ secret: r.secret, label }); setOpen(false); setLabel('')
  })
  const remove = (x: Token) => attempt(async () => { await call('DELETE', `/api/account/tokens/${x.id}`); say(() => t(`トークン「${x.label}」を削除しました。`, `Token “${x.label}” was removed.`)) })
  const items = list.data?.items ?? list.data?.tokens ?? []
  return <Section title={t('API トークン', 'API tokens')}>
    <Errors error={error ?? list.error} />
    <p className="mb-4 max-w-[40em]">{t('ほかのプログラムが、あなたの代わりに読み書きするための鍵です。使い道ごとに分け、要らなくなったら削除してください。', 'Keys for programs that read or write in your name. Make one for each use, and remove those no longer needed.')}</p>
    {made && <Once title={t(`トークン「${made.label}」`, `Token “${made.label}”`)} secret={made.secret}><p>{t('プログラムの設定に入れてください。Authorization: Bearer に続けて送ります。', 'Put it into the program, which sends it after Authorization: Bearer.')}</p></Once>}
    {items.length > 0 && <table className="list-table mb-4"><caption className="vh">{t('API トークン', 'API tokens')}</caption><thead><tr><th scope="col">{t('名前', 'Name')}</th><th scope="col">{t('できること', 'May')}</th><th scope="col">{t('期限', 'Until')}</th><th scope="col">{t('最後の使用', 'Last used')}</th><th scope="col"><span className="vh">{t('操作', 'Acts')}</span></th></tr></thead>
      <tbody>{items.map(x => <tr key={x.id}><th scope="row" className="row-head">{x.label}</th><td data-label={t('できること', 'May')}>{x.read_only ? t('読むだけ', 'read only') : t('読み書き', 'read and write')}{x.roles && x.roles.length > 0 && x.roles.length < own.length && <span className="meta block">{x.roles.map(c => tx(roles.find(r => r.code === c)?.label) || c).join(t('、', ', '))}</span>}</td>
        <td data-label={t('期限', 'Until')}><time dateTime={x.expires}>{sayDay(x.expires, t('ja', 'en') as 'ja' | 'en')}</time>{new Date(x.expires) < new Date() && <> <Chip tone="settled">{t('期限切れ', 'expired')}</Chip></>}</td><td data-label={t('最後の使用', 'Last used')}>{x.used ? <time dateTime={x.used}>{sayDay(x.used, t('ja', 'en') as 'ja' | 'en')}</time> : t('まだ', 'never')}</td><td><button className="btn btn-s" onClick={() => void remove(x)}>{t('削除', 'Remove')}<span className="vh"> {x.label}</span></button></td></tr>)}</tbody></table>}
    {!open ? <button className="btn" onClick={() => { setOpen(true); setMade(null) }}>{t('トークンを作る', 'Make a token')}</button> : <form noValidate onSubmit={e => { e.preventDefault(); void create() }} className="border-t border-solid-gray-420 pt-4">
      <Row id="f-label" label={t('名前', 'Name')} help={t('何に使うか。例: 夜間の書き出し', 'What it is for, e.g. nightly export')}><input id="f-label" className="field w-full max-w-[28rem]" aria-describedby="f-label-help" value={label} onChange={e => setLabel(e.target.value)} /></Row>
      <Row id="f-days" label={t('使える日数', 'Days')} help={t('1〜3,660日', '1 to 3,660')}><input id="f-days" inputMode="numeric" className="field w-28 num" aria-describedby="f-days-help" value={days} onChange={e => setDays(e.target.value)} /></Row>
      <fieldset className="mb-4"><legend className="text-std-16B-170">{t('できること', 'May')}</legend>{[true, false].map(x => <label key={String(x)} className="flex min-h-11 items-center gap-3"><input type="radio" name="may" checked={readOnly === x} onChange={() => setReadOnly(x)} />{x ? t('読むだけ', 'Read only') : t('読み書き', 'Read and write')}</label>)}</fieldset>
      <fieldset className="mb-6"><legend className="text-std-16B-170">{t('使う役割', 'Roles')}</legend><p className="meta">{t('選ばなければ、あなたの役割すべて。', 'None chosen: all of yours.')}</p>
        {own.map(c => <label key={c} className="flex min-h-11 items-center gap-3"><input type="checkbox" className="size-5" checked={chosen.includes(c)} onChange={e => setChosen(e.target.checked ? [...chosen, c] : chosen.filter(x => x !== c))} />{tx(roles.find(r => r.code === c)?.label) || c}</label>)}</fieldset>
      <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{t('作る', 'Make')}</button><button type="button" className="btn" onClick={() => setOpen(false)}>{t('やめる', 'Cancel')}</button></p></form>}
  </Section>
}

// Way in: password and code, or a one-time link, after which a password is set.
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { call, get, Problem, setCsrf } from '../api'
import type { Session } from '../types'
import { t } from '../i18n'
import { go } from '../router'
import { PageHeader } from '../ui/Page'

/* The password was right, and the account has a second factor. */
const wantsCode = (e: unknown) => e instanceof Problem && (/code.required/.test(e.code) || e.mistakes.some(m => m.code === 'code_required' || m.path === 'code'))

export function Login({ link, known }: { link: string | null; known: string | null }) {
  const client = useQueryClient()
  const [login, setLogin] = useState(known ?? ''), [password, setPassword] = useState(''), [code, setCode] = useState('')
  const [needCode, setNeedCode] = useState(false), [error, setError] = useState<unknown>(null)
  useEffect(() => { if (needCode) document.getElementById('code')?.focus() }, [needCode])
  const enter = async (first: boolean) => {
    const s = await get<Session>('/api/session')
    setCsrf(s.csrf)
    client.setQueryData(['session'], s)
    go(first ? '/first' : '/')
  }
  const send = async () => {
    setError(null)
    try {
      if (link) await call('POST', '/api/login/link', { secret: link, ...(code ? { code } : {}) })
      else await call('POST', '/api/login', { login, password, ...(code ? { code } : {}) })
      await enter(!!link)
    } catch (e) {
      if (wantsCode(e)) { setNeedCode(true); if (code) setError(e) }
      else setError(e)
    }
  }
  return <form className="max-w-[28rem]" onSubmit={e => { e.preventDefault(); void send() }}>
    <PageHeader title={t('ログイン', 'Log in')} error={error} />
    {known && <p role="status" className="mb-6">{t('パスワードを設定しました。新しいパスワードでログインしてください。', 'The password is set. Log in with it.')}</p>}
    {link ? <p className="mb-6">{t('一度だけ使えるリンクで入ります。次にパスワードを決めます。', 'You enter with a one-time link. Next, you set a password.')}</p> : <>
      <label htmlFor="login" className="block">{t('ログイン名', 'Login name')}</label>
      <input id="login" className="field mb-4 w-full" autoComplete="username" value={login} onChange={e => setLogin(e.target.value)} />
      <label htmlFor="password" className="block">{t('パスワード', 'Password')}</label>
      <input id="password" type="password" className="field mb-4 w-full" autoComplete="current-password" value={password} onChange={e => setPassword(e.target.value)} />
    </>}
    {needCode && <><label htmlFor="code" className="block">{t('確認コード', 'Code')}</label><p id="code-help" className="meta mb-1">{t('認証アプリに出ている6桁の番号。スマートフォンがないときは予備の番号。', 'The six digits from the authenticator app, or a recovery code.')}</p>
        <input id="code" className="field mb-4 w-56" autoComplete="one-time-code" aria-describedby="code-help" value={code} onChange={e => setCode(e.target.value)} /></>}
    <button type="submit" className="btn btn-fill">{t('ログイン', 'Log in')}</button>
  </form>
}

/* After a one-time link: the first password. It ends every session, this one too: the way on is the login page. */
export function Password({ login }: { login: string }) {
  const client = useQueryClient()
  const [next, setNext] = useState(''), [error, setError] = useState<unknown>(null)
  const send = async () => {
    setError(null)
    try {
      await call('POST', '/api/account/password', { new: next })
      client.clear()
      go(`/login?set=${encodeURIComponent(login)}`)
    } catch (e) { setError(e) }
  }
  return <form className="max-w-[28rem]" onSubmit={e => { e.preventDefault(); void send() }}>
    <PageHeader title={t('パスワードの設定', 'Set a password')} error={error} />
    <label htmlFor="f-new" className="block">{t('新しいパスワード', 'New password')}</label>
    <p id="f-new-help" className="meta mb-1">{t('12文字以上。長い言葉の並びが覚えやすく、安全です。', 'At least 12 characters. A row of words is easy to keep and hard to guess.')}</p>
    <input id="f-new" type="password" autoComplete="new-password" aria-describedby="f-new-help" className="field mb-4 w-full" value={next} onChange={e => setNext(e.target.value)} />
    <button type="submit" className="btn btn-fill">{t('設定', 'Set')}</button>
  </form>
}

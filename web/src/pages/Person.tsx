// One person: name, post, roles, login; a new one gets a link that works once.
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { PageProps } from '../page'
import { call, Problem } from '../api'
import { lang, t, tx } from '../i18n'
import { sayTime } from '../dates'
import { go } from '../router'
import { Once } from '../ui/Once'
import { Loading, PageHeader, Section } from '../ui/Page'
import { say } from '../ui/notice'
import { peopleUrl, usePeople, type Person } from './People'

const linkOf = (secret: string) => `${location.origin}${location.pathname}#/login?link=${encodeURIComponent(secret)}`
const crumbs = (org: string): [string, string][] => [[t('人と役割', 'People and roles'), `/${org}/people`]]

export function PersonPage(p: PageProps) {
  const people = usePeople(p.org)
  const id = p.parts[1]!
  const person = people.data?.items.find(x => x.id === id)
  if (!p.me.roles.includes('admin')) return <PageHeader title={t('この操作の権限がありません', 'You may not do this')} crumbs={crumbs(p.org)} />
  if (!people.data) return people.error ? <PageHeader title={t('人と役割', 'People and roles')} error={people.error} /> : <Loading />
  if (id !== 'new' && !person) return <PageHeader title={t('見つかりません', 'Not found')} crumbs={crumbs(p.org)} />
  return <PersonForm key={id} {...p} person={person} all={people.data.items} />
}

type Draft = { mail: string; name: string; kana: string; post: string; login: string; enters: boolean; roles: string[]; subtree: boolean }
const draftOf = (x?: Person): Draft => ({ mail: x?.mail ?? '', name: x?.name ?? '', kana: x?.kana ?? '', post: x?.post ?? '', login: x?.login ?? '', enters: x ? !!x.login : true, roles: x?.roles ?? ['viewer'], subtree: x?.subtree ?? false })

function PersonForm({ org, meta, person, all, session }: PageProps & { person?: Person; all: Person[] }) {
  const client = useQueryClient()
  const url = peopleUrl(org)
  const [d, setD] = useState<Draft>(() => draftOf(person)), [error, setError] = useState<unknown>(null)
  const [link, setLink] = useState<{ secret: string; expires?: string; name: string } | null>(null)
  const mistakes = error instanceof Problem ? error.mistakes : []
  const wrong = (f: string) => mistakes.filter(m => m.path === f || m.path.startsWith(`${f}/`))
  const admins = all.filter(x => x.roles.includes('admin') && !x.disabled && x.login)
  const last = !!person && admins.length === 1 && admins[0]!.id === person.id
  const attempt = async (f: () => Promise<void>) => { setError(null); try { await f() } catch (e) { setError(e) } await client.invalidateQueries({ queryKey: ['people', org] }) }

  const save = () => attempt(async () => {
    const login = d.enters ? d.login.trim() : ''
    if (d.enters && !login) throw new Problem(422, t('直すところがあります', 'Some things need correcting'), [{ path: 'login', code: 'required', text: t('ログイン名を書くか、「ログインしない」を選んでください。', 'Give a login name, or choose “does not log in”.') }])
    const body = { name: d.name, kana: d.kana || null, post: d.post || null, mail: d.mail.trim() || null, roles: d.roles, subtree: d.subtree, ...(login ? { login } : {}) }
    if (person) {
      const made = await call<Person>('PATCH', `${url}/${person.id}`, body)
      go(`/${org}/people`)
      const old = { name: person.name, kana: person.kana || null, post: person.post || null, mail: person.mail ?? null, roles: person.roles, subtree: person.subtree ?? false }
      setTimeout(() => say(() => t(`${made.name}の内容を保存しました。次の操作から効きます。`, `${made.name} was saved; it holds from the next request.`), () => call('PATCH', `${url}/${person.id}`, old)), 0)
    } else {
      const made = await call<Person & { link?: string }>('POST', url, body)
      if (made.link) setLink({ secret: made.link, name: made.name })
      else { go(`/${org}/people`); setTimeout(() => say(() => t(`${made.name}を追加しました。ログインはしません。`, `${made.name} was added, without a login.`)), 0) }
    }
  })
  const again = () => attempt(async () => { const r = await call<{ secret: string; expires: string }>('POST', `${url}/${person!.id}/link`, {}); setLink({ ...r, name: person!.name }) })
  const able = (disabled: boolean) => attempt(async () => {
    await call('PATCH', `${url}/${person!.id}`, { disabled })
    say(() => disabled ? t(`${person!.name}を停止しました。ログイン中の画面とトークンも使えません。`, `${person!.name} was disabled; sessions and tokens have ended.`) : t(`${person!.name}を再開しました。`, `${person!.name} was enabled.`), () => call('PATCH', `${url}/${person!.id}`, { disabled: !disabled }))
  })
  const reset = () => attempt(async () => { await call('POST', `${url}/${person!.id}/totp-reset`, {}); say(() => t('二段階認証を解除しました。次のログインはパスワードだけで入れます。', 'The second factor was taken off; the next login needs the password only.')) })
  const box = (f: 'name' | 'kana' | 'post' | 'mail' | 'login', label: string, help: string, required = false, more = {}) => <div className={`mb-6 ${wrong(f).length ? 'border-l-4 border-error-2 pl-4' : ''}`}><label htmlFor={`f-${f}`} className="text-std-16B-170">{label} <span className="meta">{required ? t('※必須', '(required)') : t('任意', '(optional)')}</span></label>
    <p id={`f-${f}-help`} className="meta mb-1">{help}{wrong(f).map((m, i) => <span key={i} className="err block">{m.text}</span>)}</p>
    <input id={`f-${f}`} className="field w-full" aria-describedby={`f-${f}-help`} aria-invalid={wrong(f).length > 0 || undefined} value={d[f]} onChange={e => setD({ ...d, [f]: e.target.value })} {...more} /></div>

  if (link) return <div className="max-w-[44rem]"><PageHeader title={person ? t('ログイン用のリンク', 'Login link') : t('招待リンク', 'Invitation')} crumbs={crumbs(org)} />
    <Once title={t(`${link.name}さんだけに渡してください`, `For ${link.name} only`)} secret={linkOf(link.secret)}><p>{t('開くと1度だけログインでき、続けて自分のパスワードを決めます。30分で使えなくなります。使えなくなったら、この人のページで新しいリンクを出してください。', 'It opens one login, in which they set their own password. It works for 30 minutes; later, make a new one on their page.')}{link.expires && ` ${t('期限: ', 'Until ')}${sayTime(link.expires, lang())}`}</p></Once>
    <p className="mt-6"><a className="btn" href={`#/${org}/people`}>{t('人と役割に戻る', 'Back to people')}</a></p></div>
  return <div className="max-w-[44rem]">
    <form noValidate onSubmit={e => { e.preventDefault(); void save() }}>
      <PageHeader title={person ? person.name || person.login || '' : t('人の追加', 'Add a person')} crumbs={crumbs(org)} error={error} />
      {box('name', t('氏名', 'Name'), t('文書や履歴に出る名前', 'As in documents and the history'), true, { autoComplete: 'off' })}
      {box('kana', t('ふりがな', 'Reading'), t('並べ替えと検索に使います', 'For order and search'))}
      {box('post', t('役職', 'Post'), t('承認や履歴に、氏名とともに残ります', 'Kept with approvals and the history'))}
      {box('mail', t('メールアドレス', 'E-mail address'), t('報告の期限の知らせが届きます。CISO とリスク管理者は書いてください', 'Reminders of reports that are due go here; the CISO and risk managers need one'), false, { type: 'email', autoComplete: 'off' })}
      <fieldset className="mb-6"><legend className="text-std-16B-170">{t('ログイン', 'Login')}</legend>
        {!person?.login && <><label className="flex min-h-11 items-center gap-3"><input type="radio" name="enters" checked={d.enters} onChange={() => setD({ ...d, enters: true })} />{t('ログインする', 'Logs in')}</label>
          <label className="flex min-h-11 items-center gap-3"><input type="radio" name="enters" checked={!d.enters} onChange={() => setD({ ...d, enters: false })} />{t('ログインしない（名簿にだけ載せる）', 'Does not log in (is only named)')}</label></>}
        {d.enters && box('login', t('ログイン名', 'Login name'), t('半角の英数字など、空白のない2〜100文字', '2 to 100 characters without blanks'), true, { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false })}</fieldset>
      <fieldset className={`mb-6 ${wrong('roles').length ? 'border-l-4 border-error-2 pl-4' : ''}`} id="f-roles" tabIndex={-1}><legend className="text-std-16B-170">{t('役割', 'Roles')}</legend>
        {wrong('roles').map((m, i) => <p key={i} className="err">{m.text}</p>)}
        {meta.all_roles.map(r => { const fixed = last && r.code === 'admin'
          return <div key={r.code} className="flex gap-3 border-b border-solid-gray-200 py-2">{fixed ? <span className="w-5" aria-hidden="true">●</span> : <input id={`role-${r.code}`} type="checkbox" className="mt-1 size-5 shrink-0" checked={d.roles.includes(r.code)} aria-describedby={`role-${r.code}-help`} onChange={e => setD({ ...d, roles: e.target.checked ? [...d.roles, r.code] : d.roles.filter(x => x !== r.code) })} />}
            <div>{fixed ? <p>{tx(r.label)}</p> : <label htmlFor={`role-${r.code}`}>{tx(r.label)}</label>}<p id={`role-${r.code}-help`} className="meta">{tx(r.help)}{fixed && <span className="block text-solid-gray-900">{t('最後の管理者なので外せません。先に別の人を管理者にしてください。', 'The last administrator keeps this role. Make somebody else administrator first.')}</span>}</p></div></div> })}</fieldset>
      <label className="mb-8 flex gap-3"><input type="checkbox" className="mt-1 size-5 shrink-0" checked={d.subtree} onChange={e => setD({ ...d, subtree: e.target.checked })} /><span>{t('下にあるすべての組織でも、同じ役割を持つ', 'Has the same roles in every organisation below')}</span></label>
      <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{person ? t('保存', 'Save') : d.enters ? t('追加して招待リンクを出す', 'Add and make an invitation') : t('追加', 'Add')}</button><a className="btn" href={`#/${org}/people`}>{t('やめる', 'Cancel')}</a></p>
    </form>
    {person && <Section title={t('この人のログイン', 'Login of this person')}><div className="flex flex-col gap-6">
      {person.login && !person.disabled && <div><button className="btn btn-s" onClick={() => void again()}>{t('ログイン用のリンクを出す', 'Make a login link')}</button><p className="meta mt-1">{t('パスワードを忘れた人に渡します。前のリンクは使えなくなります。', 'For somebody who forgot the password. Earlier links stop working.')}</p></div>}
      {person.totp && <div><button className="btn btn-s" onClick={() => void reset()}>{t('二段階認証を解除', 'Take the second factor off')}</button><p className="meta mt-1">{t('スマートフォンをなくした人のため。本人であることを、別の方法で確かめてから行ってください。', 'For somebody who lost the device. Make sure by another way that it is them.')}</p></div>}
      {last ? <p>{t('最後の管理者なので停止できません。先に別の人を管理者にしてください。', 'The last administrator cannot be disabled. Make somebody else administrator first.')}</p>
        : person.id === session.account.id ? <p className="meta">{t('自分を停止することはできません。別の管理者に頼んでください。', 'You cannot disable yourself. Ask another administrator.')}</p>
        : <div><button className="btn btn-s" onClick={() => void able(!person.disabled)}>{person.disabled ? t('再開', 'Enable') : t('停止', 'Disable')}</button><p className="meta mt-1">{person.disabled ? t('ログインとトークンがまた使えます。', 'Login and tokens work again.') : t('ログイン、トークン、リンクがすぐに使えなくなります。記録と履歴は残ります。', 'Login, tokens and links end at once. Records and history stay.')}</p></div>}
    </div></Section>}
  </div>
}

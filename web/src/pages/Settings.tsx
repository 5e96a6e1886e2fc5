// The organisation: its name, the tree it stands in, and new organisations for whoever runs the installation.
import { useEffect, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Org } from '../types'
import { call, get, Problem } from '../api'
import { t } from '../i18n'
import { go } from '../router'
import { Disclosure } from './Disclosure'
import { Errors } from '../ui/Fields'
import { Loading, PageHeader, Section } from '../ui/Page'
import { say } from '../ui/notice'

type Settings = { id: string; name: string; kana: string; kind: string }
export const sayKind = (k: string) => ({ operator: t('事業者・自治体など', 'Operator'), hub: t('情報共有の中核（セプターなど）', 'Hub of a sector'), ministry: t('所管省庁', 'Ministry') })[k] ?? k

export function SettingsPage({ org, me, session }: PageProps) {
  const settings = useQuery({ queryKey: ['settings', org], queryFn: () => get<Settings>(`/api/orgs/${org}/settings`) })
  const may = me.roles.includes('admin')
  return <div className="max-w-[44rem]">
    <PageHeader title={t('組織の設定', 'Organisation')} error={settings.error} />
    {!settings.data ? <Loading /> : <>
      {may ? <Names key={settings.data.id} org={org} now={settings.data} /> : <><dl className="facts"><dt>{t('名称', 'Name')}</dt><dd>{settings.data.name}</dd><dt>{t('ふりがな', 'Reading')}</dt><dd>{settings.data.kana}</dd><dt>{t('種類', 'Kind')}</dt><dd>{sayKind(settings.data.kind)}</dd></dl>
        <p className="meta mt-4">{t('名称を変えられるのは、組織の管理者です。', 'The name is changed by the administrators of the organisation.')}</p></>}
      <Disclosure org={org} may={may} />
      <Section title={t('組織の全体', 'All organisations')}><ul>{session.orgs.map(o => <li key={o.id} className={`border-b border-solid-gray-200 py-2 tree-${Math.min(o.level ?? 0, 5)}`}>{o.id === org ? <strong>{o.name}</strong> : <a href={`#/${o.id}`}>{o.name}</a>} <span className="meta">{sayKind(o.kind)}{o.id === org && t('（表示中）', ' (shown)')}</span></li>)}</ul></Section>
      {session.account.instance_admin && <NewOrg orgs={session.orgs} />}
    </>}
  </div>
}

function Names({ org, now }: { org: string; now: Settings }) {
  const client = useQueryClient()
  const [name, setName] = useState(now.name), [kana, setKana] = useState(now.kana), [error, setError] = useState<unknown>(null)
  useEffect(() => { setName(now.name); setKana(now.kana) }, [now.name, now.kana])
  const put = (v: { name: string; kana: string }) => call('PATCH', `/api/orgs/${org}/settings`, { name: v.name, kana: v.kana || null })
  const save = async () => {
    setError(null)
    try { await put({ name, kana }); say(() => t('組織の名称を保存しました。', 'The name was saved.'), () => put(now)); await client.invalidateQueries() } catch (e) { setError(e) }
  }
  return <form noValidate onSubmit={e => { e.preventDefault(); void save() }}><Errors error={error} />
    <div className="mb-4"><label htmlFor="f-name" className="text-std-16B-170">{t('名称', 'Name')} <span className="meta">{t('※必須', '(required)')}</span></label><input id="f-name" className="field w-full" value={name} onChange={e => setName(e.target.value)} /></div>
    <div className="mb-4"><label htmlFor="f-kana" className="text-std-16B-170">{t('ふりがな', 'Reading')} <span className="meta">{t('任意', '(optional)')}</span></label><input id="f-kana" className="field w-full" value={kana} onChange={e => setKana(e.target.value)} /></div>
    <p className="mb-4 text-dns-16N-130">{t('種類', 'Kind')}{t('：', ': ')}{sayKind(now.kind)}</p>
    <button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button></form>
}

function NewOrg({ orgs }: { orgs: Org[] }) {
  const client = useQueryClient()
  const [open, setOpen] = useState(false), [name, setName] = useState(''), [kind, setKind] = useState('operator'), [parent, setParent] = useState(''), [error, setError] = useState<unknown>(null)
  const mistake = error instanceof Problem ? error.mistakes.find(m => m.path === 'name') : undefined
  const make = async () => {
    setError(null)
    try { const made = await call<{ id: string; name: string }>('POST', '/api/orgs', { name, kind, ...(parent ? { parent } : {}) }); await client.invalidateQueries(); go(`/${made.id}`); setTimeout(() => say(() => t(`「${made.name}」を作りました。次は「人と役割」で人を追加します。`, `${made.name} was made. Next, add people.`)), 0) } catch (e) { setError(e) }
  }
  return <Section title={t('組織の追加', 'A further organisation')}>
    <p className="mb-4 max-w-[40em]">{t('別の組織の台帳、人、履歴を、同じ設置の中に分けて持ちます。互いの記録は見えません。', 'Its registers, people and history are kept apart in the same installation. Neither sees the records of the other.')}</p>
    {!open ? <button className="btn" onClick={() => setOpen(true)}>{t('組織を追加', 'Add an organisation')}</button> : <form noValidate onSubmit={e => { e.preventDefault(); void make() }}><Errors error={error} />
      <div className="mb-4"><label htmlFor="f-org" className="text-std-16B-170">{t('名称', 'Name')} <span className="meta">{t('※必須', '(required)')}</span></label><input id="f-org" className="field w-full" aria-invalid={!!mistake || undefined} value={name} onChange={e => setName(e.target.value)} /></div>
      <div className="mb-4"><label htmlFor="f-kind" className="text-std-16B-170 block">{t('種類', 'Kind')}</label><select id="f-kind" className="field" value={kind} onChange={e => setKind(e.target.value)}>{['operator', 'hub', 'ministry'].map(k => <option key={k} value={k}>{sayKind(k)}</option>)}</select></div>
      <div className="mb-6"><label htmlFor="f-parent" className="text-std-16B-170 block">{t('上の組織', 'Organisation above')}</label><select id="f-parent" className="field" value={parent} onChange={e => setParent(e.target.value)}><option value="">{t('（なし）', '(none)')}</option>{orgs.map(o => <option key={o.id} value={o.id}>{o.name}</option>)}</select></div>
      <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{t('追加', 'Add')}</button><button type="button" className="btn" onClick={() => setOpen(false)}>{t('やめる', 'Cancel')}</button></p></form>}
  </Section>
}

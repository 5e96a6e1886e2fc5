// One record: its fields, what can be done, its versions, what points to it; and the form that makes or changes it.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Rec, Resource } from '../types'
import { call, get, match, Problem } from '../api'
import { lang, t, tx } from '../i18n'
import { sayTime } from '../dates'
import { go } from '../router'
import { Errors, Fields } from '../ui/Fields'
import { Value } from '../ui/Value'

type P = { org: string; res: Resource; resources: Resource[]; id: string }
type Version = { version: number; at: string; author?: string; action: string; reason?: string }

export function RecordPage({ org, res, resources, id }: P) {
  const url = `/api/orgs/${org}/${res.path}/${id}`
  const client = useQueryClient()
  const rec = useQuery({ queryKey: ['rec', url], queryFn: () => get<Rec>(url) })
  const versions = useQuery({ queryKey: ['rec', url, 'versions'], queryFn: () => get<{ versions: Version[] }>(`${url}/versions`) })
  const [error, setError] = useState<unknown>(null)
  if (rec.error) return <Errors error={rec.error} />
  const r = rec.data
  if (!r) return <p role="status">{t('読み込んでいます。', 'Loading.')}</p>
  const title = String(r[res.fields.find(f => f.title)?.name ?? 'name'] ?? r.number ?? '')
  const act = async (method: string, to: string) => {
    setError(null)
    try { await call(method, to, method === 'POST' ? {} : undefined, match(r.version)) } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  return <>
    <p className="meta"><a href={`#/${org}/${res.path}`}>{tx(res.label_many ?? res.label)}</a> &gt; {r.number} {t(`第${r.version}版`, `version ${r.version}`)}</p>
    <Errors error={error} />
    <h1 className="h1">{title}{r.removed && <span className="tile lv-0 ml-2">{t('廃止', 'Retired')}</span>}</h1>
    <div className="no-print my-4 flex flex-wrap gap-2">
      {res.can.includes('update') && !r.removed && <a className="btn btn-fill btn-s" href={`#/${org}/${res.path}/${id}/edit`}>{t('編集', 'Edit')}</a>}
      {res.can.includes('remove') && (r.removed ? <button className="btn btn-s" onClick={() => void act('POST', `${url}/restore`)}>{t('元に戻す', 'Restore')}</button>
        : <button className="btn btn-s" onClick={() => void act('DELETE', url)}>{t('廃止', 'Retire')}</button>)}
      {res.actions?.filter(a => a.can && !a.fields?.length).map(a => <button key={a.name} className="btn btn-s" onClick={() => void act('POST', `${url}/${a.name}`)}>{tx(a.label)}</button>)}
      <a className="btn btn-s" href={`${url}/receipt`} download>{t('受領証を保存', 'Save receipt')}</a>
    </div>
    <dl className="grid max-w-[60rem] grid-cols-1 desktop:grid-cols-[14rem_1fr]">{res.fields.filter(f => !f.title).map(f => <div key={f.name} className="contents">
      <dt className="text-dns-14B-130 pt-2 desktop:border-t desktop:border-solid-gray-200">{tx(f.label)}</dt>
      <dd className="border-solid-gray-200 pb-2 pt-1 max-desktop:border-b desktop:border-t desktop:pt-2"><Value f={f} v={r[f.name]} titles={r._titles} resources={resources} org={org} /></dd></div>)}</dl>
    <h2 className="h2">{t('履歴', 'History')}</h2>
    <ol>{versions.data?.versions.map(v => <li key={v.version} className="border-b border-solid-gray-200 py-2 text-dns-14N-130">
      {t(`第${v.version}版`, `Version ${v.version}`)} <time dateTime={v.at}>{sayTime(v.at, lang())}</time> {v.author} {v.reason}</li>)}</ol>
  </>
}

export function FormPage({ org, res, resources, id }: P) {
  const url = `/api/orgs/${org}/${res.path}`
  const rec = useQuery({ queryKey: ['rec', `${url}/${id}`], queryFn: () => get<Rec>(`${url}/${id}`), enabled: id !== 'new' })
  if (id !== 'new' && !rec.data) return rec.error ? <Errors error={rec.error} /> : <p role="status">{t('読み込んでいます。', 'Loading.')}</p>
  return <Form org={org} res={res} resources={resources} url={url} rec={rec.data} />
}

function Form({ org, res, resources, url, rec }: Omit<P, 'id'> & { url: string; rec?: Rec }) {
  const client = useQueryClient()
  const writable = res.fields.filter(f => !f.readonly && !f.derived)
  const [values, setValues] = useState<Record<string, any>>(() => Object.fromEntries(writable.flatMap(f => rec?.[f.name] === undefined ? [] : [[f.name, rec[f.name]]])))
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setError(null)
    try {
      const changed = Object.fromEntries(Object.entries(values).filter(([k, v]) => JSON.stringify(v) !== JSON.stringify(rec?.[k])))
      const made = rec ? await call<Rec>('PATCH', `${url}/${rec.id}`, changed, match(rec.version)) : await call<Rec>('POST', url, values)
      await client.invalidateQueries()
      go(`/${org}/${res.path}/${rec?.id ?? made.id}`)
    } catch (e) {
      setError(e instanceof Problem && e.status === 412 ? new Problem(412, t('編集している間に、ほかの人が変更しました。入力はこの画面に残っています。新しい版を確かめてから保存し直してください。', 'Someone else changed this while you were editing. Your text is kept on this page. Check the new version, then save again.')) : e)
    }
  }
  return <form className="max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); void save() }}>
    <p className="meta"><a href={`#/${org}/${res.path}`}>{tx(res.label_many ?? res.label)}</a></p>
    <Errors error={error} />
    <h1 className="h1 mb-6">{rec ? t(`${tx(res.label)}の編集`, `Edit: ${tx(res.label)}`) : t(`${tx(res.label)}の追加`, `Add: ${tx(res.label)}`)}</h1>
    <Fields fields={writable} values={values} set={setValues} mistakes={error instanceof Problem ? error.mistakes : []} org={org} resources={resources} titles={rec?._titles ?? {}} />
    <button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button>
  </form>
}

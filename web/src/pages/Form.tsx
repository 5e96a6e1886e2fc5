// The form that makes or changes a record. Drafts are kept while the tab lives; when somebody saved before, both texts are shown and none is lost.
import { useEffect, useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Field, Rec, Resource } from '../types'
import type { RecordProps } from '../page'
import { call, get, match, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { useTitles } from '../ui/Diff'
import { Fields, mayWrite } from '../ui/Fields'
import { draft, keepDraft } from '../ui/keep'
import { Merge, threeWay, type Values } from '../ui/Merge'
import { say } from '../ui/notice'
import { Loading, PageHeader } from '../ui/Page'
import { PartIndex, partsOf } from '../ui/sections'
import { titleOf } from './Record'

type Draft = { values: Values; base?: Rec }
const writable = (res: Resource) => res.fields.filter(mayWrite)
const pick = (fields: Field[], r?: Rec): Values => Object.fromEntries(fields.flatMap(f => r?.[f.name] === undefined ? [] : [[f.name, r[f.name]]]))
const clock = () => new Date().toLocaleTimeString('ja-JP', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Tokyo' })

/* `before`: what helps to fill it in. */
export function FormPage({ org, res, resources, id, query, before }: RecordProps & { before?: ReactNode }) {
  const url = `/api/orgs/${org}/${res.path}`
  const rec = useQuery({ queryKey: ['rec', `${url}/${id}`], queryFn: () => get<Rec>(`${url}/${id}`), enabled: id !== 'new', staleTime: 0 })
  if (id !== 'new' && !rec.data) return rec.error ? <PageHeader title={tx(res.label)} error={rec.error} /> : <Loading />
  return <Form org={org} res={res} resources={resources} url={url} rec={rec.data} query={query} before={before} />
}

/* …/new?service=ID begins with a value. */
const given = (fields: Field[], query: URLSearchParams): Values => Object.fromEntries(fields.flatMap(f => { const v = query.get(f.name); return v === null || f.kind === 'list' ? [] : [[f.name, f.kind === 'refs' ? v.split(',') : f.kind === 'int' || f.kind === 'money' ? Number(v) : v]] }))

type P = { org: string; res: Resource; resources: Resource[]; url: string; rec?: Rec; query: URLSearchParams; before?: ReactNode }
function Form({ org, res, resources, url, rec, query, before }: P) {
  const client = useQueryClient()
  const fields = writable(res), key = `${url}/${rec?.id ?? 'new'}`
  const [kept, setKept] = useState(() => draft<Draft>(key))
  const [base, setBase] = useState<Rec | undefined>(kept?.base ?? rec)
  const [values, setValues] = useState<Values>(() => kept?.values ?? { ...given(fields, query), ...pick(fields, rec) })
  const [begun] = useState(values)
  const [reason, setReason] = useState(''), [error, setError] = useState<unknown>(null), [theirs, setTheirs] = useState<Rec | null>(null), [busy, setBusy] = useState(false)
  const changed = Object.fromEntries(Object.entries(values).filter(([k, v]) => JSON.stringify(v ?? null) !== JSON.stringify(base?.[k] ?? null)))
  const dirty = Object.keys(changed).length > 0
  useEffect(() => { keepDraft(key, dirty ? { values, base } : null) }, [key, dirty, values, base])
  const drop = () => { keepDraft(key, null); setKept(null); setBase(rec); setValues({ ...given(fields, query), ...pick(fields, rec) }); setTheirs(null); setError(null) }

  const save = async () => {
    if (busy) return
    setError(null)
    setBusy(true)
    try {
      if (base && !dirty) return go(`/${org}/${res.path}/${base.id}`)
      const made = base ? await call<Rec>('PATCH', `${url}/${base.id}`, changed, match(base.version, reason)) : await call<Rec>('POST', url, Object.fromEntries(Object.entries(values).filter(([, v]) => v !== null)))
      keepDraft(key, null)
      go(`/${org}/${res.path}/${made.id}`)
      const at = clock(), old = base && Object.fromEntries(Object.keys(changed).map(k => [k, base[k] ?? null]))
      setTimeout(() => say(() => base ? t(`保存しました ${at}（第${made.version}版）`, `Saved ${at} JST (version ${made.version})`) : t(`追加しました ${at}（${made.number}）`, `Added ${at} JST (${made.number})`),
        old ? () => call('PATCH', `${url}/${made.id}`, old, match(made.version)) : () => call('DELETE', `${url}/${made.id}`, undefined, match(made.version))), 0)
      await client.invalidateQueries()
    } catch (e) {
      if (e instanceof Problem && e.status === 412 && base) setTheirs(await get<Rec>(`${url}/${base.id}`))
      else setError(e)
    } finally { setBusy(false) }
  }
  const merged = (chosen: Values) => {
    setValues({ ...pick(fields, theirs!), ...chosen })
    setBase(theirs!)
    setTheirs(null)
  }
  const list = tx(res.label_many ?? res.label)
  const title = base ? t(`${tx(res.label)}の編集`, `Edit: ${tx(res.label)}`) : t(`${tx(res.label)}の追加`, `Add: ${tx(res.label)}`)
  const back = base ? `/${org}/${res.path}/${base.id}` : `/${org}/${res.path}`
  const names = useTitles(org, resources, fields, [begun], { ...base?._titles, ...rec?._titles, ...theirs?._titles }) /* what the address brought has no name yet */
  const parts = partsOf(res.fields, mayWrite), mistakes = error instanceof Problem ? error.mistakes : []
  const form = <form className="min-w-0 max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); void save() }}>
    <PageHeader title={title} crumbs={[[list, `/${org}/${res.path}`], ...(base ? [[titleOf(res, base), back] as [string, string]] : [])]} tail={base && t(`第${base.version}版`, `version ${base.version}`)} error={error} />
    {kept && <div className="note" role="status"><p>{t('保存していなかった下書きを開いています。', 'This is your draft that was not saved.')}{rec && kept.base && rec.version !== kept.base.version && t(`その後、第${rec.version}版が保存されています。保存すると違いを確かめられます。`, ` Version ${rec.version} was saved since; on saving you will see the differences.`)}</p>
      <p className="mt-2"><button type="button" className="btn btn-s" onClick={drop}>{t('下書きを捨てる', 'Drop the draft')}</button></p></div>}
    {theirs && base && <Merge rows={threeWay(fields, base, theirs, values)} theirs={theirs} titles={{ ...base._titles, ...theirs._titles }} org={org} resources={resources} take={merged} />}
    {!base && <p className="mb-6 max-w-[40em] text-solid-gray-700">{tx(res.help)}</p>}
    {before}
    <Fields fields={res.fields} values={values} set={setValues} mistakes={mistakes} org={org} resources={resources} titles={names} url={base && `${url}/${base.id}`} />
    {base && <div className="mb-6 border-t border-solid-gray-420 pt-6"><label htmlFor="reason" className="text-std-16B-170">{t('変更の理由', 'Reason of the change')} <span className="meta">{t('任意', '(optional)')}</span></label>
      <p id="reason-help" className="meta mb-1">{t('履歴に残ります。', 'Kept in the history.')}</p><input id="reason" className="field w-full" maxLength={1000} aria-describedby="reason-help" value={reason} onChange={e => setReason(e.target.value)} /></div>}
    <p className="flex flex-wrap items-center gap-3"><button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button><a className="btn" href={`#${back}`} onClick={() => keepDraft(key, null)}>{t('やめる', 'Cancel')}</a>
      <span className="meta" role="status">{busy ? t('保存しています。', 'Saving.') : dirty ? t('下書きはこのブラウザーに残っています。', 'The draft is kept in this browser.') : ''}</span></p>
  </form>
  return parts.length < 3 ? form : <div className="editor"><PartIndex parts={parts} mistakes={mistakes} />{form}</div>
}

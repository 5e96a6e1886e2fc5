// Other records are found by typing: number, name or kana, in any width; those chosen stand above with a way to take them off. A file is attached to the record itself.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Page } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Combo } from './Combo'
import { uploadFile, accepts, type Attached } from './Files'
import type { InputProps } from './Input'

export function RefInput(p: InputProps) {
  return p.f.target === 'file' ? <FileInput {...p} /> : <RecordInput {...p} />
}

function RecordInput({ f, v, set, id, org, resources, titles, bad }: InputProps) {
  const [q, setQ] = useState(''), [asked, setAsked] = useState(false), [names, setNames] = useState<Record<string, string>>({})
  const target = resources.find(r => r.name === f.target)
  const title = target?.fields.find(x => x.title)?.name ?? 'name'
  const found = useQuery({ queryKey: ['pick', org, target?.path, q], enabled: !!target && asked, placeholderData: x => x,
    queryFn: () => get<Page>(`/api/orgs/${org}/${target!.path}?limit=20&q=${encodeURIComponent(q.trim())}`) })
  const many = f.kind === 'refs'
  const chosen: string[] = many ? v ?? [] : v ? [v] : []
  const label = (x: string) => names[x] ?? (titles[x] ? `${titles[x].number ?? ''} ${titles[x].title}`.trim() : x)
  const options = (found.data?.items ?? []).filter(r => !chosen.includes(r.id)).map(r => ({ key: r.id, label: String(r[title] ?? r.number ?? ''), hint: r.number }))
  const take = (key: string, name: string) => { setNames({ ...names, [key]: name }); set(many ? [...chosen, key] : key); setQ('') }
  if (!target) return <p id={id} tabIndex={-1} className="meta">{t('この項目の台帳を見る権限がありません。', 'You may not read the register of this field.')}</p>
  return <div>
    {chosen.length > 0 && <ul className="mb-2">{chosen.map(x => <li key={x} className="chosen"><span>{label(x)}</span>
      <button type="button" className="btn btn-s" onClick={() => set(many ? chosen.filter(y => y !== x) : null)}>{t('外す', 'Remove')}<span className="vh"> {label(x)}</span></button></li>)}</ul>}
    <Combo id={id} text={q} setText={setQ} options={options} pick={o => take(o.key, `${o.hint ?? ''} ${o.label}`.trim())} describedBy={`${id}-help`} invalid={bad} loading={found.isPending || found.isFetching} onOpen={() => setAsked(true)}
      none={q.trim() ? t(`「${q}」に合う${tx(target.label)}はありません。`, `No ${tx(target.label)} matches “${q}”.`) : t(`選べる${tx(target.label)}がありません。`, `There is no ${tx(target.label)} to choose.`)} />
  </div>
}

function FileInput({ v, set, id, titles, bad, url }: InputProps) {
  const [busy, setBusy] = useState(false), [error, setError] = useState('')
  const list = useQuery({ queryKey: ['files', url], queryFn: () => get<{ items: Attached[] }>(`${url}/files`), enabled: !!url })
  const take = async (f: File) => {
    setBusy(true); setError('')
    try { const made = await uploadFile(url!, f); await list.refetch(); set(made.id) } catch (e) { setError(e instanceof Error ? e.message : '') }
    setBusy(false)
  }
  const files = (list.data?.items ?? []).filter(f => f.sha256)
  if (!url) return <p id={id} tabIndex={-1} className="meta">{v ? titles[v]?.title : t('保存したあとに添付できます。', 'Can be attached after saving.')}</p>
  return <div className="flex flex-wrap items-center gap-3">
    <select id={id} className="field" aria-invalid={bad || undefined} aria-describedby={`${id}-help`} value={v ?? ''} onChange={e => set(e.target.value || null)}><option value="">{t('（なし）', '(none)')}</option>{files.map(f => <option key={f.id} value={f.id}>{f.name}</option>)}</select>
    <input id={`${id}-new`} type="file" accept={accepts} className="vh file-input" onChange={e => { const f = e.target.files?.[0]; e.target.value = ''; if (f) void take(f) }} />
    <label htmlFor={`${id}-new`} className="btn btn-s">{t('ファイルを添付', 'Attach a file')}</label>
    <span role="status" className={error ? 'err' : 'meta'}>{busy ? t('送っています。', 'Sending.') : error}</span></div>
}

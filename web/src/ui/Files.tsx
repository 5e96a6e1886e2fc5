// Files attached to one record: list, attach piece by piece (goes on after a broken line), download, retire. `url` is the record's own address.
import { useRef, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call, get } from '../api'
import { lang, t } from '../i18n'
import { sayTime } from '../dates'
import { Errors } from './Fields'

export type Attached = { id: string; name: string | null; type: string; size: number; sha256: string | null; created: string }
type Upload = { id: string; name: string; size: number; received: number; part: number }
type List = { items: Attached[]; uploads: Upload[] }

export const accepts = '.pdf,.png,.jpg,.jpeg,.tif,.tiff,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv,.md'
const octets = { 'Content-Type': 'application/octet-stream' }
const saySize = (n: number) => n < 1 << 20 ? `${Math.ceil(n / 1024).toLocaleString()} KB` : `${(n / (1 << 20)).toFixed(1)} MB`

/** Attaches a file to the record at `url`; answers what the server made of it (its id is what `minutes_file` takes). */
export async function uploadFile(url: string, file: File, onPart?: (sent: number) => void): Promise<Attached> {
  const name = file.name.normalize('NFKC').trim()
  const open = (await get<List>(`${url}/files`)).uploads.find(u => u.name === name && u.size === file.size)
  let u = open ?? await call<Upload>('POST', `${url}/files`, { name, size: file.size })
  const send = (at: number) => call<Upload | Attached>('PUT', `${url}/files/${u.id}?at=${at}`, file.slice(at, at + u.part), octets)
  if (open && open.received >= u.part) { // the piece that came last must be the same, else it is another file of that name
    try { await send((Math.ceil(open.received / u.part) - 1) * u.part) } catch { u = await call<Upload>('POST', `${url}/files`, { name, size: file.size }) }
  }
  for (let at = u.received; ; at += u.part) {
    const answer = await send(at)
    onPart?.(Math.min(at + u.part, file.size))
    if ('sha256' in answer) return answer
  }
}

export function Files({ url, can }: { url: string; can: boolean }) {
  const client = useQueryClient()
  const list = useQuery({ queryKey: ['files', url], queryFn: () => get<List>(`${url}/files`) })
  const [error, setError] = useState<unknown>(null)
  const [sent, setSent] = useState<{ name: string; sent: number; size: number } | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const attempt = async (what: () => Promise<unknown>) => {
    setError(null)
    try { await what() } catch (e) { setError(e) }
    setSent(null)
    await client.invalidateQueries({ queryKey: ['files', url] })
  }
  const attach = (files: FileList) => attempt(async () => {
    for (const f of files) {
      setSent({ name: f.name, sent: 0, size: f.size })
      await uploadFile(url, f, n => setSent({ name: f.name, sent: n, size: f.size }))
    }
    if (input.current) input.current.value = ''
  })
  const items = list.data?.items ?? []
  return <section aria-labelledby="files-h">
    <h2 className="h2" id="files-h">{t('添付ファイル', 'Attached files')}</h2>
    <Errors error={error ?? list.error} />
    {list.data && items.length === 0 && <p className="meta">{t('添付ファイルはありません。', 'No files are attached.')}</p>}
    {items.length > 0 && <ul>{items.map(f => <li key={f.id} className="flex flex-wrap items-center gap-2 border-b border-solid-gray-200 py-2">
      {f.sha256 ? <a href={`${url}/files/${f.id}`} download>{f.name}</a> : <span>{t('（廃棄済み）', '(disposed of)')}</span>}
      <span className="meta">{saySize(f.size)} <time dateTime={f.created}>{sayTime(f.created, lang())}</time></span>
      {can && f.sha256 && <button type="button" className="btn btn-s no-print" onClick={() => void attempt(() => call('DELETE', `${url}/files/${f.id}`))}>
        {t('外す', 'Take off')}<span className="vh"> {f.name}</span></button>}</li>)}</ul>}
    {can && <p className="no-print my-4"><input id="files-new" ref={input} type="file" multiple accept={accepts} className="vh file-input" aria-describedby="files-help"
        onChange={e => { if (e.target.files?.length && !sent) void attach(e.target.files) }} />
      <label className="btn btn-s" htmlFor="files-new">{t('ファイルを添付', 'Attach files')}</label>
      <span id="files-help" className="meta mt-1 block">{t('PDF、画像、マクロのない文書、テキスト。1 個 20 MB まで。', 'PDF, images, documents without macros, text; 20 MB each.')}</span></p>}
    <p role="status" className="meta">{sent && t(`${sent.name} を送っています（${saySize(sent.sent)} / ${saySize(sent.size)}）`, `Sending ${sent.name} (${saySize(sent.sent)} of ${saySize(sent.size)})`)}</p>
  </section>
}

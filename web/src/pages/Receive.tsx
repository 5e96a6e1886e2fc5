// A file that another program wrote becomes a record: chosen, read, sent. Either it was received, and its record opens, or every mistake is named by its place in the file, with what stands there.
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Mistake, Rec } from '../types'
import type { RecordProps } from '../page'
import { call, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { say } from '../ui/notice'
import { NotFound, PageHeader, Section } from '../ui/Page'

const FILE_MAX = 1_000_000 /* of the server: 1 MiB */
const unreadable = () => new Problem(0, t('JSON のファイルとして読めません。送り手が書き出したままのファイルを選んでください。', 'It cannot be read as JSON. Choose the file as the other Kaname wrote it.'))
const tooLarge = () => new Problem(0, t('ファイルが 1 MB を超えています。', 'The file is larger than 1 MB.'))

async function read(f: File): Promise<object> {
  if (f.size > FILE_MAX) throw tooLarge()
  let doc: unknown
  try { doc = JSON.parse(await f.text()) } catch { throw unreadable() }
  if (typeof doc !== 'object' || doc === null || Array.isArray(doc)) throw unreadable()
  return doc
}

export function ReceivePage({ org, res }: RecordProps) {
  const client = useQueryClient(), here = `/${org}/${res.path}`, many = tx(res.label_many ?? res.label)
  const [busy, setBusy] = useState(false), [name, setName] = useState(''), [doc, setDoc] = useState<object>({}), [error, setError] = useState<unknown>(null)
  if (!res.receives || !res.can.includes('create')) return <NotFound org={org} />
  const take = async (f: File) => {
    if (busy) return
    setBusy(true); setError(null); setName(f.name)
    try {
      const what = await read(f)
      setDoc(what)
      const made = await call<Rec>('POST', `/api/orgs/${org}/${res.path}/document`, what)
      go(`${here}/${made.id}`)
      setTimeout(() => say(() => t(`受け取りました（${made.number}、${f.name}）`, `Received (${made.number}, ${f.name})`)), 0)
      await client.invalidateQueries()
    } catch (e) { setError(e) } finally { setBusy(false) }
  }
  const mistakes = error instanceof Problem ? error.mistakes : []
  return <>
    <PageHeader title={t('報告のファイルを受け取る', 'Take the file of a report')} crumbs={[[many, here]]} error={error instanceof Problem && mistakes.length ? new Problem(error.status, t(`「${name}」は受け取っていません。誤りが${mistakes.length + error.more}件あります。`, `“${name}” was not received: ${mistakes.length + error.more} mistakes.`)) : error} />
    {mistakes.length > 0 && <Section title={t('ファイルの誤り', 'Mistakes in the file')}><Wrong mistakes={mistakes} doc={doc} label={n => tx(res.fields.find(f => f.name === n)?.label)} />
      <p className="mt-3 max-w-[40em]">{t('何も保存していません。送り手に直してもらい、直したファイルを選んでください。', 'Nothing was kept. Have the sender correct it, then choose the corrected file.')}</p></Section>}
    <Choose take={f => void take(f)} again={error !== null} />
    <p role="status">{busy && t(`「${name}」を読んでいます。`, `Reading “${name}”.`)}</p>
    <p className="meta max-w-[40em]">{t('同じファイルは二度受け取りません。誤りが1つでもあれば、何も保存しません。受け取った報告は「確かめる」で、求められることが書かれているかを調べます。', 'The same file is not taken twice. With a single mistake nothing is kept. What was received is then checked for what it must say.')}</p>
  </>
}

function Choose({ take, again }: { take: (f: File) => void; again: boolean }) {
  const [over, setOver] = useState(false)
  return <div className={over ? 'drop drop-over' : 'drop'} onDragOver={e => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={e => { e.preventDefault(); setOver(false); const f = e.dataTransfer.files[0]; if (f) take(f) }}>
    <input id="file" type="file" accept=".json,application/json" className="vh file-input" onChange={e => { const f = e.target.files?.[0]; e.target.value = ''; if (f) take(f) }} />
    <label htmlFor="file" className="btn btn-fill">{again ? t('直したファイルを選ぶ', 'Choose the corrected file') : t('ファイルを選ぶ', 'Choose a file')}</label>
    <p className="mt-3 max-desktop:hidden">{t('ここにファイルを置くこともできます。', 'Or drop the file here.')}</p>
    <p className="meta mt-2">{t('送り手が「報告の義務」から書き出した JSON ファイル、1 MB まで。', 'The JSON file that another Kaname writes of a duty to report, at most 1 MB.')}</p></div>
}

/* What stands in the file at a path such as incident/users; nothing where it is missing. */
function written(doc: unknown, path: string): string {
  const v = path.split('/').reduce<unknown>((x, key) => typeof x === 'object' && x !== null && Object.hasOwn(x, key) ? (x as Record<string, unknown>)[key] : undefined, doc)
  const words = v === undefined ? '' : typeof v === 'string' ? v : JSON.stringify(v)
  return words.length > 200 ? `${words.slice(0, 200)}…` : words
}

function Wrong({ mistakes, doc, label }: { mistakes: Mistake[]; doc: object; label: (field: string) => string }) {
  return <table className="list-table fit"><caption className="vh">{t('ファイルの誤り', 'Mistakes in the file')}</caption>
    <thead><tr><th scope="col">{t('項目', 'Field')}</th><th scope="col">{t('ファイルの内容', 'In the file')}</th><th scope="col">{t('誤り', 'Mistake')}</th></tr></thead>
    <tbody>{mistakes.map((m, i) => { const said = label(m.path.split('/').pop()!); return <tr key={i}><th scope="row" className="row-head">{said && <span className="block">{said}</span>}<code className="meta break-all">{m.path}</code></th>
      <td data-label={t('ファイルの内容', 'In the file')} className="break-all">{written(doc, m.path) || t('（なし）', '(nothing)')}</td><td data-label={t('誤り', 'Mistake')}>{m.text}</td></tr> })}</tbody></table>
}

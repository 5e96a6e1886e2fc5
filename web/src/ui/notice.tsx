// The status line: what was just done, with 元に戻す where that is possible. It stays until the reader goes to another page.
import { useState, useSyncExternalStore } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { t, useLang } from '../i18n'

type Notice = { text: () => string; undo?: () => Promise<unknown>; at: string }
let now: Notice | undefined
const listeners = new Set<() => void>()
const tell = (n?: Notice) => { now = n; listeners.forEach(f => f()) }
const place = () => location.hash.split('?')[0] ?? ''
addEventListener('hashchange', () => { if (now && now.at !== place()) tell() })

/* Call it after go(): it belongs to the page that is shown then. `text` is a function, so that it follows the language. */
export const say = (text: () => string, undo?: () => Promise<unknown>) => tell({ text, undo, at: place() })

export function StatusLine() {
  useLang()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const n = useSyncExternalStore(f => { listeners.add(f); return () => listeners.delete(f) }, () => now)
  const undo = async () => {
    setBusy(true)
    try { await n!.undo!(); tell({ text: () => t('元に戻しました。', 'Undone.'), at: place() }) }
    catch (e) { const why = e instanceof Error ? e.message : ''; tell({ text: () => t(`元に戻せませんでした。${why}`, `It could not be undone. ${why}`), at: place() }) }
    setBusy(false)
    await client.invalidateQueries()
  }
  return <div role="status" className="no-print">{n && <div className="status-line"><span>{n.text()}</span>
    {n.undo && <button className="btn btn-s" aria-disabled={busy} onClick={() => { if (!busy) void undo() }}>{t('元に戻す', 'Undo')}</button>}</div>}</div>
}

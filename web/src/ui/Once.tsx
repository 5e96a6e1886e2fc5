// A secret that is shown once: what it is for, how long it works, copy; when the page is left it is gone.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { t } from '../i18n'

export function useCopy() {
  const [copied, setCopied] = useState('')
  const copy = async (text: string) => {
    try { await navigator.clipboard.writeText(text); setCopied(t('コピーしました。', 'Copied.')) }
    catch { setCopied(t('コピーできません。選んで写してください。', 'It cannot be copied here: select it.')) }
  }
  return { copied, copy }
}

export function Once({ title, secret, children, lines }: { title: string; secret: string; children: ReactNode; lines?: string[] }) {
  const { copied, copy } = useCopy()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => { box.current?.focus() }, [])
  return <div ref={box} tabIndex={-1} className="once" role="group" aria-label={title}>
    <h2 className="text-std-18B-160">{title}</h2>
    <div className="my-2 max-w-[40em]">{children}</div>
    {lines ? <ol className="once-lines">{lines.map(x => <li key={x}><code>{x}</code></li>)}</ol> : <code className="once-secret">{secret}</code>}
    <p className="no-print mt-3 flex flex-wrap items-center gap-3"><button type="button" className="btn btn-fill" onClick={() => void copy(lines ? lines.join('\n') : secret)}>{t('コピー', 'Copy')}</button>
      {lines && <button type="button" className="btn" onClick={() => print()}>{t('印刷', 'Print')}</button>}<span role="status">{copied}</span></p>
    <p className="meta mt-2">{t('この画面を離れると、もう表示できません。', 'Once you leave this page it cannot be shown again.')}</p>
  </div>
}

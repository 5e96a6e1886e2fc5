// A text field with a list under it (ARIA combobox): arrows choose, Enter takes, Escape closes; keys of an IME are left alone.
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { t } from '../i18n'

export type Option = { key: string; label: string; hint?: string; group?: string }
type P = {
  id: string; text: string; setText: (s: string) => void; options: Option[]; pick: (o: Option) => void
  label?: string; describedBy?: string; invalid?: boolean; loading?: boolean; none?: ReactNode; always?: boolean; className?: string
  onOpen?: () => void
}
export function Combo({ id, text, setText, options, pick, label, describedBy, invalid, loading, none, always, className = 'field w-full', onOpen }: P) {
  const [open, setOpen] = useState(false), [at, setAt] = useState(-1)
  const list = useId(), box = useRef<HTMLDivElement>(null)
  const shown = always || open
  const now = Math.min(at, options.length - 1)
  const show = () => { if (!open) { setOpen(true); onOpen?.() } }
  const take = (o: Option) => { setOpen(false); setAt(-1); pick(o) }
  const move = (n: number) => {
    show()
    const next = options.length ? (now + n + options.length + (now < 0 && n < 0 ? 1 : 0)) % options.length : -1
    setAt(next)
    document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  const key = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return
    if (e.key === 'ArrowDown') { e.preventDefault(); move(1) }
    else if (e.key === 'ArrowUp') { e.preventDefault(); move(-1) }
    else if (e.key === 'Enter') { const o = options[now] ?? (always ? options[0] : undefined); if (shown && o) { e.preventDefault(); take(o) } else if (shown && text) e.preventDefault() }
    else if (e.key === 'Escape' && open && !always) { e.preventDefault(); e.stopPropagation(); setOpen(false) }
  }
  return <div ref={box} className="combo" onBlur={e => { if (!box.current?.contains(e.relatedTarget)) setOpen(false) }}>
    <input id={id} role="combobox" autoComplete="off" aria-label={label} aria-expanded={shown && options.length > 0} aria-controls={list} aria-autocomplete="list"
      aria-activedescendant={shown && now >= 0 ? `${list}-${now}` : undefined} aria-describedby={describedBy} aria-invalid={invalid || undefined} className={className}
      value={text} onChange={e => { setText(e.target.value); setAt(-1); show() }} onFocus={show} onClick={show} onKeyDown={key} />
    <ul id={list} role="listbox" aria-label={label ?? t('候補', 'Suggestions')} className={shown && options.length ? (always ? 'combo-list combo-always' : 'combo-list') : 'hidden'}>
      {options.map((o, i) => <li key={o.key} id={`${list}-${i}`} role="option" aria-selected={i === now} className={i === now ? 'combo-item combo-now' : 'combo-item'}
        onMouseDown={e => e.preventDefault()} onClick={() => take(o)} onMouseMove={() => { if (i !== now) setAt(i) }}>
        <span>{o.label}</span>{o.hint && <span className="meta">{o.hint}</span>}</li>)}</ul>
    <p role="status" className={shown && !loading && options.length === 0 && none ? 'meta mt-1' : 'vh'}>{shown && !loading ? (options.length ? t(`候補${options.length}件`, `${options.length} suggestions`) : none) : ''}</p>
  </div>
}

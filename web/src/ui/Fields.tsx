// Rows of a form: label, mandatory mark, help, control, error; and the summary of mistakes that takes the focus.
import { useEffect, useRef } from 'react'
import type { Field, Mistake, Resource, Titles } from '../types'
import { Problem } from '../api'
import { t, tx } from '../i18n'
import { Input } from './Input'
import { partsOf } from './sections'
import { useErrorTitle } from './title'

export const mayWrite = (f: Field) => !f.readonly && !f.derived && !f.locked

type P = { fields: Field[]; values: Record<string, any>; set: (v: Record<string, any>) => void; mistakes: Mistake[]; org: string; resources: Resource[]; titles: Titles; url?: string }
export function Fields({ fields, values, set, mistakes, org, resources, titles, url }: P) {
  const row = (f: Field) => {
    const id = `f-${f.name}`
    const wrong = mistakes.filter(m => m.path === f.name || (f.kind !== 'list' && (m.path.startsWith(`${f.name}.`) || m.path.startsWith(`${f.name}/`))))
    const inside = mistakes.some(m => m.path.startsWith(`${f.name}/`))
    const label = <>{tx(f.label)} <span className="meta">{f.required ? t('※必須', '(required)') : t('任意', '(optional)')}</span></>
    return <div key={f.name} className={`mb-6 ${wrong.length || inside ? 'border-l-4 border-error-2 pl-4' : ''}`}>
      {f.kind === 'list' ? <p id={`${id}-label`} className="text-std-16B-170">{label}</p> : <label htmlFor={id} className="text-std-16B-170">{label}</label>}
      <p id={`${id}-help`} className="meta mb-1 max-w-[36em]">{tx(f.help)}{wrong.map((m, i) => <span key={i} className="err block">{m.text}</span>)}</p>
      <Input f={f} id={id} v={values[f.name]} set={x => set({ ...values, [f.name]: x })} fill={x => set({ ...values, ...Object.fromEntries(Object.entries(x).filter(([k]) => k === f.name || !values[k])) })}
        org={org} resources={resources} titles={titles} bad={wrong.length > 0} mistakes={mistakes} url={url} />
      {f.helper && <f.helper v={values[f.name]} id={id} />}
    </div>
  }
  return <>{partsOf(fields, mayWrite).map((p, i) => p.begins ? <section key={p.id} id={p.id} tabIndex={-1} className={i > 0 ? 'form-part' : ''}><h2 className="h2">{tx(p.begins)}</h2>{p.fields.map(row)}</section>
    : <div key={p.id} id={p.id} tabIndex={-1}>{p.fields.map(row)}</div>)}</>
}

/* The control of a path such as measures/0/owner, or of its first part. */
function toField(path: string) {
  const parts = path.split(/[./]/)
  for (let n = parts.length; n > 0; n--) {
    const el = document.getElementById(`f-${parts.slice(0, n).join('-')}`)
    if (el) { el.focus(); el.scrollIntoView({ block: 'center' }); return }
  }
}

export function Errors({ error }: { error: unknown }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!error) return
    box.current?.focus()
  }, [error])
  useErrorTitle(!!error)
  if (!error) return null
  const p = error instanceof Problem ? error : null
  return <div ref={box} tabIndex={-1} role="alert" className="mb-6 border-2 border-error-2 p-4">
    <p className="text-std-16B-170">{p ? p.message : t('サーバーにつながりません。通信を確かめて、もう一度お試しください。', 'The server cannot be reached. Check the connection and try again.')}</p>
    {p && p.mistakes.length > 0 && <ul className="list-disc pl-6">{p.mistakes.map((m, i) => <li key={i}>
      <a href={`#f-${m.path}`} onClick={e => { e.preventDefault(); toField(m.path) }}>{m.text}</a></li>)}</ul>}
  </div>
}

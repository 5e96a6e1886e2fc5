// A long form or record is read in sections: where a field says what begins with it. The first section may have no heading.
import type { Field, Text } from '../types'
import { t, tx } from '../i18n'

export type Part = { id: string; begins?: Text; fields: Field[] }
/* A section begins at its field even when that field itself is not shown. */
export function partsOf(all: Field[], shown: (f: Field) => boolean): Part[] {
  const parts: Part[] = [{ id: 'part-0', fields: [] }]
  for (const f of all) {
    if (f.begins) parts.push({ id: `part-${parts.length}`, begins: f.begins, fields: [] })
    if (shown(f)) parts[parts.length - 1]!.fields.push(f)
  }
  return parts.filter(p => p.fields.length > 0)
}

const to = (id: string) => { const el = document.getElementById(id); el?.scrollIntoView(); el?.focus({ preventScroll: true }) }
/* The way into a long form, beside it on desktop. */
export const PartIndex = ({ parts, mistakes }: { parts: Part[]; mistakes: { path: string }[] }) => <nav className="editor-index max-desktop:hidden" aria-label={t('この書式の節', 'Sections of this form')}><ol>{parts.map(p => {
  const n = mistakes.filter(m => p.fields.some(f => m.path.split(/[./]/)[0] === f.name)).length
  return <li key={p.id}><a href={`#${p.id}`} onClick={e => { e.preventDefault(); to(p.id) }}>{p.begins ? tx(p.begins) : tx(p.fields[0]!.label)}</a>{n > 0 && <span className="err block">{t(`直すところ${n}`, `${n} to correct`)}</span>}</li> })}</ol></nav>

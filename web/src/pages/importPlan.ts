// The plan of an import, and what the browser remembers of it: columns by register and headings, registers by the name of the sheet.
import { choice, keepChoice } from '../ui/keep'

export type Col = { column: number; name: string; heading: string; field: string | null; samples?: string[]
  create?: boolean /* references: missing ones are made; not offered where a name is not enough */; values?: Record<string, string> /* what is read instead */; unread?: string[]; hidden?: boolean }
export type PlanSheet = { sheet: string; resource: string | null; heading_row: number; rows?: number; columns: Col[] }
export type Plan = { sheets: PlanSheet[] }

const headings = (s: PlanSheet) => s.columns.map(c => c.heading).sort().join('\t')
const columnsKey = (s: PlanSheet) => `import:columns:${s.resource}:${headings(s)}`
const wordsKey = (s: PlanSheet) => `import:words:${s.resource}:${headings(s)}`
const sheetKey = (name: string) => `import:sheet:${name}`
type Known = { resource: string; row: number }

export function remember(s: PlanSheet) {
  keepChoice(sheetKey(s.sheet), { resource: s.resource ?? '', row: s.heading_row })
  if (s.resource) keepChoice(columnsKey(s), Object.fromEntries(s.columns.map(c => [c.heading, c.field])))
  if (s.resource) keepChoice(wordsKey(s), Object.fromEntries(s.columns.filter(c => c.create || c.values).map(c => [c.heading, { create: c.create, values: c.values }])))
}

/* What was chosen before goes before the proposal: in this session by sheet, else what the browser remembers. */
export async function recall(s: PlanSheet, before: Plan | undefined, reread: (s: PlanSheet, resource: string, row: number) => Promise<PlanSheet>): Promise<PlanSheet> {
  const last = before?.sheets.find(x => x.sheet === s.sheet)
  const known: Known | null = last ? { resource: last.resource ?? '', row: last.heading_row } : choice<Known>(sheetKey(s.sheet))
  let now = s
  if (known && known.resource === '' && last) now = { ...s, resource: null }
  else if (known?.resource && (known.resource !== s.resource || known.row !== s.heading_row)) {
    const other = await reread(s, known.resource, known.row)
    if (last || other.columns.some(c => c.field)) now = other
  }
  const fields = now.resource ? choice<Record<string, string | null>>(columnsKey(now)) : null
  const words = now.resource ? choice<Record<string, { create?: boolean; values?: Record<string, string> }>>(wordsKey(now)) : null
  return { ...now, columns: now.columns.map(c => ({ ...c, field: fields && c.heading in fields ? fields[c.heading] ?? null : c.field,
    create: c.create === undefined ? undefined : words?.[c.heading]?.create ?? c.create, values: words?.[c.heading]?.values ?? c.values })) }
}

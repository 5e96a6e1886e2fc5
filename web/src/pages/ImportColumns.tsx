// One sheet of the plan: which register, where the headings are, and what each column means, with values as samples.
import { useId } from 'react'
import type { Field, Resource } from '../types'
import { t, tx } from '../i18n'
import type { Col, Plan, PlanSheet } from './importPlan'

const fillable = (r: Resource) => r.fields.filter(f => !f.readonly && !f.derived)
const missing = (s: PlanSheet, r: Resource) => fillable(r).filter(f => f.required && !s.columns.some(c => c.field === f.name))

/* What must be put right before a trial makes sense, in words. */
export function wrongColumns(plan: Plan, resources: Resource[]): string[] {
  return plan.sheets.flatMap(s => {
    const r = resources.find(x => x.name === s.resource)
    if (!r) return []
    const twice = fillable(r).filter(f => s.columns.filter(c => c.field === f.name).length > 1)
    return [...missing(s, r).map(f => t(`シート「${s.sheet}」: 必須の「${tx(f.label)}」に当たる列がありません。列を選んでください。`, `Sheet “${s.sheet}”: no column gives the required “${tx(f.label)}”. Choose one.`)),
      ...twice.map(f => t(`シート「${s.sheet}」: 「${tx(f.label)}」に2つ以上の列があります。1つにしてください。`, `Sheet “${s.sheet}”: more than one column gives “${tx(f.label)}”. Leave one.`))]
  })
}

/* What stands in the column and is none of the choices: what is meant by it. */
function Words({ col, f, set }: { col: Col; f: Field; set: (values: Record<string, string>) => void }) {
  const open = [...new Set([...(col.unread ?? []), ...Object.keys(col.values ?? {})])]
  if (!open.length || !f.choices?.length) return null
  return <fieldset className="mt-2"><legend className="meta">{t('選択肢にない語の読み替え', 'Words that are none of the choices')}</legend>
    {open.map(w => <label key={w} className="flex flex-wrap items-center gap-2 py-1"><span className="sample">{w}</span>→
      <select className="field field-s" value={col.values?.[w] ?? ''} onChange={e => { const { [w]: _, ...rest } = col.values ?? {}; set(e.target.value ? { ...rest, [w]: e.target.value } : rest) }}>
        <option value="">{t('誤りとして示す', 'tell as a mistake')}</option>{f.choices!.map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select></label>)}</fieldset>
}

type P = { sheet: PlanSheet; resources: Resource[]; change: (s: PlanSheet) => void; reread: (resource: string, row: number) => void }
export function Columns({ sheet: s, resources, change, reread }: P) {
  const id = useId()
  const r = resources.find(x => x.name === s.resource)
  const put = (k: number, part: Partial<Col>) => change({ ...s, columns: s.columns.map((c, i) => i === k ? { ...c, ...part } : c) })
  const set = (k: number, field: string) => put(k, { field: field || null, create: undefined, values: undefined, unread: undefined })
  return <section className="section" aria-labelledby={`${id}-h`}>
    <h2 id={`${id}-h`} className="h2 mt-0">{s.sheet} <span className="meta">{t(`${s.rows ?? 0}行`, `${s.rows ?? 0} rows`)}</span></h2>
    <div className="mb-4 flex flex-wrap items-end gap-4">
      <div><label htmlFor={`${id}-r`} className="meta block">{t('取り込み先の台帳', 'Register')}</label>
        <select id={`${id}-r`} className="field field-s" value={s.resource ?? ''} onChange={e => reread(e.target.value, 0)}><option value="">{t('このシートは取り込まない', 'Leave this sheet out')}</option>{resources.map(x => <option key={x.name} value={x.name}>{tx(x.label_many ?? x.label)}</option>)}</select></div>
      {r && <div><label htmlFor={`${id}-row`} className="meta block">{t('見出しの行', 'Row of the headings')}</label>
        <input key={s.heading_row} id={`${id}-row`} className="field field-s w-20 num" inputMode="numeric" defaultValue={s.heading_row}
          onBlur={e => { const n = Number(e.target.value.normalize('NFKC')); if (Number.isInteger(n) && n > 0 && n !== s.heading_row) reread(r.name, n); else e.target.value = String(s.heading_row) }} /></div>}
    </div>
    {r && s.columns.length === 0 && <p>{t('この行には見出しがありません。見出しの行を直してください。', 'There are no headings in this row. Change the row of the headings.')}</p>}
    {r && s.columns.length > 0 && <table className="list-table columns-table"><caption className="vh">{t(`「${s.sheet}」の列の対応`, `Columns of “${s.sheet}”`)}</caption>
      <thead><tr><th scope="col">{t('列', 'Column')}</th><th scope="col">{t('見出し', 'Heading')}</th><th scope="col">{t('値の例', 'Samples')}</th><th scope="col">{t('台帳の項目', 'Field')}</th></tr></thead>
      <tbody>{s.columns.map((c, k) => { const f = fillable(r).find(x => x.name === c.field); return <tr key={c.column}>
        <td data-label={t('列', 'Column')}>{c.name}</td><th scope="row" className="row-head">{c.heading}{c.hidden && <span className="meta block">{t('隠した列', 'hidden')}</span>}</th><td data-label={t('値の例', 'Samples')} className="text-solid-gray-700">{(c.samples ?? []).map((x, i) => <span key={i} className="sample">{x}</span>)}</td>
        <td><select aria-label={t(`${c.name}列「${c.heading}」の項目`, `Field for column ${c.name}, ${c.heading}`)} className="field field-s w-64" value={c.field ?? ''} onChange={e => set(k, e.target.value)}>
          <option value="">{t('取り込まない', 'Leave out')}</option><option value="number">{t('番号', 'Number')}</option>{fillable(r).map(x => <option key={x.name} value={x.name}>{tx(x.label)}{x.required ? t('（必須）', ' (required)') : ''}</option>)}</select>
          {f?.kind === 'ref' || f?.kind === 'refs' ? <span className="meta block">{t('番号か名称で探します', 'found by number or title')}</span> : null}
          {f && c.create !== undefined && <label className="flex items-center gap-2 py-1"><input type="checkbox" checked={c.create} onChange={e => put(k, { create: e.target.checked })} />{t('まだないものは名称だけで作る', 'make missing ones with their name alone')}</label>}
          {f && <Words col={c} f={f} set={values => put(k, { values })} />}</td></tr> })}</tbody></table>}
  </section>
}

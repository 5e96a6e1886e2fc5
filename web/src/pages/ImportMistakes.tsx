// The mistakes of a trial by sheet and cell, with what stands there; as a list to take into the spreadsheet as well.
import { useState } from 'react'
import type { Mistake } from '../types'
import { t } from '../i18n'
import type { Plan } from './importPlan'

const SHOWN = 50
function place(m: Mistake, plan: Plan) {
  const at = m.path.lastIndexOf('!')
  const sheet = at < 0 ? '' : m.path.slice(0, at), cell = at < 0 ? m.path : m.path.slice(at + 1)
  const column = /^[A-Z]+/.exec(cell)?.[0] ?? ''
  return { sheet, cell, heading: plan.sheets.find(s => s.sheet === sheet)?.columns.find(c => c.name === column)?.heading ?? '' }
}

export function Mistakes({ mistakes, more, plan, file }: { mistakes: Mistake[]; more: number; plan: Plan; file: string }) {
  const [all, setAll] = useState(false)
  const total = mistakes.length + more
  const head = [t('シート', 'Sheet'), t('セル', 'Cell'), t('見出し', 'Heading'), t('セルの内容', 'Content'), t('誤りと直し方', 'What is wrong')]
  const save = () => {
    const q = (s: string) => `"${s.replace(/^[=+\-@\t]/, "'$&").replaceAll('"', '""')}"`
    const lines = mistakes.map(m => { const p = place(m, plan); return [p.sheet, p.cell, p.heading, m.value ?? '', m.text].map(q).join(',') })
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(['\ufeff' + [head.map(q).join(','), ...lines].join('\r\n')], { type: 'text/csv' })), download: `${file.replace(/\.\w+$/, '')}-${t('誤り', 'mistakes')}.csv` })
    document.body.append(link)
    link.click()
    link.remove()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000) /* a slow machine is still reading it after a second */
  }
  return <section aria-labelledby="mistakes">
    <h2 id="mistakes" className="h2" tabIndex={-1} ref={el => el?.focus()}>{t(`直すところが${total.toLocaleString()}か所あります`, `${total.toLocaleString()} places to correct`)}</h2>
    <p className="max-w-[40em]">{t('何も取り込んでいません。元のファイルでセルを直して保存し、下でもう一度選んでください。列の対応はそのまま残ります。', 'Nothing was imported. Correct the cells in your file, save it and choose it again below. The columns stay as they are.')}</p>
    <p className="my-4"><button className="btn btn-s" onClick={save}>{t('誤りの表を CSV で保存', 'Save these mistakes as CSV')}</button></p>
    <table className="list-table"><caption className="vh">{t('誤り', 'Mistakes')}</caption><thead><tr>{head.map(h => <th key={h} scope="col">{h}</th>)}</tr></thead>
      <tbody>{(all ? mistakes : mistakes.slice(0, SHOWN)).map((m, i) => { const p = place(m, plan); return <tr key={i}>
        <td data-label={head[0]}>{p.sheet}</td><th scope="row" className="row-head">{p.cell}</th><td data-label={head[2]}>{p.heading}</td>
        <td data-label={head[3]}>{m.value ? <code className="cell">{m.value}</code> : <span className="text-solid-gray-700">{t('（空）', '(empty)')}</span>}</td><td>{m.text}</td></tr> })}</tbody></table>
    {!all && mistakes.length > SHOWN && <p className="mt-4"><button className="btn btn-s" onClick={() => setAll(true)}>{t(`残りの${mistakes.length - SHOWN}件も見る`, `Show the other ${mistakes.length - SHOWN}`)}</button></p>}
    {more > 0 && <p className="meta mt-2">{t(`表にあるのは先頭の${mistakes.length}件です。ほかに${more.toLocaleString()}件あります。`, `The table has the first ${mistakes.length}; there are ${more.toLocaleString()} more.`)}</p>}
  </section>
}

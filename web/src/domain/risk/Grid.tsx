// The matrix itself: a grid that arrows walk, cells with level, pattern, word and number of risks; the line of acceptance in steps.
import { useContext, useRef, type KeyboardEvent } from 'react'
import { lang, t } from '../../i18n'
import { levelWord, LevelScale, shade } from '../../ui/Level'
import { cellAt, scaleWords, stepName, upTo, type Criteria, type Sides } from './model'

export type Table = Pick<Criteria, 'impacts' | 'likelihoods' | 'cells' | 'levels'>
type P = { sides: Sides; criteria?: Table; count: (impact: number, likelihood: number) => number | undefined; at?: [number, number]; choose: (impact: number, likelihood: number) => void; move?: (impact: number, likelihood: number) => void; label: string }
const keys: Record<string, [number, number]> = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

/* More steps than fit a phone scroll inside their own frame. */
export const isWide = (sides: Sides) => sides.likelihood > 5 ? 'mx-wide' : sides.likelihood > 3 ? 'mx-middle' : ''

export function Grid({ sides, criteria, count, at, choose, move, label }: P) {
  const table = useRef<HTMLTableElement>(null)
  const rows = upTo(sides.impact), all = upTo(sides.likelihood), here = useContext(LevelScale), scale = criteria ? scaleWords(criteria) : here
  const home = at && at[0] <= sides.impact && at[1] <= sides.likelihood ? at : [sides.impact, 1]
  const focus = (i: number, l: number) => {
    const cell = table.current?.querySelector<HTMLElement>(`[data-at="${i}-${l}"]`)
    if (!cell) return
    table.current?.querySelectorAll('[data-at]').forEach(x => { (x as HTMLElement).tabIndex = -1 })
    cell.tabIndex = 0
    cell.focus()
  }
  const key = (e: KeyboardEvent, i: number, l: number) => {
    if (e.nativeEvent.isComposing || e.ctrlKey || e.metaKey || e.altKey) return
    const by = keys[e.key]
    if (by) focus(Math.min(sides.impact, Math.max(1, i + by[0])), Math.min(sides.likelihood, Math.max(1, l + by[1])))
    else if (e.key === 'Home') focus(i, 1)
    else if (e.key === 'End') focus(i, sides.likelihood)
    else if (e.key === 'Enter' || e.key === ' ') choose(i, l)
    else if (e.key === 'm' && move) move(i, l)
    else return
    e.preventDefault()
  }
  const accepted = (i: number, l: number) => cellAt(criteria, i, l)?.accepted
  const edges = (i: number, l: number) => accepted(i, l) ? `${l < sides.likelihood && accepted(i, l + 1) === false ? ' edge-r' : ''}${i < sides.impact && accepted(i + 1, l) === false ? ' edge-t' : ''}` : ''
  return <div className="mx-scroll"><table role="grid" ref={table} className={`mx ${isWide(sides)}`} aria-label={label}>
    <colgroup><col className="mx-head" />{all.map(l => <col key={l} />)}</colgroup>
    <thead className="vh"><tr><th scope="col">{t('影響', 'Impact')}</th>{all.map(l => <th key={l} scope="col">{t('起こりやすさ', 'Likelihood')} {l} {stepName(criteria as Criteria, 'likelihood', l)}</th>)}</tr></thead>
    <tbody>{[...rows].reverse().map(i => <tr key={i}>
      <th scope="row"><b>{i}</b> {stepName(criteria as Criteria, 'impact', i)}</th>
      {all.map(l => {
        const cell = cellAt(criteria, i, l), n = count(i, l), chosen = at?.[0] === i && at[1] === l
        const s = cell ? shade(cell.level, scale.top) : 0
        /* What is heard holds what is seen, in its order. */
        const place = `${t('影響', 'Impact')} ${i} ${stepName(criteria as Criteria, 'impact', i)}, ${t('起こりやすさ', 'likelihood')} ${l} ${stepName(criteria as Criteria, 'likelihood', l)}, ${cell ? t('レベル', 'level') : t('レベルなし', 'no level')} `
        const accepts = `, ${cell?.accepted ? t('受容', 'accepted') : t('受容しない', 'not accepted')}`
        return <td key={l} data-at={`${i}-${l}`} tabIndex={i === home[0] && l === home[1] ? 0 : -1} aria-selected={chosen} onKeyDown={e => key(e, i, l)} onClick={() => choose(i, l)}
          className={`${cell ? n === 0 ? `mx-empty lvs-${s}` : `lv-${s}` : 'mx-none'}${chosen ? ' mx-here' : ''}${edges(i, l)}`}>
          <span className="vh">{place}</span><span className="mx-level">{cell ? <><b>{cell.level}</b> <span className="mx-word">{levelWord(cell.level, scale)}</span></> : ''}</span>
          {cell && <span className="vh">{accepts}</span>}{n !== undefined && <><span className="vh">, </span><span className="mx-count">{n > 0 ? <><b>{n}</b>{lang() === 'ja' ? '件' : <span className="vh"> {n === 1 ? 'risk' : 'risks'}</span>}</> : <><span aria-hidden="true">－</span><span className="vh">{t('0件', '0 risks')}</span></>}</span></>}
          {cell && <i className="pat" aria-hidden="true" />}
        </td>
      })}</tr>)}</tbody>
    <tfoot aria-hidden="true"><tr><td />{all.map(l => <td key={l}><b>{l}</b> {stepName(criteria as Criteria, 'likelihood', l)}</td>)}</tr></tfoot>
  </table></div>
}

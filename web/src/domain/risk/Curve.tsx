// The loss-exceedance curve: how often a year loses more than so much, both on scales of tens, with what chance alone may shift it, and the acceptance line. The tables beside it say the same in numbers.
import { useEffect, useRef, useState } from 'react'
import { lang, t } from '../../i18n'
import { sayMoney } from '../../ui/figures'
import { Why } from '../../ui/Page'
import { letter, nameOf, percent, yearsOf, yen, type Case, type Point } from './losses'

const TALL = 380, LEFT = 120, RIGHT = 40, TOP = 16, BOTTOM = 44
const ticksOf = (from: number, to: number) => Array.from({ length: Math.round(to - from) + 1 }, (_, i) => Math.round(from) + i)

/* The width that there is: letters stay as large as elsewhere. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null), [width, setWidth] = useState(0)
  useEffect(() => {
    if (!box.current) return
    const watch = new ResizeObserver(list => setWidth(Math.round(list[0]!.contentRect.width)))
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  return { box, width }
}

type Frame = { x: (loss: number) => number; y: (p: number) => number; xs: number[]; ys: number[]; width: number }
function frameOf(cases: Case[], width: number): Frame | undefined {
  const all = cases.flatMap(c => c.curve), losses = all.filter(p => p.loss > 0 && p.probability > 0).map(p => p.loss)
  if (!losses.length) return undefined
  const limits = cases.flatMap(c => c.acceptance), sure = all.filter(p => p.loss > 0 && p.probability >= 0.9).map(p => p.loss)
  const least = Math.min(...sure.length ? [Math.max(...sure)] : losses, ...limits.map(l => l.loss)), most = Math.max(...losses, ...limits.map(l => l.loss)), rare = Math.min(...all.filter(p => p.probability > 0).map(p => p.probability), ...limits.map(l => l.limit))
  const x0 = Math.floor(Math.log10(least)), x1 = Math.max(x0 + 1, Math.ceil(Math.log10(most))), y0 = Math.max(-9, Math.floor(Math.log10(rare)))
  const inside = (n: number, a: number, b: number) => Math.min(b, Math.max(a, n))
  return { width, xs: ticksOf(x0, x1), ys: ticksOf(y0, 0), x: loss => LEFT + inside((Math.log10(Math.max(loss, 1e-9)) - x0) / (x1 - x0), 0, 1) * (width - LEFT - RIGHT), y: p => TOP + inside(Math.log10(Math.max(p, 1e-12)) / y0, 0, 1) * (TALL - TOP - BOTTOM) }
}

const path = (points: [number, number][]) => points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
/* From the left edge, where every year with any loss is, to the last point. */
function drawn(curve: Point[], f: Frame, of: (p: Point) => number): [number, number][] {
  const live = curve.filter(p => of(p) > 0)
  return live.length ? [[LEFT, f.y(of(live[0]!))], ...live.map(p => [f.x(p.loss), f.y(of(p))] as [number, number])] : []
}

function Axes({ f }: { f: Frame }) {
  const every = Math.max(1, Math.ceil(96 / ((f.width - LEFT - RIGHT) / Math.max(1, f.xs.length - 1))))
  return <g aria-hidden="true">
    {f.ys.map(n => <g key={n}><line className="lec-grid" x1={LEFT} x2={f.width - RIGHT} y1={f.y(10 ** n)} y2={f.y(10 ** n)} /><text className="lec-text" x={LEFT - 8} y={f.y(10 ** n) + 5} textAnchor="end">{n === 0 ? t('毎年', 'every year') : t(`${(10 ** -n).toLocaleString('ja')}年に一度`, `1 in ${(10 ** -n).toLocaleString('en')}`)}</text></g>)}
    {f.xs.map((n, i) => <g key={n}><line className="lec-grid" x1={f.x(10 ** n)} x2={f.x(10 ** n)} y1={TOP} y2={TALL - BOTTOM} />{i % every === 0 && <text className="lec-text" x={f.x(10 ** n)} y={TALL - BOTTOM + 20} textAnchor="middle">{sayMoney(10 ** n, lang()).replace('JPY ', '')}</text>}</g>)}
    <text className="lec-text" x={f.width - RIGHT} y={TALL - 4} textAnchor="end">{t('一年の損害 →', 'Loss of a year (JPY) →')}</text>
  </g>
}

function Lines({ cases, f }: { cases: Case[]; f: Frame }) {
  return <>{cases.map((c, i) => { const band = [...drawn(c.curve, f, p => p.high), ...drawn(c.curve, f, p => p.low).reverse()]; return (i === 0 || cases.length === 2) && band.length > 2 ? <path key={`b${i}`} className={`lec-band lec-${i}`} d={`${path(band)}Z`} /> : null })}
    {cases.map((c, i) => { const line = drawn(c.curve, f, p => p.probability), at = line[Math.floor(line.length * (0.45 + 0.08 * i))] ?? line.at(-1); return <g key={i}><path className={`lec-line lec-${i}`} d={path(line)} />
      {i > 0 && at && <g><circle className="lec-mark" cx={at[0]} cy={at[1]} r="10" /><text className="lec-letter" x={at[0]} y={at[1] + 5} textAnchor="middle">{letter(i)}</text></g>}</g> })}</>
}

/* What may not be entered: more often than allowed, more than the line. */
function LimitBox({ cases, f }: { cases: Case[]; f: Frame }) {
  return <>{(cases[0]?.acceptance ?? []).map((l, i) => <g key={i}><rect className="lec-limit" x={f.x(l.loss)} y={TOP} width={Math.max(0, f.width - RIGHT - f.x(l.loss))} height={Math.max(0, f.y(l.limit) - TOP)} fill="url(#lec-hatch)" />
    <path className="lec-edge" d={`M${f.x(l.loss)} ${TOP}V${f.y(l.limit)}H${f.width - RIGHT}`} /></g>)}</>
}

export function Curve({ cases, words }: { cases: Case[]; words: string }) {
  const { box, width } = useWidth(), f = width ? frameOf(cases, width) : undefined
  const limit = cases[0]?.acceptance[0]
  if (!cases.some(c => c.curve.some(p => p.loss > 0 && p.probability > 0))) return <p>{t('損害のある年がないので、曲線はありません。', 'No year has a loss, so there is no curve.')}</p>
  return <figure className="lec" aria-label={t('損害の超過曲線', 'Loss-exceedance curve')}>
    <div ref={box} className="lec-box">{f && <svg width={width} height={TALL} viewBox={`0 0 ${width} ${TALL}`} role="img" aria-label={words}>
      <defs><pattern id="lec-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" x2="0" y1="0" y2="8" className="lec-stroke" /></pattern></defs>
      <Axes f={f} /><LimitBox cases={cases} f={f} /><Lines cases={cases} f={f} /></svg>}</div>
    <figcaption className="meta">{t('縦は、一年の損害が横の額を超える割合。', 'Upwards: how often a year loses more than the amount below. ')}
      {cases.map((c, i) => <span key={c.id} className="tl-key"><svg width="32" height="10" aria-hidden="true"><line x1="0" x2="32" y1="5" y2="5" className={`lec-line lec-${i}`} /></svg>{nameOf(c, i)}</span>)}
      <span className="tl-key"><svg width="20" height="14" aria-hidden="true"><rect width="20" height="14" className="lec-band lec-0" /></svg>{t('試行による幅（95%）', 'what chance leaves open (95%)')}</span>
      {limit && <span className="tl-key"><svg width="20" height="14" aria-hidden="true"><rect width="19" height="13" x=".5" y=".5" className="lec-edge" fill="url(#lec-hatch)" /></svg>{t('受容の線を超える所', 'beyond the acceptance line')}</span>}</figcaption>
    <Why label={t('図と同じ数の表', 'The same numbers as a table')}>{cases.map((c, i) => <table key={c.id} className="list-table fit wraps mb-4"><caption className="text-left text-dns-14B-130">{nameOf(c, i)}</caption>
      <thead><tr><th scope="col" className="num">{t('一年の損害がこれを超える', 'A year loses more than')}</th><th scope="col" className="num">{t('割合', 'Share of years')}</th><th scope="col">{t('言いかえると', 'In other words')}</th><th scope="col" className="num">{t('幅（95%）', 'Interval (95%)')}</th></tr></thead>
      <tbody>{c.curve.map((p, k) => <tr key={k}><td className="num" data-label={t('一年の損害がこれを超える', 'A year loses more than')}>{yen(p.loss)}</td><td className="num" data-label={t('割合', 'Share of years')}>{percent(p.probability)}</td><td data-label={t('言いかえると', 'In other words')}>{yearsOf(p.probability)}</td><td className="num" data-label={t('幅（95%）', 'Interval (95%)')}>{t(`${percent(p.low)}〜${percent(p.high)}`, `${percent(p.low)} to ${percent(p.high)}`)}</td></tr>)}</tbody></table>)}</Why>
  </figure>
}

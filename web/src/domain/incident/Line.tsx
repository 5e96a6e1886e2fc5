// The time line drawn: one lane for the same users, height for how many. Beside the table, which says the same in words.
import { t } from '../../i18n'
import { shortTime } from '../../dates'
import { ends, isUnknown, lineKey, sayEnd, sayLine, sayMany, sayWhen, type Segment, type Vocabulary } from './model'

const LANES = 12, WIDTH = 1000, TALL = 48, TOP = 4
const ms = (s: string) => new Date(s).getTime()

/* From the first instant that is named to the last, or to now where something goes on or its end is unknown. */
function frame(list: Segment[], now: number): [number, number] | undefined {
  const named = list.flatMap(s => [...ends(s.from) ?? [], ...ends(s.to) ?? []]).map(ms)
  const until = list.some(s => s.open || !ends(s.to) || !ends(s.from)) ? [now] : []
  const all = [...named, ...until]
  return named.length && Math.max(...all) > Math.min(...all) ? [Math.min(...all), Math.max(...all)] : undefined
}

type Drawn = { from: [number, number]; to: [number, number]; open: boolean; low: number; high: number; known: boolean }
/* What a row is at its least and at its most; without a number it is anything. */
function drawn(s: Segment, x: (n: number) => number, left: number, right: number, most: number): Drawn {
  const a = ends(s.from)?.map(ms), b = ends(s.to)?.map(ms), n = ends(s.value)
  const low = !n || s.bound === 'at_most' ? 0 : n[0], high = !n || s.bound === 'at_least' ? most : n[1]
  return { from: a ? [x(a[0]!), x(a[1]!)] : [left, right], to: s.open ? [right, right] : b ? [x(b[0]!), x(b[1]!)] : [a ? x(a[1]!) : left, right], open: !!s.open, low, high, known: !!n }
}

function Lane({ list, range, most, words }: { list: Segment[]; range: [number, number]; most: number; words: string }) {
  const room = list.some(s => s.open) ? 40 : 0 /* for the arrow */
  const x = (n: number) => (n - range[0]) / (range[1] - range[0]) * (WIDTH - room), h = (n: number) => most > 0 ? n / most * (TALL - TOP) : 0
  return <svg className="tl-svg" viewBox={`0 0 ${WIDTH} ${TALL}`} preserveAspectRatio="none" role="img" aria-label={words}>
    <line className="tl-base" x1="0" x2={WIDTH} y1={TALL - .5} y2={TALL - .5} />
    {list.map((s, i) => {
      const d = drawn(s, x, 0, WIDTH - room, most), whole = Math.max(d.from[0], Math.min(d.from[1], d.to[0])), end = Math.max(whole, d.to[0])
      const edge = d.known ? 'tl-band' : 'tl-unknown'
      const box = (className: string, from: number, to: number, low: number, high: number, key: string) => to - from > 0 && high - low > 0 && <rect key={key} className={className} x={from} width={Math.max(to - from, 3)} y={TALL - h(high)} height={Math.max(h(high) - h(low), 2)} />
      return <g key={i}>
        {box(edge, d.from[0], whole, 0, d.high, 'before')}{box(edge, end, d.to[1], 0, d.high, 'after')}
        {d.known ? <>{box('tl-fill', whole, end, 0, d.low, 'sure')}{box('tl-band', whole, end, d.low, d.high, 'may')}{d.high === 0 && <line className="tl-zero" x1={whole} x2={end} y1={TALL - 2} y2={TALL - 2} />}</>
          : box('tl-unknown', whole, end, 0, most || 1, 'unknown')}
        {d.open && <path className="tl-arrow" d={`M${WIDTH - room} ${TALL / 2}H${WIDTH - 14}M${WIDTH - 26} ${TALL / 2 - 10}L${WIDTH - 10} ${TALL / 2}L${WIDTH - 26} ${TALL / 2 + 10}`} />}
      </g> })}
  </svg>
}

const sentence = (s: Segment) => t(`${sayWhen(s.from)}から${sayEnd(s)}、${sayMany(s.value, s.bound, s.estimate) || '数なし'}`, `${sayWhen(s.from)} to ${sayEnd(s)}: ${sayMany(s.value, s.bound, s.estimate) || 'no number'}`)

export function Line({ list, v, unit }: { list: Segment[]; v: Vocabulary; unit: string }) {
  const now = Date.now(), range = frame(list, now)
  if (!range) return null
  const most = Math.max(0, ...list.map(s => ends(s.value)?.[1] ?? 0))
  const keys = [...new Set(list.map(lineKey))], lanes = keys.slice(0, LANES).map(k => list.filter(s => lineKey(s) === k))
  const legend: [string, boolean, string][] = [['tl-fill', list.some(s => ends(s.value)), t('分かっている数', 'known')], ['tl-band', list.some(s => { const e = ends(s.value), a = ends(s.from), b = ends(s.to); return !!s.bound || (e && e[0] !== e[1]) || (a && a[0] !== a[1]) || (b && b[0] !== b[1]) || isUnknown(s.from) || isUnknown(s.to) }), t('幅がある', 'may be')],
    ['tl-unknown', list.some(s => !ends(s.value)), t('数が分からない', 'number unknown')]]
  return <figure className="tl" aria-label={t('影響の時系列の図', 'Drawing of the time line')}>
    <svg width="0" height="0" className="tl-defs" aria-hidden="true"><defs><pattern id="tl-hatch" width="12" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="12" height="8" className="tl-paper" /><line x1="0" x2="0" y1="0" y2="8" className="tl-stroke" /></pattern></defs></svg>
    {lanes.map((l, i) => <div key={i} className="tl-lane"><p className="text-dns-14N-130">{sayLine(l[0]!, v)}<span className="tl-last">{(() => { const last = l[l.length - 1]!; return sayMany(last.value, last.bound, last.estimate, unit) })()}</span></p>
      <Lane list={l} range={range} most={most || 1} words={`${sayLine(l[0]!, v)}${t('：', ': ')}${l.slice(0, 20).map(sentence).join(t('。', '. '))}${l.length > 20 ? t(`。ほか${l.length - 20}行は表に`, `. ${l.length - 20} more in the table`) : ''}`} /></div>)}
    <p className="tl-axis meta"><time>{shortTime(new Date(range[0]).toISOString())}</time><time>{range[1] === now ? t('いま', 'now') : shortTime(new Date(range[1]).toISOString())}</time></p>
    <figcaption className="meta">{t(`高さは影響の大きさ（最大 ${sayMany(most, undefined, false, unit)}）。`, `Height: how many (at most ${sayMany(most, undefined, false, unit)}). `)}{legend.filter(x => x[1]).map(([c, , word]) => <span key={c} className="tl-key"><svg width="20" height="14" aria-hidden="true"><rect width="20" height="14" className={c} /></svg>{word}</span>)}
      {list.some(s => s.open) && <span className="tl-key"><span aria-hidden="true">→</span> {t('継続中', 'going on')}</span>}{keys.length > LANES && <span className="block">{t(`ほか${keys.length - LANES}本は表にあります。`, `${keys.length - LANES} more lines are in the table.`)}</span>}</figcaption>
  </figure>
}

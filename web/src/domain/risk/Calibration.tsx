// Ten questions about things that are known: who gives ranges that hold nine times in ten should be right about nine times. Nothing is kept or sent.
import { useEffect, useRef, useState } from 'react'
import type { PageProps } from '../../page'
import { many, t, tx } from '../../i18n'
import { readNumber } from '../../ui/Input'
import { Chip, PageHeader, Section } from '../../ui/Page'
import { control } from '../../ui/Row'
import { useErrorTitle } from '../../ui/title'

const questions = [
  { is: 3776, ask: { ja: '富士山の高さ（m）', en: 'Height of Mount Fuji (m)' } },
  { is: 669, ask: { ja: '琵琶湖の面積（平方キロメートル）', en: 'Area of Lake Biwa (km²)' } },
  { is: 333, ask: { ja: '東京タワーの高さ（m）', en: 'Height of Tokyo Tower (m)' } },
  { is: 367, ask: { ja: '信濃川の長さ（キロメートル）', en: 'Length of the river Shinano (km)' } },
  { is: 54, ask: { ja: '青函トンネルの長さ（キロメートル）', en: 'Length of the Seikan tunnel (km)' } },
  { is: 1991, ask: { ja: '明石海峡大橋の二つの塔の間の長さ（m）', en: 'Span between the towers of the Akashi Kaikyō bridge (m)' } },
  { is: 1872, ask: { ja: '新橋と横浜の間に鉄道が開業した年（西暦）', en: 'Year in which the railway from Shimbashi to Yokohama opened' } },
  { is: 40075, ask: { ja: '赤道一周の長さ（キロメートル）', en: 'Length of the equator (km)' } },
  { is: 299792, ask: { ja: '光が一秒に進む距離（キロメートル）', en: 'How far light travels in a second (km)' } },
  { is: 1538, ask: { ja: '鉄が溶ける温度（℃）', en: 'Melting point of iron (°C)' } },
]
type Given = { low: string; high: string }
const value = (s: string) => { const n = readNumber(s, false); return typeof n === 'number' ? n : null }
const wrongIn = (g: Given) => { const a = value(g.low), b = value(g.high); return a === null || b === null ? t('下限と上限を、数で入れてください。', 'Give both ends as numbers.') : a > b ? t('上限を下限以上にしてください。', 'The upper end is below the lower one.') : '' }

export function Calibration({ org }: PageProps) {
  const [given, setGiven] = useState<Given[]>(questions.map(() => ({ low: '', high: '' }))), [wrong, setWrong] = useState<string[]>([]), [done, setDone] = useState(false)
  useErrorTitle(wrong.some(Boolean))
  const head = useRef<HTMLDivElement>(null)
  useEffect(() => { if (done) head.current?.focus() }, [done])
  const check = () => {
    const found = given.map(wrongIn), at = found.findIndex(Boolean)
    setWrong(found)
    setDone(at < 0)
    if (at >= 0) document.getElementById(`f-${at}-low`)?.focus()
  }
  const set = (i: number, part: Partial<Given>) => { setGiven(given.map((g, k) => k === i ? { ...g, ...part } : g)); setWrong(wrong.map((x, k) => k === i ? '' : x)) }
  const right = (i: number) => value(given[i]!.low)! <= questions[i]!.is && questions[i]!.is <= value(given[i]!.high)!
  const hits = done ? questions.filter((_, i) => right(i)).length : 0
  const meaning = hits >= 9 ? t('幅と確かさが合っています。十のすべてに入ったなら、広すぎたところがないかも見てください。', 'Your ranges are as sure as you say. If all ten were inside, see whether some were wider than needed.') : hits === 8 ? t('だいたい合っています。外れた問いでは、あと少し広く取れたかを考えます。', 'About right. Where you missed, would a little more have been honest?')
    : t('幅が狭すぎるくせがあります。多くの人がそうです。両端から考え、「これより外なら驚く」ところまで広げてから、リスクの見積もりに戻ってください。', 'Your ranges are too narrow, as most people’s are. Begin at both ends, widen until anything outside would surprise you, then go back to the risks.')
  return <>
    <PageHeader title={t('幅で見積もる練習', 'Practice in ranges')} crumbs={[[t('リスク', 'Risks'), `/${org}/risks`]]} />
    <p className="mb-6 max-w-[44rem]">{t('調べずに、本当の値が十回に九回は入ると思う下限と上限を入れてください。知らないことほど広く取ります。当てることではなく、幅と確かさを合わせることが目的です。入れた数はどこにも残りません。', 'Without looking anything up, give a lower and an upper end between which you think the true value lies, nine times in ten. The less you know the wider. It is not about knowing, but about ranges that are as sure as you say. Nothing is kept.')}</p>
    {done && <div ref={head} tabIndex={-1} className="mb-6"><Section title={t(`十のうち${hits}が入りました`, `${hits} of 10 inside`)}><p className="in-short">{meaning}</p>
      <table className="list-table fit wraps"><caption className="vh">{t('答え合わせ', 'Answers')}</caption><thead><tr><th scope="col">{t('問い', 'Question')}</th><th scope="col" className="num">{t('あなたの範囲', 'Your range')}</th><th scope="col" className="num">{t('答え', 'Answer')}</th><th scope="col">{t('結果', 'Result')}</th></tr></thead>
        <tbody>{questions.map((q, i) => <tr key={q.is}><th scope="row" className="row-head">{tx(q.ask)}</th><td className="num" data-label={t('あなたの範囲', 'Your range')}>{value(given[i]!.low)}〜{value(given[i]!.high)}</td><td className="num" data-label={t('答え', 'Answer')}>{q.is}</td><td data-label={t('結果', 'Result')}>{right(i) ? <Chip tone="settled">{t('入った', 'inside')}</Chip> : <Chip tone="soon">{t('外れた', 'outside')}</Chip>}</td></tr>)}</tbody></table>
      <p className="mt-3"><button type="button" className="btn btn-s" onClick={() => { setDone(false); setGiven(questions.map(() => ({ low: '', high: '' }))) }}>{t('もう一度', 'Once more')}</button></p></Section></div>}
    {!done && <form noValidate className="max-w-[44rem]" onSubmit={e => { e.preventDefault(); check() }}>
      {wrong.some(Boolean) && <div role="alert" className="mb-4"><p className="err">{t(`${wrong.filter(Boolean).length}問に直すところがあります。`, `${many(wrong.filter(Boolean).length, 'question')} to complete.`)}</p></div>}
      {questions.map((q, i) => <fieldset key={q.is} className="mb-5"><legend className="text-std-16B-170">{i + 1} {tx(q.ask)}</legend>
        <div id={`f-${i}-low-help`}>{wrong[i] && <p className="err">{wrong[i]}</p>}</div><div id={`f-${i}-high-help`} />
        <p className="flex flex-wrap items-center gap-3">{(['low', 'high'] as const).map(end => <label key={end} className="flex items-center gap-2">{end === 'low' ? t('下限', 'From') : t('上限', 'to')}<input {...control(`f-${i}-${end}`, wrong[i] ? [{ path: end, code: 'required', text: wrong[i]! }] : [])} inputMode="numeric" className="field w-36 num" value={given[i]![end]} onChange={e => set(i, { [end]: e.target.value })} /></label>)}</p></fieldset>)}
      <p><button type="submit" className="btn btn-fill">{t('答え合わせ', 'See the answers')}</button></p></form>}
  </>
}

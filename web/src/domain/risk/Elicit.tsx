// Beside a number that somebody estimates: how often that is in words, whether nine times in ten is meant, and a bet that tells whether the range is too narrow or too wide.
import { useState } from 'react'
import { useRoute } from '../../router'
import { t } from '../../i18n'
import { Why } from '../../ui/Page'
import { yen } from './losses'

type P = { v: unknown; id: string }
type Span = { from?: unknown; to?: unknown }
const ends = (v: unknown): [number, number] | undefined => typeof v === 'number' ? [v, v] : v && typeof v === 'object' && typeof (v as Span).from === 'number' && typeof (v as Span).to === 'number' ? [(v as { from: number }).from, (v as { to: number }).to] : undefined

/* 20 times in 100 years is once in five years. */
export function sayOften(n: number): string {
  if (n <= 0) return t('起きない', 'never')
  const whole = (x: number) => Number(x.toPrecision(2))
  return n < 100 ? t(`${whole(100 / n).toLocaleString('ja')}年に一度`, `once in ${whole(100 / n).toLocaleString('en')} years`) : n === 100 ? t('年に一度', 'once a year') : n < 1200 ? t(`年に${whole(n / 100).toLocaleString('ja')}回`, `${whole(n / 100).toLocaleString('en')} times a year`) : t(`月に${whole(n / 1200).toLocaleString('ja')}回`, `${whole(n / 1200).toLocaleString('en')} times a month`)
}

export function TimesHelp({ v, id }: P) {
  const x = ends(v)
  return <div className="mt-2 max-w-[36em]">{x && <p className="meta" aria-live="polite">{t('言いかえると：', 'In other words: ')}{x[0] === x[1] ? sayOften(x[0]) : t(`${sayOften(x[0])}から、${sayOften(x[1])}まで`, `from ${sayOften(x[0])} to ${sayOften(x[1])}`)}</p>}
    <Range x={x} id={id} ask={t('実際の回数が、十回に九回はこの範囲に収まる、と言い切れますか。', 'Would you say that nine times in ten the true number lies in this range?')} low={t('これより少なければ驚く、という数が下限です。', 'The lower end: fewer would surprise you.')} high={t('これより多ければ驚く、という数が上限です。', 'The upper end: more would surprise you.')} /></div>
}

export function LossHelp({ v, id }: P) {
  const x = ends(v)
  return <div className="mt-2 max-w-[36em]">{x && x[0] < x[1] && <p className="meta" aria-live="polite">{t(`二十回に一回は${yen(x[0])}より小さく、二十回に一回は${yen(x[1])}より大きい、という見積もりになります。`, `It says: one time in twenty less than ${yen(x[0])}, one in twenty more than ${yen(x[1])}.`)}</p>}
    <Range x={x} id={id} ask={t('起きたときの損害が、十回に九回はこの範囲に収まる、と言い切れますか。', 'When it happens, would you say that nine times in ten the loss lies in this range?')} low={t('うまく済んだときの額から考えます。人件費、代わりの手段、原状回復を忘れずに。', 'Begin with the case that went well: staff, substitutes, repair.')} high={t('次に、最も悪くても超えないと思う額。もっと悪い話を一つ考えてから決めます。', 'Then the amount that even a bad case will not exceed; think of one worse story before you settle it.')} /></div>
}

type Bet = 'range' | 'draw' | 'same' | ''
function Range({ x, id, ask, low, high }: { x: [number, number] | undefined; id: string; ask: string; low: string; high: string }) {
  const [bet, setBet] = useState<Bet>(''), { parts } = useRoute(), org = parts[0]
  const answers: [Bet, string][] = [['range', t('この範囲に入るほうに賭ける', 'On the range')], ['draw', t('くじを引く', 'On the draw')], ['same', t('どちらでもよい', 'Either')]]
  const meaning: Record<Bet, string> = { range: t('範囲のほうが確かだと思っています。少し狭めてみてください。', 'You are surer of the range than of nine in ten: make it a little narrower.'), draw: t('範囲に自信がありません。くじと同じ気持ちになるまで広げてください。', 'You are not that sure of the range: widen it until you would take either.'), same: t('ちょうど十回に九回の幅です。', 'This is a range of nine times in ten.'), '': '' }
  return <Why label={t('見積もりの確かめ方', 'How to check the estimate')}>
    {x && x[0] === x[1] && <p>{t('一つの値は「これ以外はない」という意味になります。確かでなければ「範囲」を選びます。', 'A single value says that it can be nothing else. Unless you are sure, choose “Range”.')}</p>}
    <p><b>{ask}</b></p><ul className="list-disc pl-6"><li>{low}</li><li>{high}</li><li>{t('真ん中から考え始めると、幅は狭くなりがちです。両端から考えます。', 'Who begins in the middle ends up too narrow: begin at both ends.')}</li></ul>
    <fieldset className="mt-2"><legend>{t('賭けの問い：当たれば一万円もらえます。本当の値がこの範囲に入るほうに賭けますか。それとも、十本に九本が当たりのくじを引きますか。', 'A bet: you win JPY 10,000 if the true value lies in the range, or if you draw a winner where nine of ten win. Which do you take?')}</legend>
      {answers.map(([code, label]) => <label key={code} className="mt-1 flex min-h-6 items-center gap-2"><input type="radio" className="radio" name={`${id}-bet`} checked={bet === code} onChange={() => setBet(code)} />{label}</label>)}</fieldset>
    <p aria-live="polite">{meaning[bet]}</p>
    <p className="mt-2"><a href={`#/${org}/calibration`}>{t('自分の幅が狭すぎないか、十の問いで試す', 'Try with ten questions whether your ranges are too narrow')}</a></p></Why>
}

// Dates as people write them: 令和8年11月20日, R8.11.20, 2026/11/20, 20261120, also in full width. Answers ISO, or null when it is no day.
const eras: [RegExp, number][] = [[/^(令和|R)/i, 2018], [/^(平成|H)/i, 1988], [/^(昭和|S)/i, 1925]]
export function readDay(text: string): string | null {
  let s = text.normalize('NFKC').trim().replace(/元年/, '1年')
  let base = 0
  for (const [re, year] of eras) if (re.test(s)) { base = year; s = s.replace(re, ''); break }
  const m = /^(\d{4})(\d{2})(\d{2})$/.exec(s) ?? /^(\d{1,4})[年./-](\d{1,2})[月./-](\d{1,2})日?$/.exec(s)
  if (!m) return null
  const y = Number(m[1]) + base, mo = Number(m[2]), d = Number(m[3])
  const day = new Date(Date.UTC(y, mo - 1, d))
  if (y < 1868 || day.getUTCMonth() !== mo - 1 || day.getUTCDate() !== d) return null
  return `${String(y).padStart(4, '0')}-${String(mo).padStart(2, '0')}-${String(d).padStart(2, '0')}`
}
export function sayDay(iso: string, l: 'ja' | 'en'): string {
  const d = new Date(`${iso.slice(0, 10)}T00:00:00Z`)
  if (l === 'en') return d.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }) + ` (${d.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' })})`
  const w = '日月火水木金土'[d.getUTCDay()]
  return `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日（${w}）`
}
export const sayTime = (iso: string, l: 'ja' | 'en') => {
  const jst = new Date(new Date(iso).getTime() + 9 * 3600e3).toISOString()
  return `${sayDay(jst, l)} ${jst.slice(11, 16)}${l === 'en' ? ' JST' : ''}`
}
export const shortDay = (iso: string) => iso.slice(0, 10).replaceAll('-', '/')

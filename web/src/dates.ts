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
/* The year of the era as documents have it; since 2019-05-01 令和. */
const reigns: [string, string, string, number][] = [['2019-05-01', '令和', 'Reiwa', 2018], ['1989-01-08', '平成', 'Heisei', 1988], ['1926-12-25', '昭和', 'Shōwa', 1925], ['1912-07-30', '大正', 'Taishō', 1911], ['1868-10-23', '明治', 'Meiji', 1867]]
export function sayEra(iso: string, l: 'ja' | 'en'): string {
  const r = reigns.find(x => iso >= x[0])
  if (!r) return ''
  const y = Number(iso.slice(0, 4)) - r[3]
  return l === 'en' ? `${r[2]} ${y}` : `${r[1]}${y === 1 ? '元' : y}年`
}
/* 14:24, １４：２４, 14時24分, 1424 → "14:24"; null when it is no time. */
export function readTime(text: string): string | null {
  const m = /^(\d{1,2})(?:[:時]?(\d{2})分?)$/.exec(text.normalize('NFKC').trim()) ?? /^(\d{1,2})時$/.exec(text.normalize('NFKC').trim())
  if (!m || Number(m[1]) > 23 || Number(m[2] ?? 0) > 59) return null
  return `${m[1]!.padStart(2, '0')}:${m[2] ?? '00'}`
}
export const jst = (iso: string) => new Date(new Date(iso).getTime() + 9 * 3600e3).toISOString()
export const shortTime = (iso: string) => { const d = jst(iso); return `${d.slice(0, 10).replaceAll('-', '/')} ${d.slice(11, 16)}` } /* JST, for tables */
export const shortDay = (iso: string) => iso.slice(0, 10).replaceAll('-', '/')

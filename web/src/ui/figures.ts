// Figures as people say them: 1,200万円, JPY 12 million.
export function sayMoney(n: number, l: 'ja' | 'en'): string {
  const a = Math.abs(n)
  const short = (x: number) => x.toLocaleString(l === 'ja' ? 'ja-JP' : 'en-GB', { maximumFractionDigits: 1 })
  if (l === 'en') return a >= 1e9 ? `JPY ${short(n / 1e9)} billion` : a >= 1e6 ? `JPY ${short(n / 1e6)} million` : `JPY ${n.toLocaleString('en-GB')}`
  return a >= 1e8 ? `${short(n / 1e8)}億円` : a >= 1e4 ? `${short(n / 1e4)}万円` : `${n.toLocaleString('ja-JP')}円`
}

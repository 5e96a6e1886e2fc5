// Marks the words of a search in a text, in any width and case; hits are bold and underlined, not only tinted.
const fold = (s: string) => s.normalize('NFKC').toLowerCase()
export const foldText = fold

/* Where in the text the folded word lies: characters are folded one by one, so that places stay known; ﾊﾞ is taken as one. */
function places(text: string, words: string[]): [number, number][] {
  const parts = text.match(/[\uFF66-\uFF9D][\uFF9E\uFF9F]|[^]/gu) ?? []
  let folded = ''
  const from: number[] = [], start: number[] = []
  let at = 0
  for (const p of parts) { const f = fold(p); for (let k = 0; k < f.length; k++) { from.push(at); start.push(at + p.length) } folded += f; at += p.length }
  const out: [number, number][] = []
  for (const w of words) for (let i = folded.indexOf(w); i >= 0; i = folded.indexOf(w, i + w.length)) out.push([from[i]!, start[i + w.length - 1]!])
  out.sort((a, b) => a[0] - b[0])
  return out.filter((x, i) => i === 0 || x[0] >= out[i - 1]![1])
}
export function MarkHits({ text, q }: { text: string; q: string }) {
  const words = fold(q).split(/\s+/).filter(Boolean)
  if (words.length === 0) return <>{text}</>
  const hits = places(text, words)
  let at = 0
  const out = hits.flatMap(([a, b], i) => { const piece = [text.slice(at, a), <mark key={i}>{text.slice(a, b)}</mark>]; at = b; return piece })
  return <>{out}{text.slice(at)}</>
}

// The words of the front end without a browser: t('日本語', 'English') keeps both dictionaries side by side, so every call must have both, each in its
// own language, and nothing that a person reads stands outside of one. The labels of meta come from the running program.
import { inBrowser, that } from './kaname.mjs'
import { trees } from './source.mjs'

const japanese = /[\u3040-\u30ff\u3400-\u9fff\uff01-\uff9f]/, letters = /[A-Za-z]{2}/
/* The same in both languages, on purpose. */
const equal = new Set(['CSV', 'ja', 'en', 'kW'])
/* One language has nothing to say here: units and punctuation that the other does not write. */
const silent = new Set(['件|', '、|, ', '。|.', '：|: ', '・|, ', '・|- ', '〜| to ', '　| · ', '・| · ', '・|・'])
/* Japanese that belongs to both: the switch of language, how people write numbers and eras, what is kept for the API. */
const open = new Set(['日本語', '日本語に切り替える', '〜', '－', '？', '●', '×', '件'])
const files = trees()

const text = node => node?.type === 'Literal' && typeof node.value === 'string' ? node.value : node?.type === 'TemplateLiteral' ? node.quasis.map(q => q.value.cooked).join('□')
  : node?.type === 'ConditionalExpression' ? text(node.consequent) : null
/* Every node with its parents. */
function* nodes(node, above = []) {
  if (!node || typeof node.type !== 'string') return
  yield [node, above]
  for (const v of Object.values(node)) for (const x of Array.isArray(v) ? v : [v]) if (x && typeof x === 'object' && typeof x.type === 'string') yield* nodes(x, [...above, node])
}
const line = (f, node) => `${f.name}:${f.text.slice(0, node.start).split('\n').length}`
/* t(…), { ja, en } and pairs [ja, en, …] are places for words; so is what reads them. */
const pair = n => (n.type === 'CallExpression' && n.callee.name === 't') || (n.type === 'ObjectExpression' && n.properties.some(p => p.key?.name === 'ja')) || (n.type === 'ArrayExpression' && n.elements.some(x => japanese.test(text(x) ?? '')) && n.elements.some(x => text(x) !== null && !japanese.test(text(x))))
  || (n.type === 'ConditionalExpression' && /lang\(\)|\bl ===|\bx ===/.test(JSON.stringify([n.test.left?.callee?.name && 'lang()', n.test.left?.name && `${n.test.left.name} ===`])))

let calls = 0
for (const f of files) {
  for (const [n, above] of nodes(f.tree)) {
    if (n.type === 'CallExpression' && n.callee.name === 't' && f.name !== 'src/i18n.ts') {
      calls++
      const [ja, en] = n.arguments.map(text)
      that(n.arguments.length === 2, `${line(f, n)}: both languages`, String(n.arguments.length))
      if (ja === null || en === null || ja === undefined || en === undefined) continue
      const said = `${ja}|${en}`
      if (silent.has(said) || equal.has(ja)) continue
      that(ja.trim() !== '' && (en.trim() !== '' || silent.has(said)), `${line(f, n)}: no language is empty`, said)
      that(ja !== en, `${line(f, n)}: translated`, said)
      if (open.has(en) || open.has(ja) || ja === 'Switch to English') continue
      that(!japanese.test(en), `${line(f, n)}: the English is English`, said)
      that(japanese.test(ja) || !letters.test(ja.replaceAll('□', '')), `${line(f, n)}: the Japanese is Japanese`, said)
    }
    const s = n.type === 'JSXText' ? n.value.replace(/&\w+;/g, '') : n.type === 'Literal' && typeof n.value === 'string' ? n.value : n.type === 'TemplateElement' ? n.value.cooked : null
    if (s === null || open.has(s.trim())) continue
    if (japanese.test(s) && !above.some(pair) && !['src/dates.ts', 'src/ui/figures.ts'].includes(f.name)) {
      const regular = above.at(-1)?.type === 'CallExpression' && ['split', 'replace', 'normalize'].includes(above.at(-1).callee.property?.name)
      const scale = above.some(x => x.type === 'ObjectExpression' && x.properties.every(p => japanese.test(p.key?.name ?? p.key?.value ?? ''))) // units that are read: 万, 億
      const money = above.some(x => x.type === 'VariableDeclarator' && /readNumber|sayYen/.test(x.id.name)) || above.some(x => x.type === 'FunctionDeclaration' && /sayYen|sayDay|template/.test(x.id?.name ?? ''))
      that(regular || scale || money, `${line(f, n)}: Japanese outside of t()`, s.trim().slice(0, 80))
    }
    if (n.type === 'JSXText' && letters.test(s) && !above.some(x => x.type === 'JSXElement' && ['code', 'kbd', 'pre'].includes(x.openingElement.name.name))) that(false, `${line(f, n)}: words outside of t()`, s.trim())
    if (n.type === 'JSXAttribute' && ['aria-label', 'title', 'placeholder', 'alt'].includes(n.name.name) && n.value?.type === 'Literal' && letters.test(n.value.value)) that(false, `${line(f, n)}: a label outside of t()`, n.value.value)
  }
}
that(calls > 500, 'the calls were found', String(calls))

/* What the server calls things: meta, with everything in both languages. */
const same = new Set(['ID', 'URL', 'TLP', 'CISO'])
await inBrowser(async ({ org, page, base, secret }) => {
  await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
  await page.getByRole('main').getByRole('button').click()
  await page.locator('#f-new').waitFor()
  const answers = await page.evaluate(async org => Promise.all([`/api/meta?org=${org}`, '/api/packs'].map(async x => (await fetch(x)).json())), org)
  let labels = 0
  const walk = (v, at) => {
    if (!v || typeof v !== 'object') return
    if (typeof v.ja === 'string') {
      labels++
      that(typeof v.en === 'string' && v.en !== '' && v.ja !== '', `${at}: both languages`, JSON.stringify(v))
      that(same.has(v.ja) || v.ja !== v.en || !letters.test(v.ja), `${at}: translated`, JSON.stringify(v))
      that(!japanese.test(v.en ?? ''), `${at}: the English is English`, v.en)
      return
    }
    for (const [k, x] of Object.entries(v)) walk(x, `${at}/${x?.name ?? x?.code ?? k}`)
  }
  walk(answers, 'server')
  that(labels > 200, 'the labels were found', String(labels))
}, { sample: false })

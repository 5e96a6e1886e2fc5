// Every page of the front end, in Japanese and in English, at 390 and 1366 px, on the sample organisation. The list comes from the route table of the
// program (web/src/routes.ts) and from meta: an address that nobody visits fails. Each state of a page is looked at:
// axe, sideways scroll, one h1, the title, sizes of targets, text that is in the wrong language or was never meant for people; and walked by Tab.
// ONLY=word visits the states whose name contains it (coverage is then not asked for). SHOTS=dir keeps pictures.
import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { axeFinds, becomes, book, counted, focused, inBrowser, spoiled, that } from './kaname.mjs'
import { modules } from './source.mjs'

const password = '川を渡る長い合言葉 2026', only = process.env.ONLY, shots = process.env.SHOTS
const widths = [1366, 390]
const { addresses, pageAt } = await modules('/src/routes.ts')

/* --- what is known of the data, so that words of records are told from words of the program --------------------------------- */

/** Values of the answers of one page. `skip`: fields that the program computes are its own words, not data. */
function known(skip, lang) {
  const values = new Set()
  const put = s => { for (const x of [s, ...s.split('\n')]) if (x.trim().length > 0) values.add(x.trim()) }
  const take = (v, key) => {
    if (typeof v === 'string') { if (!skip.has(key)) put(v) }
    else if (Array.isArray(v)) v.forEach(x => take(x, key))
    else if (v && typeof v === 'object') {
      if (typeof v.ja === 'string' && 'en' in v) put(lang === 'en' ? v.en || v.ja : v.ja)
      else for (const [k, x] of Object.entries(v)) { take(x, k); if (/[^\x20-\x7e]/.test(k)) put(k) }
    }
  }
  return { values, take, put }
}
const japanese = /[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]/
/* Latin words that a Japanese page may show. */
const latin = new Set(`API CSV GraphML LPWA IoT MVNO SNS SMS Excel JSON PDF QR JST KB MB UTF Shift_JIS xlsx Enter Esc Authorization Bearer CISO kW SHA IP ID VPN OS ISO IEC Ctrl https`.split(' '))
/* Nothing that a program says to itself. */
const inner = /\bundefined\b|\[object \w+\]|\bNaN\b|\bnull\b|\bInfinity\b|urn:kaname|\b[a-z]+_[a-z_]+\b|\{\w*\}|\$\{/

/** What is left of a text when the values of records are taken out: longest first. */
function rest(text, values) {
  if (values.has(text)) return ''
  let left = text.replace(/\b[a-z]+@\d[\w.]*#[0-9a-f]{12}/g, ' ').replace(/(?<![\u3040-\u30ff\u3400-\u9fff])[\u3040-\u30ff\u3400-\u9fff](?![\u3040-\u30ff\u3400-\u9fff])/g, x => values.has(x) ? ' ' : x)
  for (const v of [...values].filter(x => x.length > 1 && text.includes(x)).sort((a, b) => b.length - a.length)) left = left.replaceAll(v, ' ')
  return left
}

/* --- what is read off a page ------------------------------------------------------------------------------------------------- */

/* Runs in the page. */
function facts() {
  const lang = document.documentElement.lang
  const shown = el => el.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && el.getClientRects().length > 0
  const top = [...document.querySelectorAll('dialog[open]')].pop() ?? document.body
  const strings = new Map()
  const add = (s, where) => { const x = s.replace(/\s+/g, ' ').trim(); if (x && !strings.has(x)) strings.set(x, where.outerHTML.slice(0, 140)) }
  const foreign = el => { const own = el.closest('[lang]'); return (own && own.lang !== lang) || el.closest('script,style,code,pre,kbd') }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    let el = walk.currentNode.parentElement
    if (!el || foreign(el)) continue
    const option = el.closest('option,optgroup')
    if (!(option ? shown(option.closest('select')) : shown(el))) continue
    /* marked parts belong to the text around them */
    const piece = el.closest('mark,ins,del') ?? (el.querySelector(':scope > mark, :scope > ins, :scope > del') ? el : null)
    if (piece) { el = piece === el && !piece.matches('mark,ins,del') ? el : piece.parentElement; add(el.textContent, el) }
    else add(walk.currentNode.textContent, el)
  }
  for (const el of document.querySelectorAll('[aria-label],[title],[alt],[placeholder],[data-label]')) if (!foreign(el) && shown(el)) for (const a of ['aria-label', 'title', 'alt', 'placeholder', 'data-label']) if (el.getAttribute(a)) add(el.getAttribute(a), el)
  const h1 = [...document.querySelectorAll('h1')].filter(shown)
  const own = el => [...el.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent).join('').trim()
  /* a control is as large as itself and its label together */
  const small = []
  for (const el of top.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')) {
    if (!shown(el) || el.matches('.skip,.vh:not(.file-input)') || el.tabIndex < 0) continue
    const boxes = [el, ...(el.labels ?? [])].filter(shown).map(x => x.getBoundingClientRect()).filter(r => r.width > 1)
    const width = Math.max(...boxes.map(r => r.right)) - Math.min(...boxes.map(r => r.left)), height = Math.max(...boxes.map(r => r.bottom)) - Math.min(...boxes.map(r => r.top))
    const act = el.matches('.btn,button[type=submit],.side-item') || el.matches('.file-input')
    const least = innerWidth < 992 && act ? 44 : 24
    if (height < least - 0.5 || width < 24 - 0.5) small.push(`${Math.round(width)}×${Math.round(height)} (${least}) ${el.outerHTML.slice(0, 120)}`)
  }
  return { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, title: document.title, h1: h1.map(own), strings: [...strings], small, alert: !!document.querySelector('main [role=alert] p'),
    lost: [...document.querySelectorAll('[tabindex]')].filter(x => x.tabIndex > 0).map(x => x.outerHTML.slice(0, 100)) }
}

/* Runs in the page: watches where Tab leads, whether it can be seen there, and whether something lies on it. */
function watchFocus() {
  const seen = new Map(), covered = [], unseen = []
  const visible = el => { const at = el.matches('.file-input') ? el.nextElementSibling : el; const s = getComputedStyle(at); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none' }
  const into = e => { seen.set(e.target, true); if (e.target !== document.body && e.target.id !== 'main' && !visible(e.target)) unseen.push(e.target.outerHTML.slice(0, 140)) }
  const out = e => {
    const el = e.target
    if (el.matches('.vh,.skip') || el.id === 'main' || !el.isConnected) return
    const r = el.getClientRects()[0]
    if (!r || r.width < 2) return
    const x = Math.min(Math.max(r.left + r.width / 2, 1), innerWidth - 2), y = Math.min(Math.max(r.top + r.height / 2, 1), innerHeight - 2)
    const hit = document.elementFromPoint(x, y)
    if (!hit || !(el.contains(hit) || hit.contains(el) || [...(el.labels ?? [])].some(l => l.contains(hit)))) covered.push(`${el.outerHTML.slice(0, 120)} lies under ${hit?.outerHTML.slice(0, 80)} at ${Math.round(y)}`)
  }
  addEventListener('focusin', into); addEventListener('focusout', out)
  const top = [...document.querySelectorAll('dialog[open]')].pop() ?? document.body
  const radios = new Set()
  const want = [...top.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')].filter(el => {
    if (el.tabIndex < 0 || el.disabled || !el.checkVisibility({ visibilityProperty: true })) return false
    if (el.closest('details:not([open])') && !el.matches('summary')) return false
    if (el.type === 'radio' && el.name) { if (radios.has(el.name)) return false; radios.add(el.name) }
    return true
  })
  window.focusWatch = { end() {
    removeEventListener('focusin', into); removeEventListener('focusout', out)
    const hit = el => seen.has(el) || (el.type === 'radio' && [...seen.keys()].some(x => x.name === el.name && x.type === 'radio'))
    return { missed: want.filter(el => el.isConnected && !hit(el)).map(el => el.outerHTML.slice(0, 140)), covered, unseen, outside: top === document.body ? [] : [...seen.keys()].filter(x => x !== document.body && !top.contains(x)).map(x => x.outerHTML.slice(0, 140)) }
  } }
  return want.length
}

/* Runs in the page before it: keeps what the server answered (the inspector drops the answers to uploads). */
function keepAnswers() {
  if (window.answers) return
  window.answers = []
  const ask = window.fetch
  window.fetch = async (...of) => {
    const r = await ask(...of)
    if (r.ok && !/\/api\/meta/.test(r.url) && (r.headers.get('content-type') ?? '').includes('json')) { const copy = r.clone(); copy.json().then(j => window.answers.push(j), () => {}) }
    return r
  }
}

/* --- one reader's browser ------------------------------------------------------------------------------------------------------ */

function reader(tools, lang, meta, base, org) {
  const { page } = tools, main = page.getByRole('main'), dialog = page.getByRole('dialog')
  const w = (ja, en) => lang === 'ja' ? ja : en
  const skip = new Set([...meta.resources.flatMap(r => r.fields.filter(f => f.derived && (f.kind === 'text' || f.kind === 'long')).map(f => f.name)), 'csrf'])
  const data = known(skip, lang)
  const visited = new Set(), titles = new Map()
  const ready = page.addInitScript(keepAnswers)
  const settle = async () => {
    await ready
    await tools.settle()
    for (const j of await page.evaluate(() => window.answers?.splice(0) ?? [])) data.take(j, '')
  }
  const parts = () => decodeURI(new URL(page.url()).hash.slice(1).split('?')[0]).split('/').filter(Boolean)
  const pattern = () => { const p = parts(); return ['login', 'first', 'account'].includes(p[0]) ? p[0] : pageAt({ parts: p.slice(1), resources: meta.resources })?.pattern }

  const look = async (name, { tab = false, error = false, print = false } = {}) => {
    const called = `${name} (${lang})`
    await settle()
    visited.add(pattern())
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      const f = await page.evaluate(facts)
      const at = `${called} at ${width}`
      that(f.wide <= 0, `${at}: sideways scroll`, `${f.wide} px`)
      that(f.h1.length === 1 && f.h1[0] !== '', `${at}: one h1`, f.h1.join(' | '))
      const title = `${f.h1[0]} ${w('かなめ', 'Kaname')}`
      that(f.title === title || (f.alert && f.title === w('エラー：', 'Error: ') + title), `${at}: the title is the h1`, `${f.title} / ${f.h1[0]}`)
      if (error) that(f.title.startsWith(w('エラー：', 'Error: ')), `${at}: the title says that there is an error`, f.title)
      that(f.small.length === 0, `${at}: targets`, `${f.small.length}\n  ` + f.small.slice(0, 6).join('\n  '))
      that(f.lost.length === 0, `${at}: no positive tabindex`, f.lost.join('\n'))
      const foreign = [], raw = []
      for (const [s, where] of f.strings) {
        const left = (lang === 'en' ? japanese : /[A-Za-z]{2}/).test(s) || inner.test(s) ? rest(s, data.values) : ''
        if (inner.test(left)) raw.push(`${s.slice(0, 80)}  ${where}`)
        const bad = lang === 'en' ? japanese.test(left) : (left.match(/[A-Za-z][A-Za-z_]+/g) ?? []).some(x => !latin.has(x))
        if (bad) foreign.push(`${s.slice(0, 100)}  ← ${where}`)
      }
      that(raw.length === 0, `${at}: no words of the machine`, raw.slice(0, 5).join('\n  '))
      that(foreign.length === 0, `${at}: only ${w('日本語', 'English')}`, `${foreign.length}\n  ` + foreign.slice(0, 8).join('\n  '))
      const found = await axeFinds(page)
      that(found === '', `${at}: axe`, found)
      if (shots) await page.screenshot({ path: join(shots, `${name}-${lang}-${width}.png`), fullPage: true })
      if (tab && width === 1366) { await tabs(called); await settle() } // Tab may have opened a list of suggestions
    }
    await page.setViewportSize({ width: 1366, height: 900 })
    if (print) await paper(called, name)
    const h1 = await page.locator('h1').first().innerText()
    titles.set(pattern(), h1)
  }
  /* Tab from where the focus is, once around. */
  const tabs = async called => {
    const n = await page.evaluate(watchFocus)
    for (let i = 0; i < n + 6; i++) await page.keyboard.press('Tab')
    const { missed, covered, unseen, outside } = await page.evaluate(() => window.focusWatch.end())
    that(missed.length === 0, `${called}: Tab reaches every control`, `${missed.length} of ${n}\n  ` + missed.slice(0, 4).join('\n  '))
    that(unseen.length === 0, `${called}: the focus is seen`, unseen.slice(0, 4).join('\n  '))
    that(covered.length === 0, `${called}: nothing lies on the focus`, covered.slice(0, 4).join('\n  '))
    that(outside.length === 0, `${called}: the dialog keeps the focus`, outside.slice(0, 4).join('\n  '))
  }
  /* On paper: no controls, the heading, nothing cut off at the right. */
  const paper = async (called, name) => {
    await page.emulateMedia({ media: 'print', reducedMotion: 'reduce' })
    await page.setViewportSize({ width: await page.locator('.print-wide').count() ? 1030 : 680, height: 960 })
    const f = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth - innerWidth, h1: [...document.querySelectorAll('h1')].filter(x => x.checkVisibility()).length,
      controls: [...document.querySelectorAll('button,.btn,input,textarea,nav,header')].filter(x => x.checkVisibility() && x.getClientRects().length && !x.matches('.vh')).map(x => x.outerHTML.slice(0, 100)) }))
    that(f.wide <= 0, `${called} on paper: nothing is cut off`, `${f.wide} px`)
    that(f.h1 === 1, `${called} on paper: its heading`)
    that(f.controls.length === 0, `${called} on paper: no controls`, f.controls.slice(0, 4).join('\n  '))
    if (shots) await page.screenshot({ path: join(shots, `${name}-${lang}-paper.png`), fullPage: true })
    await page.emulateMedia({ media: null, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 1366, height: 900 })
  }
  const go = async (path, of = org) => { await page.goto(`${base}#${path.startsWith('//') ? path.slice(1) : `/${of}${path}`}`); await page.locator('h1').first().waitFor(); await settle() }
  /* A control opened by keyboard: the focus goes in, Escape brings it back. */
  const opens = async (name, control, { then } = {}) => {
    await control.focus()
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await becomes(() => page.evaluate(() => !!document.activeElement?.closest('dialog')), true, `${name} (${lang}): the focus goes into it`)
    await look(name, { tab: true })
    if (then) await then()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focused(page, control, `${name} (${lang}): Escape gives the focus back`)
  }
  const visit = async (name, work) => {
    if (only && !name.includes(only)) return
    try { await work(name) } catch (e) { that(false, `${name} (${lang}): the visit`, String(e.stack).split('\n').slice(0, 6).join('\n  ')); if (shots) await page.screenshot({ path: join(shots, `broken-${name}-${lang}.png`) }).catch(() => {}) }
    await page.keyboard.press('Escape').catch(() => {})
    await page.setViewportSize({ width: 1366, height: 900 })
  }
  /* The one-time link, a password, and in. */
  const enter = async (link, each = async () => {}) => {
    await page.addInitScript(l => localStorage.setItem('lang', l), lang)
    await page.goto(`${base}#/login?link=${encodeURIComponent(link)}`)
    await main.getByRole('button', { name: w('ログイン', 'Log in') }).waitFor()
    await each('login-link')
    await main.getByRole('button', { name: w('ログイン', 'Log in') }).click()
    await page.locator('#f-new').waitFor()
    await each('first')
    await page.locator('#f-new').fill(password)
    await page.locator('form [type=submit]').last().click()
    await page.locator('#password').waitFor()
    await each('login-set')
    await page.locator('#password').fill(password)
    await page.getByRole('main').locator('[type=submit]').click()
    await page.getByRole('heading', { level: 1, name: w('ホーム', 'Home') }).waitFor()
    await settle()
  }
  return { page, main, dialog, w, lang, data, visited, titles, settle, look, go, opens, visit, enter, tools }
}

/* --- records to look at -------------------------------------------------------------------------------------------------------- */

const api = page => async (method, path, data, headers = {}) => {
  const r = await page.evaluate(async ([method, path, data, headers]) => {
    const s = await (await fetch('/api/session')).json()
    const r = await fetch(path, { method, body: data === undefined ? undefined : JSON.stringify(data), headers: { 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID(), 'Content-Type': 'application/json', ...headers } })
    return { status: r.status, json: await r.json().catch(() => null) }
  }, [method, path, data, headers])
  if (r.status >= 400) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(r.json).slice(0, 400)}`)
  return r.json
}

/** One record at least in every register, each with a second version; criteria and plans in their states; an organisation without anything. */
async function prepare(ask, theirs, org, meta) {
  const at = r => `/api/orgs/${org}/${r.path}`
  const first = {}
  const list = async r => (await ask('GET', `${at(r)}?limit=1`)).items[0]
  const make = (r, day) => ask('POST', at(r), Object.fromEntries(r.fields.filter(f => !f.readonly && !f.derived && !f.locked && f.target !== 'file' && !(r.name === 'figure_set' && f.name === 'restatement' /* nothing is restated */) && !(r.name === 'dependency' && ['service', 'some', 'on_assets'].includes(f.name) /* one thing relies on others, not on itself */)).map(f => [f.name, value(f, day)]).filter(([, v]) => v !== undefined)))
  const value = (f, day) => f.kind === 'date' ? day : f.kind === 'instant' ? new Date(Math.floor(Date.now() / 60e3 - 60) * 60e3).toISOString() : f.name === 'operator_class' ? undefined : f.kind === 'choice' ? f.choices[0].code : f.kind === 'bool' ? true : f.kind === 'int' || f.kind === 'money' ? f.min ?? 1
    : f.kind === 'ref' ? first[f.target]?.id : f.kind === 'refs' ? [first[f.target]?.id].filter(Boolean) : f.kind === 'list' ? [] : '試しの値'
  for (const r of meta.resources) first[r.name] = await list(r)
  const [criteria, plans, risks] = ['criteria-sets', 'plans', 'risks'].map(p => meta.resources.find(r => r.path === p))
  /* Duties come of an incident that must be reported, a moment after it was written down. */
  const ago = hours => new Date(Math.floor(Date.now() / 60e3) * 60e3 - hours * 3600e3).toISOString()
  first.incident = await ask('POST', `/api/orgs/${org}/incidents`, { title: 'データ通信の停止', operator_class: 'telecom.carrier', occurred_at: ago(5), known_at: ago(5), segments: [{ kind: 'stopped', class: 'other', from: ago(5), to: ago(3), value: 42000 }],
    facts: [['service_class', 'other'], ['cause.facility_failure', 'own'], ['service.only_additional_function', 'false']].map(([fact, is]) => ({ fact, is })) })
  const duties = meta.resources.find(r => r.name === 'duty')
  for (let i = 0; i < 200 && duties && !first.duty; i++) { first.duty = await list(duties); await new Promise(ok => setTimeout(ok, 100)) }
  for (const r of meta.resources) if (!first[r.name] && r !== criteria && r !== plans)
    first[r.name] = await make(r, '2027-03-31').catch(() => make(r, '2026-04-01')) // some days lie ahead, others have been
  for (const r of meta.resources.filter(x => first[x.name])) {
    const title = r.fields.find(f => f.title).name, rec = first[r.name]
    if (r === duties) {
      const told = { means: 'telephone', at: ago(1), made_to: '窓口', spoke_with: '試しの値', call_record: '経過を伝えた', without_approval: '夜間のため' }
      first.duty = await ask('POST', `${at(r)}/${rec.id}/make`, told, { 'If-Match': `"${rec.version}"` })
      continue
    }
    first[r.name] = await ask('PATCH', `${at(r)}/${rec.id}`, { [title]: `${rec[title]}（改）`, ...Object.fromEntries(r.fields.filter(f => f.personal && f.kind === 'text' && !f.title && !rec[f.name]).map(f => [f.name, '試しの値'])) }, { 'If-Match': `"${rec.version}"`, 'X-Reason': encodeURIComponent('名前を改めたため') })
  }
  const steps = ['小', '中', '大'].map((name, i) => ({ level: i + 1, name, description: `${name}の目安` })), three = [1, 2, 3]
  const set = title => ask('POST', at(criteria), { title, impacts: steps, likelihoods: steps, cells: three.flatMap(i => three.map(l => ({ impact: i, likelihood: l, level: Math.max(1, i + l - 3), accepted: i + l < 4 }))), review_on: '2027-11-30' })
  const act = async (who, url, name, body) => { const rec = await ask('GET', url); return who('POST', `${url}/${name}`, body, { 'If-Match': `"${rec.version}"` }) }
  const decided = { post: '市長', minutes: '庁議 第12号', date: '2026-11-20' }
  const approved = `${at(criteria)}/${(await set('令和8年度の基準')).id}`
  await act(ask, approved, 'submit', {})
  await act(theirs, approved, 'approve', decided)
  const waits = `${at(criteria)}/${(await set('基準の改定案')).id}`
  await act(ask, waits, 'submit', {})
  const draftSet = await set('基準の下書き')
  const items = (await ask('GET', `${at(risks)}?limit=20`)).items, unit = first.unit.id
  const judge = (r, body) => ask('PATCH', `${at(risks)}/${r.id}`, body, { 'If-Match': `"${r.version}"`, 'X-Reason': encodeURIComponent('実績による') })
  await judge(await ask('GET', `${at(risks)}/${items[1].id}`), { judgement: 'accept', judged_by: '市長', judgement_reason: '影響が小さい', option: 'retain', option_grounds: '監視で足りる' })
  await judge(await ask('GET', `${at(risks)}/${items[2].id}`), { impact: { from: 1, to: 3 } })
  await judge(await ask('GET', `${at(risks)}/${items[3].id}`), { likelihood: { unknown: 'not_asked' } })
  const plan = (title, more) => ask('POST', at(plans), { title, purpose: '止めない。', measures: [{ risk: items[0].id, title: '多要素認証を入れる', kind: 'prevention', owner: unit, due: '2027-03-31', cost: { from: 1000000, to: 62000000 }, residual_impact: 1, residual_likelihood: 1 }], accepted: [{ risk: items[4].id, reason: '監視で足りる' }], ...more })
  const done = await plan('承認された計画'), waiting = await plan('決裁を待つ計画'), draft = await plan('下書きの計画', { measures: [{ risk: items[0].id, title: '期限のない対策', kind: 'prevention' }] })
  for (const p of [done, waiting]) await act(ask, `${at(plans)}/${p.id}`, 'submit', {})
  await act(theirs, `${at(plans)}/${done.id}`, 'approve', decided)
  const empty = (await ask('POST', '/api/orgs', { name: '空の組織', kind: 'operator', parent: org })).id
  return { first, risks: items, criteria: { approved: approved.split('/').pop(), waits: waits.split('/').pop(), draft: draftSet.id }, plans: { done: done.id, waiting: waiting.id, draft: draft.id }, empty }
}

const digits = secret => { // RFC 6238: the test is the phone
  const bits = [...secret.replace(/[\s=]/g, '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const time = Buffer.alloc(8); time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)))
  const h = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))).update(time).digest(), o = h[19] & 15
  return String((h.readUInt32BE(o) & 0x7fffffff) % 1e6).padStart(6, '0')
}

/* --- the walk ------------------------------------------------------------------------------------------------------------------ */

async function walk(me, { newPage, base, org, run, dir, meta, made }) {
  const { page, main, dialog, w, lang, look, go, opens, visit, settle, data } = me
  const button = name => main.getByRole('button', { name, exact: true }), link = name => main.getByRole('link', { name, exact: true })
  const save = () => main.locator('form [type=submit]').last()

  await visit('home', async n => { await go(''); await look(n, { tab: true, print: true }) })
  await visit('skip-link', async n => {
    await go('')
    const here = page.url()
    await page.locator('.skip').focus()
    that(await page.evaluate(() => document.querySelector('a,button,input') === document.activeElement && document.activeElement.getBoundingClientRect().left >= 0), `${n} (${lang}): the first control, seen when it has the focus`)
    await page.keyboard.press('Enter')
    await focused(page, 'main', `${n} (${lang}): leads to the page`)
    that(page.url() === here, `${n} (${lang}): the address stays`, page.url())
  })
  await visit('first-run', async n => { await go('', made.empty); await look(n, { tab: true }) })
  for (const path of ['/matrix', '/criteria-sets', '/plans', '/issues', '/log']) await visit(`first-run${path.replace('/', '-')}`, async n => { await go(path, made.empty); await look(n) })

  /* every register as meta has it */
  for (const [i, r] of meta.resources.entries()) {
    const path = `/${r.path}`, tab = i === 0 || ['risks', 'plans', 'criteria-sets'].includes(r.path)
    await visit(`${r.path}-list`, async n => { await go(path); await look(n, { tab, print: i === 0 }) })
    const create = r.can.includes('create')
    if (create) await visit(`${r.path}-new`, async n => { await go(`${path}/new`); await look(n, { tab }) })
    if (create) await visit(`${r.path}-mistakes`, async n => {
      await go(`${path}/new`)
      for (const f of r.fields.filter(f => f.kind === 'date' && !f.readonly && !f.derived && !f.locked)) if (await page.locator(`#f-${f.name}`).count()) await page.locator(`#f-${f.name}`).fill(w('いつか', 'some day'))
      if (r.path === 'criteria-sets') await page.locator('#f-title').fill('')
      await save().click()
      await page.getByRole('alert').first().waitFor()
      await look(n, { error: true })
      await counted(page.locator('[aria-invalid=true]'), n => n > 0, `${n} (${lang}): a field is marked`)
      await link(w('やめる', 'Cancel')).click()
    })
    if (create && r.receives) await visit(`${r.path}-receive`, async n => {
      data.put('broken.json'); data.put('report'); data.put('incident')
      await go(`${path}/receive`)
      await look(n, { tab: true })
      await page.locator('#file').setInputFiles({ name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"kaname-report/1"}') })
      await page.getByRole('alert').waitFor()
      await look(`${n}-mistakes`, { error: true, tab: true })
    })
    const id = made.first[r.name]?.id ?? (r.path === 'plans' ? made.plans.done : made.criteria.approved)
    await visit(`${r.path}-record`, async n => { await go(`${path}/${id}`); await look(n, { tab, print: true }) })
    await visit(`${r.path}-diff`, async n => {
      await go(`${path}/${id}`)
      await main.locator('[aria-expanded=false]', { hasText: w('差分', 'Changes') }).first().click()
      await main.locator('.diff-table').first().waitFor()
      for (const s of await main.locator('summary').all()) await s.click()
      await look(n, { tab: i === 0 })
    })
    await visit(`${r.path}-edit`, async n => { await go(`${path}/${r.path === 'plans' ? made.plans.draft : r.path === 'criteria-sets' ? made.criteria.draft : id}/edit`); await look(n, { tab: r.path === 'plans' }) })
    for (const a of (r.actions ?? []).filter(a => a.can)) await visit(`${r.path}-act-${a.name}`, async n => {
      await go(`${path}/${r.path === 'plans' ? made.plans.waiting : r.path === 'criteria-sets' ? made.criteria.waits : id}/act/${a.name}`)
      await look(n, { tab: i === 0 })
    })
    for (const x of (r.reports ?? []).filter(x => !x.document)) await visit(`${r.path}-report-${x.name}`, async n => { await go(`${path}/${x.of_record ? `${id}/` : ''}reports/${x.name}`); await look(n, { tab: true, print: true }) })
    if (r.fields.some(f => f.personal)) await visit(`${r.path}-dispose`, async n => {
      await go(`${path}/${id}/dispose`)
      await look(n, { tab: true })
      await save().click()
      await page.getByRole('alert').waitFor()
      await look(`${n}-mistakes`, { error: true })
      await main.getByRole('radio').first().check()
      await page.locator('#f-ground').fill('規程')
      data.put('規程')
      await save().click()
      await settle()
      await look(`${n}-check`, { tab: true })
    })
  }

  /* lists */
  await visit('list-condition', async n => {
    await go('/assets?kind=network&q=%E6%B0%B4')
    data.put('水')
    await button(w('条件を追加', 'Add a condition')).click()
    await page.locator('#c-field').selectOption({ index: 1 })
    await look(n, { tab: true })
  })
  await visit('list-columns', async n => { await go('/assets'); await main.getByRole('button', { name: w(/^列 /, /^Columns /) }).click(); await look(n, { tab: true }) })
  await visit('list-nothing', async n => { data.put('zzz'); await go('/assets?kind=network&q=zzz'); await look(n) })
  await visit('list-second', async n => { await go('/assets'); await link(w('次の50件', 'Next 50')).click(); await settle(); await look(n) })
  await visit('list-retired', async n => { await go('/assets?removed=1'); await look(n) })

  /* fields of a form in their other shapes */
  await visit('form-shapes', async n => {
    await go('/assets/new')
    await page.locator('#f-services').fill('水')
    await main.locator('[role=option]:visible').first().waitFor()
    await look(`${n}-suggestions`)
    await page.keyboard.press('ArrowDown'); await page.keyboard.press('Enter')
    for (const s of await main.locator(`select:has(option[value=range])`).all()) await s.selectOption('range')
    await main.locator(`select:has(option[value=range])`).first().selectOption('unknown')
    await page.locator('#f-review_on').fill(w('令和9年3月31日', '2027-03-31'))
    await look(n, { tab: true })
    await link(w('やめる', 'Cancel')).click()
  })
  await visit('form-draft', async n => {
    await go('/suppliers/new')
    await page.locator('#f-name').fill('下書き')
    await page.reload()
    await settle()
    await look(n)
    await button(w('下書きを捨てる', 'Drop the draft')).click()
  })
  await visit('form-suggest', async n => {
    await go('/risks/new')
    for (const s of await main.locator('summary').all()) await s.click()
    await look(n)
    await go('/risks')
  })
  await visit('record-saved', async n => {
    await go('/suppliers') // each language changes a record of its own: both walk at once
    const own = await main.locator('tbody tr').nth(w(0, 1)).getByRole('link').first().getAttribute('href')
    await go(`/suppliers/${own.split('/').pop()}/edit`)
    await page.locator('#f-provides').fill(w('日本語の側', 'the English side'))
    data.put(w('日本語の側', 'the English side'))
    await save().click()
    await main.locator('.status-line').waitFor()
    await look(n)
  })

  /* incidents */
  await visit('incidents-near-miss', async n => {
    await go('/incidents/near-miss')
    await look(n, { tab: true })
    await save().click()
    await page.getByRole('alert').waitFor()
    await look(`${n}-mistakes`, { error: true })
  })
  await visit('incidents-dialogs', async n => {
    await go(`/incidents/${made.first.incident.id}`)
    await opens(`${n}-begin`, button(w('影響を追加', 'Add')))
    const facts = main.locator('.fact-row button')
    for (const [i, kind] of [w('起きたこと', 'What happened'), w('影響を受けた利用者', 'Users'), w('設計の範囲内', 'Within the design'), w('停止した日', 'Suspended on')].entries()) await opens(`${n}-fact-${i}`, facts.filter({ hasText: kind }).first())
  })

  /* risks: matrix, acts, plans, approval */
  await visit('calibration', async n => {
    await go('/calibration'); await look(n, { tab: true })
    await button(w('答え合わせ', 'See the answers')).click()
    await page.getByRole('alert').first().waitFor()
    await look(`${n}-mistakes`, { error: true })
    for (const end of ['low', 'high']) for (let i = 0; i < 10; i++) await page.locator(`#f-${i}-${end}`).fill(end === 'low' ? '0' : '1000000')
    await button(w('答え合わせ', 'See the answers')).click()
    await main.getByText(w('十のうち10が入りました', '10 of 10 inside')).waitFor()
    await look(`${n}-answers`, { tab: true })
  })
  await visit('identify', async n => { await go('/identify'); await look(n); await go(`/identify?asset=${made.first.asset.id}`); await look(n, { tab: true }) })
  await visit('net', async n => { await go('/dependencies/graph', made.empty); await look(n); await go('/dependencies/graph'); await look(n, { tab: true }) })
  await visit('net-chosen', async n => { await go(`/dependencies/graph?node=${made.first.asset.number}`); for (const s of await main.locator('summary').all()) await s.click(); await look(n, { tab: true, print: true }) })
  await visit('matrix', async n => { await go('/matrix'); await look(n, { tab: true, print: true }) })
  await visit('matrix-cell', async n => { await go('/matrix?impact=3&likelihood=1'); for (const s of await main.locator('summary').all()) await s.click(); await look(n) })
  await visit('matrix-table', async n => { await go('/matrix?view=table&none=1'); await look(n) })
  await visit('group', async n => { await go('/group'); await look(n, { tab: true, print: true }) })
  await visit('matrix-pick', async n => {
    await go('/matrix?impact=3&likelihood=1')
    const cell = page.locator('[data-at="3-1"]')
    await cell.focus()
    await page.keyboard.press('m')
    await dialog.waitFor()
    await look(n, { tab: true })
    await dialog.getByRole('button').first().click()
    await page.locator('#f-reason').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focused(page, cell, `${n} (${lang}): the focus is back on the cell`)
  })
  const refused = name => async () => { await dialog.locator('[type=submit]').click(); await dialog.getByRole('alert').waitFor(); await look(`${name}-refused`, { error: true }) }
  const risk = `/risks/${made.risks[0].id}`
  await visit('dialog-move', async n => { await go('/matrix'); await opens(n, main.getByRole('button', { name: w(/^移す/, /^Move/) }).first(), { then: refused(n) }) })
  await visit('dialog-judge', async n => { await go(risk); await opens(n, main.getByRole('button', { name: w(/^判断を/, /judgement$|^Judge/) }).first(), { then: refused(n) }) })
  await visit('dialog-option', async n => {
    await go(risk)
    await opens(n, main.getByRole('button', { name: w(/対応を選ぶ|選び直す/, /option|Choose/) }).first(), { then: async () => { await page.locator('#f-option_grounds').fill(''); await refused(n)() } })
  })
  for (const [i, name] of [[1, 'judged'], [2, 'range'], [3, 'unknown']]) await visit(`risk-${name}`, async n => { await go(`/risks/${made.risks[i].id}`); for (const s of await main.locator('summary').all()) await s.click(); await look(n) })
  for (const [state, id] of Object.entries(made.criteria)) await visit(`criteria-${state}`, async n => { await go(`/criteria-sets/${id}`); await look(n, { tab: state === 'draft' }) })
  for (const [state, id] of Object.entries(made.plans)) {
    await visit(`plan-${state}`, async n => { await go(`/plans/${id}`); await look(n, { tab: state === 'draft' }) })
    await visit(`sheet-${state}`, async n => { await go(`/plans/${id}/approval`); await look(n, { print: true }) })
  }
  await visit('plan-form-mistakes', async n => {
    await go(`/plans/${made.plans.draft}/edit`)
    await page.locator('#f-title').fill('')
    await save().click()
    await page.getByRole('alert').waitFor()
    await look(n, { error: true })
  })

  /* search, palette, keys, drawer */
  await visit('search', async n => { data.put('サーバ'); await go('/search?q=%E3%82%B5%E3%83%BC%E3%83%90'); await main.locator('mark').first().waitFor(); await look(n, { tab: true }) })
  await visit('search-nothing', async n => { data.put('どこにもない'); await go('/search?q=%E3%81%A9%E3%81%93%E3%81%AB%E3%82%82%E3%81%AA%E3%81%84'); await look(n) })
  await visit('search-none', async n => { await go('/search'); await look(n) })
  await visit('palette', async n => {
    await go('')
    const opener = main.getByRole('link').first()
    await opener.focus()
    await page.keyboard.press('Control+k')
    await dialog.waitFor()
    await focused(page, 'palette', `${n} (${lang}): its field has the focus`)
    await look(n, { tab: true })
    await page.locator('#palette').fill('水')
    await settle()
    data.put('水')
    await look(`${n}-words`)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focused(page, opener, `${n} (${lang}): Escape gives the focus back`)
    await page.keyboard.press('?')
    await dialog.waitFor()
    await look('keys', { tab: true })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focused(page, opener, `keys (${lang}): Escape gives the focus back`)
  })
  await visit('drawer', async n => {
    await go('')
    await page.setViewportSize({ width: 390, height: 900 })
    const opener = page.getByRole('button', { name: w('メニュー', 'Menu') })
    await opener.focus()
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await settle()
    const f = await page.evaluate(facts)
    that(f.small.length === 0, `${n} (${lang}): targets`, f.small.slice(0, 6).join('\n  '))
    that(await axeFinds(page) === '', `${n} (${lang}): axe`, await axeFinds(page))
    if (shots) await page.screenshot({ path: join(shots, `drawer-${lang}.png`) })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await focused(page, opener, `${n} (${lang}): Escape gives the focus back`)
  })

  /* import, step by step, with a workbook */
  await visit('import', async n => {
    const bad = join(dir, lang, 'registers.xlsx')
    data.put('令和8年11月20日'); data.put('registers.xlsx'); data.put('R11.13.31'); data.put('無い設備')
    await go('/import')
    await look(`${n}-1-file`, { tab: true })
    await page.locator('#file').setInputFiles(bad)
    await main.getByRole('table').first().waitFor()
    await look(`${n}-2-columns`, { tab: true })
    await main.getByRole('combobox', { name: w('B列「情報資産名称」の項目', 'Field for column B, 情報資産名称') }).selectOption('')
    await page.getByRole('alert').waitFor()
    await look(`${n}-2-missing`)
    await main.getByRole('combobox', { name: w('B列「情報資産名称」の項目', 'Field for column B, 情報資産名称') }).selectOption('name')
    await button(w('試し取り込みへ進む', 'Go on to the trial')).click()
    await look(`${n}-3-trial`, { tab: true })
    await button(w('試し取り込み', 'Try the import')).click()
    await page.locator('#mistakes').waitFor()
    await look(`${n}-4-mistakes`, { tab: true })
    await page.locator('#file').setInputFiles(book)
    await button(w('試し取り込みへ進む', 'Go on to the trial')).click()
    await button(w('試し取り込み', 'Try the import')).click()
    await button(w('取り込む', 'Import')).waitFor()
    for (const s of await main.locator('summary').all()) await s.click()
    await look(`${n}-5-import`, { tab: true })
    /* one unit of its own, so that neither language disturbs the other's records */
    await go('/import')
    const units = meta.resources.find(r => r.name === 'unit')
    writeFileSync(join(dir, lang, 'units.csv'), `${units.fields.find(f => f.title).label.ja}\n夜間対応班${lang}\n`)
    data.put('units.csv'); data.put('units')
    await page.locator('#file').setInputFiles(join(dir, lang, 'units.csv'))
    await main.getByRole('table').or(main.locator('select')).first().waitFor()
    const register = main.locator('select').first()
    if (await register.inputValue() !== 'unit') await register.selectOption('unit')
    await button(w('試し取り込みへ進む', 'Go on to the trial')).click()
    await button(w('試し取り込み', 'Try the import')).click()
    await button(w('取り込む', 'Import')).click()
    await main.getByRole('heading', { name: w('取り込みました', 'Imported'), exact: true }).waitFor()
    await look(`${n}-6-done`, { tab: true })
    await button(w('別のファイルを取り込む', 'Import another file')).click()
    await page.locator('#file').setInputFiles({ name: 'not.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\x03\x04 no workbook') })
    data.put('not.xlsx')
    await page.getByRole('alert').waitFor()
    await look(`${n}-broken-file`, { error: true })
  })

  /* history, packs, people, settings, account */
  await visit('log', async n => {
    await go('/log')
    await main.locator('[aria-expanded=false]').first().click()
    await settle()
    for (const s of await main.locator('summary').all()) await s.click()
    await look(n, { tab: true, print: true })
  })
  await visit('log-nothing', async n => { await go('/log?action=unit.restore'); await look(n) })
  await visit('packs', async n => { await go('/packs'); await look(n, { tab: true }) })
  for (const [i, k] of made.kinds.entries()) await visit(`pack-${k.kind}`, async n => { await go(`/packs/${k.pack}/${k.kind}`); for (const s of await main.locator('summary').all()) await s.click(); await look(n, { tab: i === 0 }) })
  await visit('pack-nothing', async n => { data.put('zzz'); await go(`/packs/${made.kinds[0].pack}/${made.kinds[0].kind}?q=zzz`); await look(n) })
  await visit('people', async n => { await go('/people'); await look(n, { tab: true }) })
  await visit('people-none', async n => { await go(`/people?role=${meta.all_roles[0].code}`); await look(n) })
  await visit('person-new', async n => {
    await go('/people/new')
    await look(n, { tab: true })
    await save().click()
    await page.getByRole('alert').waitFor()
    await look(`${n}-mistakes`, { error: true })
    await page.locator('#f-name').fill(`招かれた人${lang}`)
    await page.locator('#f-login').fill(`invited-${lang}`)
    await save().click()
    await main.locator('.once-secret').waitFor()
    await look(`${n}-link`, { tab: true })
  })
  await visit('person', async n => { await go('/people'); await main.getByRole('row', { name: new RegExp(`招かれた人${lang}`) }).getByRole('link').click(); await settle(); await look(n, { tab: true }) })
  for (const x of ['ja', 'en']) data.put(`https://kaname.invalid/${x}`) // the other language is at it as well
  await visit('webhooks-none', async n => { await go('/webhooks'); await look(n, { tab: true }) })
  await visit('webhook-new', async n => {
    await go('/webhooks/new')
    await look(n, { tab: true })
    await page.locator('#f-url').fill('http://example.jp/')
    data.put('http://example.jp/')
    for (const x of await main.getByRole('checkbox').all()) await x.uncheck()
    await save().click()
    await page.getByRole('alert').waitFor()
    await look(`${n}-mistakes`, { error: true })
    await page.locator('#f-url').fill(`https://kaname.invalid/${lang}`)
    for (const x of await main.getByRole('checkbox').all()) await x.check()
    await save().click()
    await main.locator('.once-secret').waitFor()
    await look(`${n}-secret`, { tab: true })
  })
  await visit('webhook', async n => {
    await go('/webhooks')
    await look(`${n}s`)
    await link(`https://kaname.invalid/${lang}`).click()
    await button(w('試しに送る', 'Send a test event')).click()
    await main.getByText(w('名前が引けません', 'name of the server is not known')).waitFor()
    await look(n, { tab: true })
    await button(w('秘密を作り直す', 'New secret')).click()
    await look(`${n}-asks`)
    await page.getByRole('dialog').getByRole('button').first().click()
    await main.locator('.once-secret').waitFor()
    await look(`${n}-new-secret`)
    await button(w('削除', 'Remove')).click()
    await page.getByRole('dialog').getByRole('button').first().click()
    await page.getByText(w('通知先を削除しました。', 'The webhook was removed.')).waitFor()
  })
  await visit('settings', async n => {
    await go('/settings')
    await look(n, { tab: true })
    if (!await button(w('組織を追加', 'Add an organisation')).count()) return
    await button(w('組織を追加', 'Add an organisation')).click()
    await save().click()
    await page.getByRole('alert').waitFor()
    await look(`${n}-mistakes`, { error: true })
  })
  await visit('account', async n => {
    data.put('Authorization: Bearer')
    await go('//account')
    await look(n, { tab: true })
    await page.locator('#f-old').fill('違う合言葉です 1234')
    await page.locator('#f-new').fill('短い')
    await main.locator('form [type=submit]').first().click()
    await page.getByRole('alert').waitFor()
    await look(`${n}-mistakes`, { error: true })
    await go('//account?again')
    await button(w('二段階認証を始める', 'Set it up')).click()
    await main.locator('.once-secret').waitFor()
    data.put(await main.locator('.once-secret').innerText())
    await look(`${n}-totp`, { tab: true })
    await button(w('やめる', 'Cancel')).click()
    await button(w('トークンを作る', 'Make a token')).click()
    await look(`${n}-token-form`, { tab: true })
    await page.locator('#f-label').fill(`夜間の書き出し${lang}`)
    await button(w('作る', 'Make')).click()
    await main.locator('.once-secret').waitFor()
    await look(`${n}-token`)
  })

  /* what is not there, and what breaks */
  await visit('not-found', async n => { await go('/nowhere'); await look(n, { tab: true }) })
  await visit('no-record', async n => { await go('/assets/00000000-0000-4000-8000-000000000000'); await look(n, { error: true }) })
  await visit('no-form', async n => { await go('/risks/00000000-0000-4000-8000-000000000000/edit'); await look(n, { error: true }) })
  await visit('no-person', async n => { await go('/people/00000000-0000-4000-8000-000000000000'); await look(n) })
  await visit('server-error', async n => {
    await page.route('**/api/orgs/*/contacts?*', r => r.abort())
    await go('/contacts')
    await main.getByRole('alert').waitFor()
    await look(n, { error: true })
    await page.unroute('**/api/orgs/*/contacts?*')
  })
  await visit('no-server', async n => {
    await page.route('**/api/session', r => r.abort())
    await page.goto(`${base}#/${org}/`)
    await page.reload()
    await main.getByRole('alert').waitFor()
    await look(n, { error: true })
    await page.unroute('**/api/session')
    await page.reload()
  })

  /* those who decide, and those who only read */
  const other = async (login, name, roles) => {
    const o = await newPage()
    const r = reader(o, lang, meta, base, org)
    await r.enter(/link=(\S+)/.exec(run('user', 'add', '--login', `${login}-${lang}`, '--name', name, '--roles', roles))[1])
    return r
  }
  if (!only || /chief|read|login/.test(only)) {
    const chief = await other('chief', '副市長', 'executive')
    await chief.visit('chief-home', async n => { await chief.go(''); await chief.look(n, { tab: true }) })
    await chief.visit('chief-sheet', async n => {
      await chief.go(`/plans/${made.plans.waiting}/approval`)
      await chief.look(n, { tab: true })
      await chief.opens('dialog-return', chief.main.getByRole('button', { name: w('差し戻す', 'Return'), exact: true }), { then: async () => { await chief.dialog.locator('[type=submit]').click(); await chief.dialog.getByRole('alert').waitFor(); await chief.look('dialog-return-refused', { error: true }) } })
      await chief.main.locator('#f-minutes').fill('')
      await chief.main.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
      await chief.main.getByRole('alert').first().waitFor()
      await chief.look(`${n}-mistakes`, { error: true })
    })
    await chief.visit('chief-criteria', async n => { await chief.go(`/criteria-sets/${made.criteria.waits}`); await chief.look(n, { tab: true }) })
    for (const x of chief.visited) me.visited.add(x)
    await chief.page.context().close()
    const auditor = await other('reader', '監査委員', 'auditor')
    await auditor.visit('reader-home', async n => { await auditor.go(''); await auditor.look(n) })
    await auditor.visit('reader-risk', async n => { await auditor.go(risk); await auditor.look(n) })
    await auditor.visit('reader-people', async n => { await auditor.go('/people'); await auditor.look(n) })
    await auditor.visit('reader-forbidden', async n => { await auditor.go('/people/new'); await auditor.look(n) })
    /* out, and in again with a second factor */
    await auditor.visit('login', async n => {
      await auditor.go('//account')
      await auditor.main.getByRole('button', { name: w('二段階認証を始める', 'Set it up') }).click()
      await auditor.page.locator('#f-code').fill('000000')
      await auditor.page.locator('#f-code').press('Enter')
      await auditor.page.getByRole('alert').waitFor()
      auditor.data.put(await auditor.main.locator('.once-secret').innerText())
      await auditor.look('totp-wrong', { error: true })
      await auditor.page.locator('#f-code').fill(digits(await auditor.main.locator('.once-secret').innerText()))
      await auditor.page.locator('#f-code').press('Enter')
      await auditor.main.locator('.once-lines').waitFor()
      await auditor.look('recovery', { tab: true, print: false })
      await auditor.page.getByRole('banner').getByRole('button', { name: w('ログアウト', 'Log out') }).click()
      await auditor.page.locator('#login').waitFor()
      await auditor.look(n, { tab: true })
      await auditor.page.locator('#login').fill(`reader-${lang}`)
      await auditor.page.locator('#password').fill('違う')
      await auditor.page.locator('#password').press('Enter')
      await auditor.page.getByRole('alert').waitFor()
      await auditor.look(`${n}-refused`, { error: true })
      await auditor.page.locator('#password').fill(password)
      await auditor.page.locator('#password').press('Enter')
      await auditor.page.locator('#code').waitFor()
      await auditor.look(`${n}-code`, { tab: true })
      await auditor.page.locator('#code').fill('000000')
      await auditor.page.locator('#code').press('Enter')
      await auditor.page.getByRole('alert').waitFor()
      await auditor.look(`${n}-code-refused`, { error: true })
    })
    await auditor.page.context().close()
  }
}

await inBrowser(async tools => {
  const { base, org, secret, run, newPage, dir } = tools
  for (const lang of ['ja', 'en']) { mkdirSync(join(dir, lang)); spoiled(join(dir, lang, 'registers.xlsx'), [['R11.3.31', 'R11.13.31'], ['監視制御ネットワーク、浄水場受変電設備', '監視制御ネットワーク、無い設備']]) }
  run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso,risk_manager')
  const second = /link=(\S+)/.exec(run('user', 'add', '--login', 'admin2', '--name', '二人目の管理者', '--roles', 'admin,ciso,risk_manager'))[1]
  const mayor = /link=(\S+)/.exec(run('user', 'add', '--login', 'mayor', '--name', '市長', '--roles', 'executive'))[1]
  const none = { resources: [] }
  const early = reader(await newPage(), 'ja', none, base, org)
  await early.enter(mayor)
  const pages = { ja: tools, en: await newPage({ locale: 'en-GB' }) }, links = { ja: secret, en: second }
  const enter = async lang => { const r = reader(pages[lang], lang, none, base, org); await r.enter(links[lang], n => only && !'login-link first login-set'.includes(only) ? undefined : r.look(n, { tab: true })); return r }
  const first = { ja: await enter('ja'), en: await enter('en') }
  const ask = api(pages.ja.page)
  const made = await prepare(ask, api(early.page), org, await ask('GET', `/api/meta?org=${org}`))
  const meta = await ask('GET', `/api/meta?org=${org}`)
  made.kinds = (await ask('GET', '/api/packs')).items.flatMap(p => p.kinds.map(k => ({ pack: p.code, kind: k.kind })))
  await early.page.context().close()
  const walks = await Promise.all(['ja', 'en'].map(async lang => {
    const me = reader(pages[lang], lang, meta, base, org)
    for (const x of first[lang].visited) me.visited.add(x)
    await pages[lang].page.reload()
    await walk(me, { newPage, base, org, run, dir, meta, made })
    return me
  }))
  if (!only) for (const me of walks) {
    const missed = addresses(meta.resources).filter(x => !me.visited.has(x))
    that(missed.length === 0, `${me.lang}: every address of the route table was visited`, missed.join(' '))
    that(new Set(me.titles.values()).size > me.titles.size / 2, `${me.lang}: pages have titles of their own`, [...me.titles.values()].join(' | '))
  }
  that(tools.strangers.length + pages.en.strangers.length === 0, 'nothing asked of another host', [...tools.strangers, ...pages.en.strangers].join('\n'))
  const said = [...tools.complaints, ...pages.en.complaints].filter(x => !/status of 4\d\d|ERR_FAILED/.test(x))
  that(said.length === 0, 'nothing refused by the CSP, no error in the console', said.join('\n'))
})

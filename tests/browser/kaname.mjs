// Shared by the browser tests: the real program on a fresh data file, Debian's Chromium, and what every page must keep:
// no axe violation and no sideways scroll at the widths, nothing refused by the CSP, nothing asked of another host.
// Needs build/kaname made with the front end inside, and npm ci in web/. SHOTS=dir keeps pictures, SLOW=6 lets the browser calculate six times slower: what only passes on a fast machine fails there.
import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const need = createRequire(join(root, 'web', 'package.json'))
const { chromium } = need('playwright-core')
const axe = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8')
const program = process.env.KANAME_PROGRAM ?? join(root, 'build', 'kaname')
const shots = process.env.SHOTS
export const slow = Number(process.env.SLOW ?? 1)
const password = '川を渡る長い合言葉 2026'
/** How long a page may take to show something, ms: a slow machine is no failure. */
const patience = 20_000

let passed = 0, failed = 0
export const that = (good, what, detail = '') => { if (good) passed++; else { failed++; console.log('FAILED', what, detail) } }

/** What `read` finds becomes what `good` wants (a value, or a test of it). A page may still be drawing when it is asked, so a single look says nothing; what must not be there is only worth asking after something of the new page was seen. */
export async function becomes(read, good, words) {
  const test = typeof good === 'function' ? good : x => x === good
  const end = Date.now() + patience
  let x = await read()
  while (!test(x) && Date.now() < end) { await new Promise(ok => setTimeout(ok, 50)); x = await read() }
  that(test(x), words, String(x).slice(0, 500))
}
/** As many of it as `good` asks for. */
export const counted = (what, good, words) => becomes(() => what.count(), good, words)
/** The control (or the field with this id) takes the focus. */
export const focused = (page, where, words) => typeof where === 'string' ? becomes(() => page.evaluate(() => document.activeElement?.id ?? ''), where, words)
  : becomes(() => where.evaluate(x => x === document.activeElement || document.activeElement?.outerHTML.slice(0, 100)), true, words)

/** Below the range of outgoing connections, as in tests/kaname.py. */
const freePort = () => new Promise(ok => {
  const once = () => { const port = 10_000 + Math.floor(Math.random() * 22_000), s = createServer().on('error', once).listen(port, '127.0.0.1', () => s.close(() => ok(port))) }
  once()
})
const listening = server => new Promise((ok, no) => {
  let text = ''
  server.stdout.on('data', d => { text += d; if (text.includes('listening')) ok() })
  server.on('exit', code => no(new Error(`the server ended with ${code}: ${text}`)))
})
const end = server => new Promise(ok => { if (server.exitCode !== null) ok(server.exitCode); else { server.once('exit', ok); server.kill('SIGTERM') } })

/** What axe finds on the page as it is, in words. */
export async function axeFinds(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe)
  const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations.map(v => ({ id: v.id, html: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)) })))
  return violations.map(v => `${v.id}: ${v.html.join(' | ')}`).join('\n  ')
}

/** What a click saves: name and text. Reading it to its end keeps the page from going on before the browser has the file; the cause of a failure is said. */
export async function downloaded(page, click) {
  const coming = page.waitForEvent('download', { timeout: 30_000 }).catch(e => e)
  await click()
  const file = await coming
  if (file instanceof Error) return { name: '', text: '', why: file.message }
  const why = await file.failure()
  return { name: file.suggestedFilename(), text: why ? '' : readFileSync(await file.path(), 'utf8'), ...(why ? { why } : {}) }
}

/** The sample workbook with a few strings replaced, as a person would have mistyped them. */
export const book = join(root, 'samples', 'jp-city', 'registers.xlsx')
export const spoiled = (to, changes) => execFileSync('python3', ['-c', `
import json, sys, zipfile
a, b, changes = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(a) as i, zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED) as o:
    for n in i.namelist():
        s = i.read(n)
        if n == 'xl/sharedStrings.xml':
            for old, new in changes: s = s.replace(old.encode(), new.encode())
        o.writestr(n, s)`, book, to, JSON.stringify(changes)])

/** A page with its watch: `complaints` of the console, `strangers` asked for; step, check, heading and open work on it. */
async function watched(browser, base, org, options) {
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1366, height: 900 }, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  if (slow > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow })
  const complaints = [], strangers = []
  page.on('console', m => { if (m.type() === 'error') complaints.push(m.text()) })
  page.on('pageerror', e => complaints.push(String(e)))
  page.on('request', r => { if (!r.url().startsWith(base) && !/^(data|blob):/.test(r.url())) strangers.push(r.url()) })
  /* Nothing is asked of the server any more and what came of it is drawn: the address may have changed a moment ago, so two looks, each after a frame. */
  let asked = 0
  page.on('request', () => asked++)
  for (const e of ['requestfinished', 'requestfailed']) page.on(e, () => asked--)
  const settle = async () => {
    const end = Date.now() + patience
    for (let calm = 0; calm < 2 && Date.now() < end;) {
      await page.evaluate(() => new Promise(ok => { requestAnimationFrame(() => setTimeout(ok)) }))
      calm = asked <= 0 && !await page.getByText(/^(読み込んでいます。|Loading\.)$/).count() ? calm + 1 : 0
    }
  }
  const heading = name => page.getByRole('heading', { level: 1, name }).waitFor()
  const open = async (path, name) => { await page.goto(`${base}#/${org}${path}`); await settle(); await heading(name); await settle() }
  const check = async (name, widths = [390, 1366]) => {
    await settle()
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      that(wide <= 0, `${name} at ${width}: sideways scroll`, `${wide} px`)
      const found = await axeFinds(page)
      that(found === '', `${name} at ${width}: axe`, found)
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true })
    }
  }
  /** A step that breaks ends the test: the rest would only wait. */
  const step = async (name, work) => {
    try { await work(); that(true, name) } catch (e) {
      if (shots) await page.screenshot({ path: join(shots, 'broken.png') })
      that(false, name, String(e).split('\n').slice(0, 4).join(' '))
      throw new Error('the steps after this one were not taken')
    }
  }
  /** The first visit: by the link of `init` or of `user add`, a password is set, and one enters with it, in this language. What the console complained of until then is forgotten. */
  const first = (secret, lang = 'ja') => step('log in', async () => {
    const w = (ja, en) => lang === 'ja' ? ja : en, main = page.getByRole('main')
    await page.addInitScript(l => localStorage.getItem('lang') ?? localStorage.setItem('lang', l), lang)
    await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
    await main.getByRole('button', { name: w('ログイン', 'Log in') }).click()
    await page.getByLabel(w('新しいパスワード', 'New password')).fill(password)
    await page.getByRole('button', { name: w('設定', 'Set'), exact: true }).click()
    await page.getByText(w('パスワードを設定しました', 'The password is set')).waitFor()
    await page.getByLabel(w('パスワード', 'Password'), { exact: true }).fill(password)
    await main.getByRole('button', { name: w('ログイン', 'Log in') }).click()
    await heading(w('ホーム', 'Home'))
    complaints.splice(0)
  })
  /** The API as the person who is logged in on this page; a refusal throws. */
  const ask = (method, path, data, version, reason) => page.evaluate(async ([org, method, path, data, version, reason]) => {
    const s = await (await fetch('/api/session')).json()
    const r = await fetch(`/api/orgs/${org}/${path}`, { method, body: data && JSON.stringify(data), headers: { 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID(), 'Content-Type': 'application/json', ...(version ? { 'If-Match': `"${version}"` } : {}), ...(reason ? { 'X-Reason': encodeURIComponent(reason) } : {}) } })
    const json = await r.json()
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(json)}`)
    return json
  }, [org, method, path, data, version, reason])
  return { ask, context, page, complaints, strangers, heading, open, settle, check, step, first }
}

/* A database of its own on that PostgreSQL server. */
function newDatabase(server) {
  const name = `t${randomUUID().replaceAll('-', '')}`
  execFileSync('psql', [server, '-qc', `CREATE DATABASE ${name} TEMPLATE template0`])
  return `${server.slice(0, server.lastIndexOf('/'))}/${name}`
}

/** Runs `job` with a fresh program (`postgres`: on that server, else SQLite), the sample imported by a clock that is wrong by `sampleAt` ("-30d"): { base, org, secret, run, root, newPage } and the first page's tools. Prints the closing line and ends the process. */
export async function inBrowser(job, { sample = true, sampleAt, postgres, pageOptions = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'kaname-browser-'))
  const db = postgres ? newDatabase(postgres) : join(dir, 'data.db')
  const run = (...words) => execFileSync(program, [...words, '--db', db], { cwd: dir, encoding: 'utf8', timeout: 300_000 })
  let server, browser
  try {
    const out = run('init', '--name', '試験市')
    const secret = /link=(\S+)/.exec(out)[1]
    const org = /organisation (\S+)/.exec(out)[1]
    const clock = sampleAt && ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(d => `/usr/lib/${d}/faketime/libfaketimeMT.so.1`).find(existsSync)
    if (sample) execFileSync(program, ['import', join(root, 'samples', 'jp-city', 'registers.xlsx'), '--db', db], { cwd: dir, env: { ...process.env, ...(clock ? { LD_PRELOAD: clock, FAKETIME: sampleAt } : {}) } })
    const port = await freePort()
    const base = `http://127.0.0.1:${port}/`
    server = spawn(program, ['serve', '--db', db, '--listen', `127.0.0.1:${port}`], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
    await listening(server)
    /* Without a UTF-8 locale Chromium calls every file with a Japanese name "download". */
    browser = await chromium.launch({ env: { ...process.env, LC_ALL: 'C.UTF-8' }, executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server'] })
    const newPage = (options = {}) => watched(browser, base, org, { ...pageOptions, ...options })
    await job({ base, org, secret, run, dir, newPage, ...await newPage() })
  } catch (e) {
    that(false, 'the job', e.stack)
  } finally {
    await browser?.close()
    if (server) that(await end(server) === 0, 'the server ends in order')
    rmSync(dir, { recursive: true })
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed ? 1 : 0)
}

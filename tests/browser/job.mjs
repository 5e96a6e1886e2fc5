// A first day in the real browser against the real program: link, password, list, search, record, new, edit, language;
// every page checked with axe and for sideways scroll at 390 and 1366 px, and nothing refused by the CSP.
// Needs build/kaname made with the front end inside, and npm ci in web/. SHOTS=dir keeps pictures.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const need = createRequire(join(root, 'web', 'package.json'))
const { chromium } = need('playwright-core')
const { AxeBuilder } = need('@axe-core/playwright')
const program = process.env.KANAME_PROGRAM ?? join(root, 'build', 'kaname')
const dir = mkdtempSync(join(tmpdir(), 'kaname-browser-'))
const db = join(dir, 'data.db')

let passed = 0, failed = 0, broken = 0
const that = (good, what, detail = '') => { if (good) passed++; else { failed++; console.log('FAILED', what, detail) } }
const run = (...words) => execFileSync(program, [...words, '--db', db], { cwd: dir, encoding: 'utf8', timeout: 30_000 })
const freePort = () => new Promise((ok, no) => { const s = createServer().on('error', no).listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)) }) })
const listening = server => new Promise((ok, no) => {
  let text = ''
  server.stdout.on('data', d => { text += d; if (text.includes('listening')) ok() })
  server.on('exit', code => no(new Error(`the server ended with ${code}: ${text}`)))
})

let server, browser
try {
  const out = run('init', '--name', '試験市')
  const secret = /link=(\S+)/.exec(out)[1]
  const org = /organisation (\S+)/.exec(out)[1]
  run('import', join(root, 'samples', 'jp-city', 'registers.xlsx'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}/`
  server = spawn(program, ['serve', '--db', db, '--listen', `127.0.0.1:${port}`], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
  await listening(server)
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server'] })
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1366, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(6_000)
  const complaints = [], strangers = []
  page.on('console', m => { if (m.type() === 'error') complaints.push(m.text()) })
  page.on('pageerror', e => complaints.push(String(e)))
  page.on('request', r => { if (!r.url().startsWith(base) && !r.url().startsWith('data:')) strangers.push(r.url()) })
  const heading = name => page.getByRole('heading', { level: 1, name }).waitFor()
  const open = async (path, name) => { await page.goto(`${base}#/${org}${path}`); await heading(name); await page.waitForLoadState('networkidle') }

  const check = async name => {
    for (const width of [390, 1366]) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      that(wide <= 0, `${name} at ${width}: sideways scroll`, `${wide} px`)
      const { violations } = await new AxeBuilder({ page }).analyze()
      that(violations.length === 0, `${name} at ${width}: axe`, violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`).join('\n  '))
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true })
    }
  }
  const step = async (name, work) => { try { await work(); that(true, name) } catch (e) { if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'broken.png') }); that(false, name, String(e).split('\n').slice(0, 4).join(' ')); if (++broken > 0) throw new Error('two steps broke; the rest would only wait') } }

  await step('login page', async () => { await page.goto(`${base}#/login`); await heading('ログイン'); await check('login') })
  // Asking who is here before anyone is answers 401, which the browser logs; the page handles it.
  const early = complaints.splice(0)
  that(early.every(x => x.includes('401')), 'before login only 401 is logged', early.join('\n'))
  await step('link, then password', async () => {
    await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
    await page.getByRole('main').getByRole('button', { name: 'ログイン' }).click()
    await heading('パスワードの設定')
    await check('first')
    await page.getByLabel('新しいパスワード').fill('川を渡る長い合言葉 2026')
    await page.getByRole('button', { name: '設定', exact: true }).click()
    await page.getByText('パスワードを設定しました').waitFor()
    that(await page.getByLabel('ログイン名').inputValue() !== '', 'the login name is kept')
    await page.getByLabel('パスワード').fill('川を渡る長い合言葉 2026')
    await page.getByRole('main').getByRole('button', { name: 'ログイン' }).click()
    await heading('ホーム')
  })
  await step('home', async () => {
    await page.getByRole('heading', { name: '最近の変更' }).waitFor()
    that(await page.getByRole('heading', { name: /期限を過ぎたもの/ }).count() === 1, 'home says what is overdue')
    that(await page.getByRole('heading', { name: /さらされているサービス/ }).count() === 1, 'home says which services are threatened')
    await check('home')
  })
  await step('the link works once', async () => {
    const again = await page.request.post(`${base}api/login/link`, { data: { secret }, headers: { 'Idempotency-Key': 'again-again-again-1' } })
    that(again.status() >= 400, 'a used link is refused', String(again.status()))
  })
  await step('list of assets', async () => {
    await page.getByRole('navigation').getByRole('link', { name: '情報資産', exact: true }).click()
    await page.getByRole('table').waitFor()
    that(await page.locator('tbody tr').count() > 1, 'the sample has assets')
    await check('list')
  })
  await step('search', async () => {
    await page.getByRole('searchbox', { name: 'すべてから探す' }).fill('水道')
    await page.getByRole('searchbox', { name: 'すべてから探す' }).press('Enter')
    await heading('「水道」の検索結果')
    await page.getByRole('main').getByRole('listitem').first().waitFor()
    that((await page.getByRole('main').innerText()).split('水道').length > 2, 'search finds 水道')
    await check('search')
  })
  await step('open a record', async () => {
    await page.getByRole('main').getByRole('link').first().click()
    await page.getByRole('heading', { level: 2, name: '履歴' }).waitFor()
    await page.getByText('第1版').first().waitFor()
    await check('record')
  })
  await step('a form without its name is refused by name', async () => {
    await open('/assets/new', '情報資産の追加')
    await check('form')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('alert').waitFor()
    await check('form-refused')
  })
  const refused = complaints.splice(0)
  that(refused.every(x => /status of 4\d\d/.test(x)), 'only the refused form and the used link are logged', refused.join('\n'))
  await step('create', async () => {
    await page.locator('#f-name').fill('浄水場の監視盤')
    for (const box of await page.locator('select[aria-invalid=true]').all()) await box.selectOption({ index: 1 })
    await page.getByRole('button', { name: '保存' }).click()
    await heading('浄水場の監視盤')
    await page.getByText('第1版').first().waitFor()
  })
  await step('edit', async () => {
    await page.getByRole('link', { name: '編集' }).click()
    await heading('情報資産の編集')
    await page.locator('#f-name').fill('浄水場の監視盤（更新後）')
    await page.getByRole('button', { name: '保存' }).click()
    await heading('浄水場の監視盤（更新後）')
    await page.getByText('第2版').first().waitFor()
  })
  for (const [path, name] of [['/log', '履歴'], ['/import', '表計算からの取り込み']])
    await step(path, async () => { await open(path, name); await check(path.slice(1)) })
  await step('account', async () => { await page.goto(`${base}#/account`); await heading('パスワードの変更'); await check('account') })
  await step('language', async () => {
    await page.getByRole('button', { name: 'English' }).click()
    await open('', 'Home')
    that(await page.evaluate(() => document.documentElement.lang) === 'en', 'the page says it is English')
    await page.getByRole('heading', { name: 'Recently changed' }).waitFor()
    await check('home-en')
    await page.reload()
    await heading('Home')
    await page.getByRole('button', { name: '日本語' }).click()
    await heading('ホーム')
  })
  await step('log out', async () => { await page.getByRole('button', { name: 'ログアウト' }).click(); await heading('ログイン'); await page.getByLabel('パスワード').waitFor() })
  const late = complaints.filter(x => !x.includes('status of 401'))
  that(late.length === 0, 'nothing refused by the CSP, no error in the console', late.join('\n'))
  that(strangers.length === 0, 'nothing asked of another host', strangers.join('\n'))
} catch (e) {
  that(false, 'the job', e.stack)
} finally {
  await browser?.close()
  if (server && server.exitCode === null) {
    const end = new Promise(ok => server.once('exit', ok))
    server.kill('SIGTERM')
    that(await end === 0, 'the server ends in order')
  }
  rmSync(dir, { recursive: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

// Row 10, the plain part: bytes and time of the pages without script on a phone (400 kbit/s, 400 ms, CPU ÷ 4, 390 px, no script), from the first page to a verdict. Each figure begins at the
// press of a button and ends when the next page is loaded and painted; best, median and worst of five walks. Prints JSON and a line for people. Needs build/kaname and npm ci in web/.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { cpus, loadavg, release, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..'), program = process.env.KANAME_PROGRAM ?? join(root, 'build', 'kaname')
const { chromium } = createRequire(join(root, 'web', 'package.json'))('playwright-core')
const WALKS = Number(process.env.BENCH_WALKS ?? 5), PROFILE = { kbit: 400, latency_ms: 400, cpu: 4, width: 390 }
const load = loadavg()[0], dir = mkdtempSync(join(tmpdir(), 'kaname-bench-')), db = join(dir, 'data.db')
const port = await new Promise(ok => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)) }) })
execFileSync(program, ['init', '--name', '試験市', '--db', db], { cwd: dir })
const server = spawn(program, ['serve', '--public-judge', '--db', db, '--listen', `127.0.0.1:${port}`], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
await new Promise(ok => server.stdout.once('data', ok))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-proxy-server'] })
const steps = ['class', 'what', 'line', 'verdict'], found = Object.fromEntries(steps.map(s => [s, { bytes: 0, ms: [] }]))

async function walk() {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ja-JP', viewport: { width: PROFILE.width, height: 844 } })
  const page = await context.newPage(), cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: PROFILE.latency_ms, downloadThroughput: PROFILE.kbit * 125, uploadThroughput: PROFILE.kbit * 125 })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: PROFILE.cpu })
  const take = async (step, press) => {
    const came = page.waitForResponse(r => r.url().includes('/judge')), began = performance.now()
    await Promise.all([page.waitForEvent('load'), press()])
    await page.locator('footer').waitFor()
    found[step].ms.push(Math.round(performance.now() - began))
    found[step].bytes = (await (await came).body()).length
  }
  const press = name => page.locator(`button[value="${name}"]`).first().click({ noWaitAfter: true })
  await take('class', () => page.goto(`http://127.0.0.1:${port}/judge?lang=ja`))
  await page.locator('input[value="telecom.carrier"]').check()
  await take('what', () => press('what'))
  await page.locator('input[name="event.what"][value="disruption"]').check()
  await page.locator('input[name="service_class"][value="other"]').check()
  await page.locator('input[name="service.only_additional_function"][value="n"]').check()
  await take('line', () => press('line'))
  const day = new Date(Date.now() + 9 * 3600e3 - 86400e3).toISOString().slice(0, 10)
  await page.locator('input[name="impact:0:from"]').fill(`${day}T01:00`)
  await page.locator('input[name="impact:0:to"]').fill(`${day}T03:00`)
  await page.locator('input[name="impact.sufferers:other"]').fill('2万から5万')
  await take('verdict', () => press('verdict'))
  if (!await page.locator('.m').count()) throw new Error('no verdict')
  await context.close()
}

try {
  for (let i = 0; i < WALKS; i++) await walk()
} finally {
  await browser.close()
  server.kill('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
}
const git = (...w) => execFileSync('git', ['-C', root, ...w], { encoding: 'utf8' }).trim()
const rows = steps.map(step => { const ms = found[step].ms.sort((a, b) => a - b); return { step, bytes: found[step].bytes, best_ms: ms[0], median_ms: ms[ms.length >> 1], worst_ms: ms.at(-1) } })
const cpu = cpus()[0]?.model ?? process.arch
console.log(JSON.stringify({ row: 10, part: 'plain', profile: PROFILE, walks: WALKS, pages: rows, goal: { page_bytes: 30000, first_bytes: 15000, verdict_ms: 3000 }, store: 'sqlite',
  machine: { cpu, cores: cpus().length, kernel: release(), load_before: load, commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? '+' : ''), chromium: browser.version(), web: JSON.parse(readFileSync(join(root, 'web', 'package.json'))).version } }))
console.log('  ' + rows.map(r => `${r.step}: ${r.bytes} bytes, ${r.best_ms} / ${r.median_ms} / ${r.worst_ms} ms`).join('; '))

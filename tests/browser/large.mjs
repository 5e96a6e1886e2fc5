// A large register in the real browser: 5,000 assets and 10,000 risks come in through the importer; then each of the usual moves is taken three times from
// a page just loaded, from the click until what was asked for is seen. The best of the three stays under its limit (goals: docs/bench.md); all are printed.
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { counted, inBrowser, slow, that } from './kaname.mjs'

const ASSETS = 5000, RISKS = 10000, UNITS = 40, SERVICES = 20, ROUNDS = 3
const LIST = 1000, WHOLE = 3000 // ms: a page of a list, a record, a search; a page that looks at the whole register
const csv = (head, n, row) => [head, ...Array.from({ length: n }, (_, i) => row(i))].map(x => x.join(',')).join('\n')
const four = i => String(i + 1).padStart(4, '0'), pick = (list, i) => list[i % list.length]
const unit = i => `第${i % UNITS + 1}課`, service = i => `窓口業務${i % SERVICES + 1}`, asset = i => `業務端末${four(i % ASSETS)}`
const sheets = {
  units: csv(['部署名'], UNITS, i => [unit(i)]),
  services: csv(['サービス名'], SERVICES, i => [service(i)]),
  assets: csv(['資産名', '種類', '管理部署', '支えるサービス', '機密性', '完全性', '可用性'], ASSETS, i => [asset(i), pick(['情報システム', '制御システム', '機器', 'ソフトウェア', 'データ'], i), unit(i * 7), service(i), i % 3 + 1, (i >> 1) % 3 + 1, (i >> 2) % 3 + 1]),
  risks: csv(['リスク名', '対象の資産', '影響', '起こりやすさ', 'リスク所有部署', '特定のしかた', '次の見直し日', '対応の選択肢', '選択の根拠'], RISKS, i => [`${asset(i)}が止まり窓口が待つ（${four(i)}）`, asset(i), i % 3 + 1, (i * 7 >> 2) % 3 + 1, unit(i), pick(['原因から', '影響から'], i >> 1), `2027-${String(i % 12 + 1).padStart(2, '0')}-10`,
    ...pick([['修正（低減）', '手順を改める'], ['', ''], ['保有', '影響が小さい'], ['', '']], i)]),
}
const steps = n => Array.from({ length: n }, (_, i) => ({ level: i + 1, name: `段階${i + 1}`, description: '目安' }))
const criteria = { title: '基準', impacts: steps(3), likelihoods: steps(3), cells: [1, 2, 3].flatMap(i => [1, 2, 3].map(k => ({ impact: i, likelihood: k, level: i + k - 1, accepted: i + k <= 3 }))) }

await inBrowser(async ({ base, org, secret, run, dir, page, complaints, heading, settle, step, first }) => {
  const main = page.getByRole('main')
  const token = (login, role) => { run('user', 'add', '--login', login, '--roles', role); return run('token', 'create', '--user', login).trim() }
  const ciso = token('ciso1', 'ciso'), executive = token('exec1', 'executive')
  /* No connection is kept: an import blocks this process for longer than the server keeps one. */
  const api = async (method, path, body, who, version) => {
    const r = await fetch(`${base}api/orgs/${org}/${path}`, { method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${who}`, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), Connection: 'close', ...(version ? { 'If-Match': `"${version}"` } : {}) } })
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${await r.text()}`)
    return r.json()
  }
  await first(secret)
  await step('data', async () => {
    const made = await api('POST', 'criteria-sets', criteria, ciso), sent = await api('POST', `criteria-sets/${made.id}/submit`, {}, ciso, made.version)
    await api('POST', `criteria-sets/${made.id}/approve`, { post: '庁議', minutes: '第1号', date: '2026-01-05' }, executive, sent.version)
    for (const [name, text] of Object.entries(sheets)) {
      const file = join(dir, `${name}.csv`), begun = Date.now()
      writeFileSync(file, text)
      const said = run('import', file)
      that(said.includes(` 0 updated`) && said.includes(`${text.split('\n').length - 1} created`), `${name} come in`, said)
      if (name === 'risks') console.log(`${RISKS} risks imported in ${((Date.now() - begun) / 1000).toFixed(1)} s`)
    }
  })
  const rare = (await api('GET', 'units?limit=1', undefined, ciso)).items[0].id, some = (await api('GET', 'risks?sort=-number&limit=1', undefined, ciso)).items[0]
  console.log(`${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}${slow > 1 ? `, the browser's processor ${slow} times slower` : ''}`)

  const go = path => page.goto(`${base}#/${org}${path}`)
  const shown = async text => { await main.getByText(text).first().waitFor(); await page.locator('main table[aria-busy=true]').waitFor({ state: 'detached' }) }
  /* From a page that has nothing of it yet (or from `from`) to what `act` asks for. */
  const measure = (name, limit, act, from) => step(name, async () => {
    const took = []
    for (let n = 0; n < ROUNDS; n++) {
      await page.goto(`${base}#/account`)
      await page.reload()
      await heading('自分のアカウント')
      await settle()
      if (from) { await from(); await settle() }
      const begun = performance.now()
      await act()
      took.push(Math.round(performance.now() - begun))
    }
    console.log(`${name.padEnd(44)} ${took.map(x => String(x).padStart(5)).join(' ')} ms`)
    that(Math.min(...took) <= limit * slow, `${name}: within ${limit * slow} ms`, took.join(' '))
  })
  await measure('home', WHOLE, async () => { await go(''); await page.getByRole('table', { name: 'サービスを脅かすもの' }).waitFor() })
  await measure('list of 5,000 assets', LIST, async () => { await go('/assets'); await shown('1〜50件') })
  await measure('list of 10,000 risks', LIST, async () => { await go('/risks'); await shown('1〜50件') })
  const risks = async () => { await go('/risks'); await shown('1〜50件') }
  await measure('the next page', LIST, async () => { await main.getByRole('link', { name: '次の50件' }).click(); await shown('51〜100件') }, risks)
  await measure('in another order', LIST, async () => { await main.getByRole('link', { name: 'リスクレベル', exact: true }).click(); await main.locator('th[aria-sort=ascending]').getByText('リスクレベル').waitFor(); await shown('リスクレベルの昇順') }, risks)
  await measure('filtered: impact 3', LIST, async () => { await go('/risks?impact=3'); await shown('1〜50件') })
  await measure('filtered: one unit of forty, by level', LIST, async () => { await go(`/risks?owner=${rare}&sort=-level`); await shown('リスクレベルの降順') })
  await measure('searched within the list', LIST, async () => { await go(`/risks?q=${encodeURIComponent('端末4321')}`); await shown('業務端末4321が止まり') })
  await measure('searched everywhere', LIST, async () => { await page.getByRole('searchbox', { name: 'すべてから探す' }).fill('業務端末4321'); await page.keyboard.press('Enter'); await main.locator('mark').first().waitFor() })
  await measure('one risk', LIST, async () => { await go(`/risks/${some.id}`); await heading(some.title); await main.getByText('第1版').first().waitFor() })
  await measure('an asset found while typing', LIST, async () => { await page.locator('#f-assets').fill('端末4321'); await page.getByRole('option', { name: '業務端末4321' }).first().waitFor() }, async () => { await go('/risks/new'); await page.locator('#f-assets').waitFor() })
  await measure('matrix', WHOLE, async () => { await go('/matrix'); await page.getByRole('grid').waitFor(); await main.getByRole('listitem').filter({ hasText: 'R-' }).first().waitFor() })
  await measure('a cell of the matrix', WHOLE, async () => { await page.locator('[data-at="2-2"]').click(); await page.waitForURL(/impact=2&likelihood=2/); await main.getByRole('link', { name: /^ほか\d+件を/ }).waitFor() }, async () => { await go('/matrix'); await page.getByRole('grid').waitFor() })
  await measure('a new plan, with its candidates', WHOLE, async () => { await go('/plans/new'); await page.locator('#f-measures optgroup').first().waitFor({ state: 'attached' }) })
  for (const name of ['priority', 'coverage', 'calendar', 'retained', 'matrix'])
    await measure(`report: ${name}`, WHOLE, async () => { await go(`/risks/reports/${name}`); await main.getByRole('table').first().waitFor() })

  await step('what is shown is right, and says what it leaves out', async () => {
    await go('/matrix')
    await main.getByRole('heading', { level: 2 }).filter({ hasText: '10000件' }).waitFor()
    const cells = await page.locator('[data-at] .mx-count b').allInnerTexts()
    that(cells.reduce((n, x) => n + Number(x), 0) === RISKS, 'the cells hold all risks', cells.join(' '))
    await go('/risks/reports/coverage')
    await main.getByText(`業務端末${four(0)}`).first().waitFor()
    that(!(await main.innerText()).includes('資産が多いため'), 'coverage looks at all assets')
    const rows = main.getByRole('table', { name: '資産', exact: true }).getByRole('row')
    await counted(rows, n => n === 201, 'two hundred rows at first')
    await main.getByRole('button', { name: 'ほか1,800件も表示' }).click()
    await counted(rows, n => n === 2001, 'and the rest when it is asked for')
    await main.getByText('この表は先頭の2,000件までです。').waitFor()
  })
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
}, { sample: false })

// Pictures of the running program for docs/images: a sample city with criteria, judged risks and a plan that waits for approval.
// Needs build/kaname with the front end inside, npm ci in web/, Debian's Chromium.  node tools/screenshots.mjs [FOLDER]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { inBrowser, root } from '../tests/browser/kaname.mjs'

const folder = process.argv[2] ?? join(root, 'docs', 'images')
mkdirSync(folder, { recursive: true })

const levels = (names, words) => names.map((name, i) => ({ level: i + 1, name, description: words[i] }))
const criteria = { title: '令和8年度 リスク判定基準', grounds: '給水と住民サービスの維持を第一とする',
  impacts: levels(['小', '中', '大'], ['一部の利用者が不便になる', 'サービスが数時間止まる', 'サービスが半日以上止まる、または市民に被害が出る']),
  likelihoods: levels(['低', '中', '高'], ['十年に一度もない', '数年に一度', '毎年のように起きる']),
  cells: [1, 2, 3].flatMap(i => [1, 2, 3].map(l => ({ impact: i, likelihood: l, level: i * l >= 6 ? 3 : i * l >= 3 ? 2 : 1, accepted: i * l < 3 }))), review_on: '2027-03-31' }

await inBrowser(async ({ base, org, secret, run, page, heading, newPage }) => {
  const token = run('token', 'create', '--user', 'admin').trim()
  run('user', 'add', '--login', 'mayor', '--name', '水道事業管理者', '--roles', 'executive')
  const mayor = run('token', 'create', '--user', 'mayor').trim()
  const link = /link=(\S+)/.exec(run('user', 'link', '--login', 'mayor'))[1]
  const call = async (method, path, body, as = token, version) => {
    const answer = await fetch(`${base}api/orgs/${org}/${path}`, { method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${as}`, 'Content-Type': 'application/json',
      ...(method === 'GET' ? {} : { 'Idempotency-Key': randomUUID() }), ...(version ? { 'If-Match': `"${version}"` } : {}) } })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const act = (record, path, name, body, as) => call('POST', `${path}/${record.id}/${name}`, body, as, record.version)
  let set = await call('POST', 'criteria-sets', criteria)
  set = await act(set, 'criteria-sets', 'submit', {})
  await act(set, 'criteria-sets', 'approve', { post: '水道事業管理者', minutes: '庁議 第3号', date: '2026-11-20' }, mayor)
  const { items: risks } = await call('GET', 'risks?limit=50')
  const { items: units } = await call('GET', 'units?limit=50')
  const severe = risks.filter(r => r.impact * r.likelihood >= 6).slice(0, 6), small = risks.filter(r => r.impact * r.likelihood < 3).slice(0, 3)
  for (const r of severe) await call('PATCH', `risks/${r.id}`, { option: 'modify', option_grounds: '影響が大きく、対策の費用に見合う', judgement: 'treat', judged_by: '水道局 リスク検討会', judgement_reason: '給水への影響が大きい' }, token, r.version)
  let plan = await call('POST', 'plans', { title: '令和8年度 リスク対応計画', purpose: '給水と住民サービスを止めない', review_on: '2027-03-31',
    measures: severe.map((r, i) => ({ risk: r.id, title: ['遠隔保守に多要素の認証を入れる', '境界の通信を許可したものだけにする', '専用線に迂回路を設ける', '更新を月次で行う', '控えを切り離して保管する', '二重化の切替を年一回試す'][i],
      kind: i % 2 ? 'limitation' : 'prevention', owner: units[3 + (i % 4)].id, due: `2027-0${1 + i}-28`, cost: [3200000, 1800000, 9500000, 600000, 2400000, 300000][i], residual_impact: r.impact, residual_likelihood: 1 })),
    accepted: small.map(r => ({ risk: r.id, reason: '基準の受容の範囲にあり、次の見直しで確かめる' })) })
  plan = await act(plan, 'plans', 'submit', {})

  const shot = async (name, path, widths = [1366], on = page) => {
    await on.goto(`${base}#/${org}${path}`)
    await on.mouse.move(700, 5)
    await on.waitForLoadState('networkidle')
    await on.getByRole('heading', { level: 1 }).first().waitFor()
    for (const width of widths) {
      await on.setViewportSize({ width, height: width < 500 ? 844 : 860 })
      await on.screenshot({ path: join(folder, `${name}${width < 500 ? '-phone' : ''}.png`) })
    }
  }
  await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
  await page.getByRole('main').getByRole('button', { name: 'ログイン' }).click()
  await heading('パスワードの設定')
  await shot('home', '', [1366, 390])
  await shot('assets', '/assets')
  await shot('import', '/import')
  await shot('matrix', '/matrix', [1366, 390])
  await shot('criteria', '/criteria-sets/' + set.id)
  await shot('risk', '/risks/' + severe[0].id, [1366, 390])
  await shot('plan', '/plans/' + plan.id)
  await shot('history', '/log')
  await shot('audit', '/risks/reports/audit')
  for (const [name, path] of [['people', '/people'], ['settings', '/settings'], ['packs', '/packs']]) await shot(name, path).catch(() => console.log('no page', path))
  const boss = await newPage()
  await boss.page.goto(`${base}#/login?link=${encodeURIComponent(link)}`)
  await boss.page.getByRole('main').getByRole('button', { name: 'ログイン' }).click()
  await boss.heading('パスワードの設定')
  await shot('approval', `/plans/${plan.id}/approval`, [1366, 390], boss.page)
  await shot('home-executive', '', [1366], boss.page)
  await shot('board', '/risks/reports/board', [1366], boss.page)
})

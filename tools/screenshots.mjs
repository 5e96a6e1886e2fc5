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

await inBrowser(async ({ base, org, secret, run, page, newPage, first }) => {
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

  const shot = async (name, path = '', widths = [1366], on = page) => {
    await on.goto(`${base}#/${org}${path}`)
    await on.mouse.move(700, 5)
    await on.waitForLoadState('networkidle')
    await on.getByRole('heading', { level: 1 }).first().waitFor()
    for (const width of widths) {
      await on.setViewportSize({ width, height: width < 500 ? 844 : 860 })
      await on.screenshot({ path: join(folder, `${name}${width < 500 ? '-phone' : ''}.png`) })
    }
  }
  await first(secret)
  await shot('home')
  await shot('assets', '/assets')
  await shot('import', '/import')
  await shot('matrix', '/matrix')
  await shot('criteria', '/criteria-sets/' + set.id)
  await shot('risk', '/risks/' + severe[0].id)
  await shot('plan', '/plans/' + plan.id)
  await shot('history', '/log')
  await shot('audit', '/risks/reports/audit')
  for (const [name, path] of [['people', '/people'], ['settings', '/settings'], ['packs', '/packs']]) await shot(name, path).catch(() => console.log('no page', path))
  const boss = await newPage()
  await boss.first(link)
  await shot('approval', `/plans/${plan.id}/approval`, [1366], boss.page)
  await shot('home-executive', '', [1366], boss.page)
  await shot('board', '/risks/reports/board', [1366], boss.page)

  /* The walk of the risk manager and of the auditor (docs/walkthrough.md): one more round on the same data. */
  const day = n => new Date(Date.now() + (9 + 24 * n) * 3600e3).toISOString().slice(0, 10)
  const read = (path, id) => call('GET', `${path}/${id}`)
  await shot('walk-coverage', '/risks/reports/coverage?gaps=true')
  const draft = await call('POST', 'plans', { title: '令和9年度 追加対策の案', purpose: '残るリスクを基準の範囲に収める', route: [{ post: '財政課長', kind: 'consult' }, { post: '水道事業管理者', kind: 'decide' }],
    measures: severe.slice(0, 3).map((r, i) => ({ risk: r.id, title: i < 2 ? '監視と記録の仕組みを入れる' : '手動運転の訓練をする', kind: i < 2 ? 'prevention' : 'limitation', owner: units[3].id, due: day(150), begin: day(30),
      cost: i < 2 ? { from: 4000000, to: 5200000 } : 300000, effort: i < 2 ? 40 : 12, residual_impact: Math.max(1, r.impact - (i === 2)), residual_likelihood: 2, control: i < 2 ? 'ISO/IEC 27002 8.16' : undefined, ...(i === 2 ? { after: 1 } : {}) })),
    brings: [{ risk: small[0].id, how: '監視の入口が一つ増える' }] })
  await shot('walk-plan', '/plans/' + draft.id)
  await shot('walk-evaluation', `/plans/${draft.id}/reports/evaluation`)
  await shot('walk-compare', `/plans/${draft.id}/reports/compare?with=${plan.id}`)
  plan = await act(plan, 'plans', 'approve', { post: '水道事業管理者', minutes: '庁議 第4号', date: day(0) }, mayor)
  plan = await act(plan, 'plans', 'report', { measure: 1, progress: 'doing', expected_on: '2027-02-20', note: '機器の納入が三週間遅れる' })
  await act(await call('POST', 'triggers', { title: '保守用の装置に弱点が公表された', kind: 'threat', found_on: day(-1), step: 'analyse', risks: severe.slice(0, 2).map(r => r.id) }), 'triggers', 'apply', {})
  await shot('walk-drift', '/plans/reports/drift')
  await shot('walk-reopened', '/risks/' + severe[0].id)
  const kept = await read('risks', small[0].id)
  await call('PATCH', `risks/${kept.id}`, { judgement: 'accept', judged_by: '水道局 リスク検討会', judgement_reason: '影響が小さく、監視で足りる', option: 'retain', option_grounds: '基準の受容の範囲' }, token, kept.version)
  const stricter = { ...criteria, title: '令和9年度 リスク判定基準', cells: criteria.cells.map(c => ({ ...c, accepted: c.impact * c.likelihood < 2 })) }
  const revised = await act(await call('POST', 'criteria-sets', stricter), 'criteria-sets', 'submit', {})
  await shot('walk-revision', '/criteria-sets/' + revised.id)
  await act(revised, 'criteria-sets', 'approve', { post: '水道事業管理者', minutes: '庁議 第5号', date: day(0) }, mayor)
  await shot('walk-retained', '/risks/reports/retained')
  await shot('walk-between', `/risks/reports/between?from=${day(-1)}`)
  const invitation = /link=(\S+)/.exec(run('user', 'add', '--login', 'auditor1', '--name', '監査委員事務局', '--roles', 'auditor'))[1]
  const auditor = await newPage()
  await auditor.first(invitation)
  await shot('walk-auditor', '', [1366], auditor.page)
  await shot('walk-audit', '/risks/reports/audit', [1366], auditor.page)
  await auditor.page.goto(`${base}#/${org}/plans/${plan.id}`)
  await auditor.page.getByRole('button', { name: /^差分/ }).first().click()
  await auditor.page.getByRole('heading', { name: '版の履歴' }).scrollIntoViewIfNeeded()
  await auditor.page.screenshot({ path: join(folder, 'walk-versions.png') })
})

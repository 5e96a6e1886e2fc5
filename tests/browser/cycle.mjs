// Reports, sections, large scales and the editor of criteria in the real browser, in Japanese and in English; the data is made through the API.
import { inBrowser, that } from './kaname.mjs'

const password = '川を渡る長い合言葉 2026'
const steps = n => Array.from({ length: n }, (_, i) => ({ level: i + 1, name: `段階${i + 1}`, description: '目安' }))
const criteria = (rows, columns, accept, level = (i, k) => i + k - 1) => ({ title: `基準 ${rows} × ${columns}`, impacts: steps(rows), likelihoods: steps(columns),
  cells: steps(rows).flatMap(({ level: i }) => steps(columns).map(({ level: k }) => ({ impact: i, likelihood: k, level: Math.min(10, level(i, k)), accepted: accept(i, k) }))) })

await inBrowser(async ({ base, org, secret, run, page, complaints, heading, open, check, step }) => {
  const main = page.getByRole('main')
  const token = (login, role) => { run('user', 'add', '--login', login, '--name', login, '--roles', role); return run('token', 'create', '--user', login).trim() }
  const ciso = token('ciso1', 'ciso'), executive = token('exec1', 'executive')
  const api = async (method, path, body, who = ciso, version) => {
    const r = await fetch(`${base}api/orgs/${org}/${path}`, { method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${who}`, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), ...(version ? { 'If-Match': `"${version}"` } : {}) } })
    const json = await r.json()
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(json)}`)
    return json
  }
  const risk = more => api('POST', 'risks', { title: 'リスク', ...more })
  const approve = async made => {
    const sent = await api('POST', `criteria-sets/${made.id}/submit`, {}, ciso, made.version)
    return api('POST', `criteria-sets/${made.id}/approve`, { post: '庁議', minutes: '第1号', date: '2026-01-05' }, executive, sent.version)
  }
  let w
  const each = async work => { for (const lang of ['ja', 'en']) {
    w = (ja, en) => lang === 'ja' ? ja : en
    await page.evaluate(l => localStorage.setItem('lang', l), lang)
    await page.reload()
    await work(lang)
  } }

  await step('log in', async () => {
    await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
    await main.getByRole('button', { name: 'ログイン' }).click()
    await page.getByLabel('新しいパスワード').fill(password)
    await page.getByRole('button', { name: '設定', exact: true }).click()
    await page.getByText('パスワードを設定しました').waitFor()
    await page.getByLabel('パスワード').fill(password)
    await main.getByRole('button', { name: 'ログイン' }).click()
    await heading('ホーム')
  })
  complaints.splice(0)

  const judged = (judgement, reason) => ({ judgement, judged_by: '庁議', judgement_reason: reason })
  let accepted, draft
  await step('data: three judgements, a draft', async () => {
    accepted = await risk({ title: '受け入れたリスク', impact: 2, likelihood: 2, ...judged('accept', '影響が小さい') })
    await risk({ title: '対応したリスク', impact: 2, likelihood: 1, ...judged('treat', '市民に及ぶ') })
    await risk({ title: '見ているリスク', impact: 1, likelihood: 1, ...judged('watch', '変化を待つ') })
    draft = await api('POST', 'criteria-sets', criteria(3, 3, (i, k) => i + k <= 2))
  })
  await step('reports: links, tables, what is empty, what is not there', async () => each(async lang => {
    await open('/risks', w('リスク', 'Risks'))
    await main.getByRole('link', { name: w('優先順位', 'Priority') }).first().waitFor()
    await check(`${lang}-list-reports`)
    await open('/criteria-sets', w('リスク判定基準', 'Risk criteria'))
    await main.getByRole('link', { name: w('これまでの判断から見た基準', 'Criteria as past judgements read') }).click()
    await heading(w('これまでの判断から見た基準', 'Criteria as past judgements read'))
    const table = main.getByRole('table', { name: w('判断を判定表として読むと', 'The judgements as a table') })
    await table.waitFor()
    that(await table.getByRole('row').count() === 10, 'nine cells', String(await table.getByRole('row').count()))
    that(await table.getByText(w('食い違い', 'Contradiction')).count() === 2, 'two contradict')
    await main.getByRole('table', { name: w('食い違う判断', 'Judgements that contradict') }).getByRole('link', { name: '受け入れたリスク' }).waitFor()
    await check(`${lang}-report-judgements`)
    await page.goto(`${base}#/${org}/risks/reports/retained`)
    await main.getByText(w('「いまの基準では受容できないもの」に当たるものはありません。', 'There is nothing under “No longer acceptable”.')).waitFor()
    await check(`${lang}-report-empty`)
    for (const path of ['risks/reports/nothing', 'units/reports/priority', 'criteria-sets/reports/changes', `risks/${accepted.id}/reports/priority`]) {
      await page.goto(`${base}#/${org}/${path}`)
      await heading(w('ページが見つかりません', 'Page not found'))
    }
    await page.goto(`${base}#/${org}/risks/reports/priority?x=1`)
    await main.getByRole('alert').waitFor()
  }))
  await step('a draft says what it would change before it is approved', async () => each(async lang => {
    await open(`/criteria-sets/${draft.id}`, '基準 3 × 3')
    const counts = main.getByRole('table', { name: w('まとめ', 'Summary') })
    await counts.waitFor()
    that(await counts.getByRole('row').filter({ hasText: w('レベルか評価が変わる', 'Level or evaluation changes') }).getByText('3', { exact: true }).count() === 1, 'three change')
    await check(`${lang}-criteria-changes`)
    await main.getByRole('link', { name: w('リスクごとに見る', 'Risk by risk') }).click()
    const changes = main.getByRole('table', { name: w('変わるリスク', 'Risks that change') })
    await changes.waitFor()
    const row = changes.getByRole('row').filter({ hasText: '受け入れたリスク' })
    that(await row.locator('.tile b').innerText() === '3', 'the level then is a tile', await row.innerText())
    await check(`${lang}-report-changes`)
  }))
  let full
  await step('data: criteria of 5 × 4 in force, a risk with all its parts', async () => {
    await approve(await api('POST', 'criteria-sets', { ...criteria(5, 4, (i, k) => i + k <= 4), impact_from: 5 }))
    const service = await api('POST', 'services', { name: '水道の供給', own_minutes: 120, own_users: 1000 })
    full = await risk({ title: '全部を書いたリスク', event: '中継網が止まる', impact: 3, likelihood: 1, impact_evidence: '前回の停止', impact_strength: 'record', inherent_impact: 4, inherent_likelihood: 3, target_impact: 1, target_likelihood: 1, per_century: 100, loss: 500000,
      controls: [{ title: '遮断装置', impact_by: 2, works: 'works' }], views: [{ viewpoint: 'law', level: 3, evidence: '条文' }, { viewpoint: 'delay', level: 2 }], effects: [{ service: service.id, users: 1000, minutes: 120 }] })
  })
  await step('the form in sections, with its index', async () => each(async lang => {
    await page.setViewportSize({ width: 1366, height: 900 })
    await open('/risks/new', w('リスクの追加', 'Add: Risk'))
    for (const name of [w('特定', 'Identification'), w('分析', 'Analysis'), w('評価', 'Evaluation'), w('対応', 'Treatment'), w('担当と見直し', 'Owner and review')]) await main.getByRole('heading', { level: 2, name, exact: true }).waitFor()
    await main.getByRole('navigation', { name: w('この書式の節', 'Sections of this form') }).getByRole('link', { name: w('対応', 'Treatment'), exact: true }).click()
    that(await page.evaluate(() => document.activeElement?.querySelector('h2')?.textContent) === w('対応', 'Treatment'), 'the index leads to its section')
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await main.getByText(w('直すところ1', '1 to correct')).waitFor()
    await check(`${lang}-form-sections`)
  }))
  await step('the risk says what it rests on', async () => each(async lang => {
    await open(`/risks/${full.id}`, '全部を書いたリスク')
    const states = main.getByRole('table', { name: w('対策の前と後', 'Before and after controls') })
    await states.waitFor()
    that((await states.locator('.tile b').allInnerTexts()).join() === '6,3,1', 'levels of three states', (await states.locator('.tile b').allInnerTexts()).join())
    for (const text of [w('受容できる', 'Acceptable'), w('根拠の強さ：実績', 'strength of evidence: Records'), '遮断装置', '条文', w('サービスの水準：水準に達する', 'Service level: Reaches')]) await main.getByText(text).first().waitFor()
    that(await main.getByText('2・3').count() === 1, 'the effect of the controls does not explain it')
    await check(`${lang}-risk-full`)
    await open(`/risks/${accepted.id}`, '受け入れたリスク')
    await main.getByText(w('別の段階で分析', 'Another scale'), { exact: true }).waitFor()
    await main.getByText(w('いまの基準（5 × 4）で分析し直してください。', 'on that of the criteria in force (5 × 4).')).first().waitFor()
    await check(`${lang}-risk-other-scale`)
  }))
  await step('a matrix of 5 × 4: keys, words, what is on another scale', async () => each(async lang => {
    await page.setViewportSize({ width: 1366, height: 900 })
    await open('/matrix', w('リスクの評価', 'Evaluation of risks'))
    const cells = main.getByRole('gridcell')
    await cells.first().waitFor()
    that(await cells.count() === 20, 'twenty cells', String(await cells.count()))
    await main.getByRole('link', { name: w('未評価のリスク（3件）', 'Not assessed (3)') }).waitFor()
    await main.locator('[data-at="5-1"]').focus()
    for (const key of ['End', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key)
    that(await page.evaluate(() => document.activeElement?.dataset.at) === '5-4', 'arrows stop at the edge', await page.evaluate(() => document.activeElement?.dataset.at))
    that(await main.locator('[data-at="5-4"]').evaluate(x => x.classList.contains('lvs-5')), 'the highest level has the fill of the highest')
    await check(`${lang}-matrix-5x4`)
  }))
  await step('data: 10 × 10 in force, with names of levels', async () => {
    await approve(await api('POST', 'criteria-sets', { ...criteria(10, 10, (i, k) => i + k <= 5, (i, k) => Math.max(i, k)), levels: steps(10).map(({ level }) => ({ level, name: `呼び名${level}` })) }))
    full = await risk({ title: '十段階のリスク', impact: 7, likelihood: 9 })
  })
  await step('10 × 10 stays usable, levels by their names', async () => each(async lang => {
    await page.setViewportSize({ width: 1366, height: 900 })
    await open('/matrix?impact=7&likelihood=9', w('リスクの評価', 'Evaluation of risks'))
    await main.getByRole('gridcell').first().waitFor()
    that(await main.getByRole('gridcell').count() === 100, 'a hundred cells')
    await main.getByText('呼び名9').first().waitFor()
    await main.getByRole('gridcell', { selected: true }).and(main.locator('[data-at="7-9"]')).waitFor()
    await check(`${lang}-matrix-10x10`)
    await open(`/risks/${full.id}`, '十段階のリスク')
    await main.locator('.level', { hasText: '呼び名9' }).first().waitFor()
    await main.getByRole('button', { name: w('移す', 'Move') }).click()
    that(await page.getByRole('dialog').locator('#f-impact option').count() === 11, 'ten steps to choose from')
    await check(`${lang}-move-10x10`, [390])
    await page.getByRole('dialog').getByRole('button', { name: w('やめる', 'Cancel') }).click()
    await open('/criteria-sets', w('リスク判定基準', 'Risk criteria'))
    await main.getByRole('grid').waitFor()
    await check(`${lang}-criteria-10x10`)
  }))
  const said = complaints.filter(x => !/status of 4\d\d/.test(x))
  that(said.length === 0, 'nothing refused by the CSP', said.join('\n'))
}, { sample: false })

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
  const said = complaints.filter(x => !/status of 4\d\d/.test(x))
  that(said.length === 0, 'nothing refused by the CSP', said.join('\n'))
}, { sample: false })

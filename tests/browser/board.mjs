// What management and the auditor see: home leads with decisions or changes, the menu and home lead to their pages, answers name records that open. Both languages, both widths.
import { inBrowser, that, counted } from './kaname.mjs'

await inBrowser(async ({ org, secret, run, page, complaints, heading, open, check, step, first, ask, newPage }) => {
  const main = page.getByRole('main')
  run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso,executive') // submits and approves: one hand, which the auditor is shown
  await first(secret)
  const says = async lang => { await page.evaluate(l => localStorage.setItem('lang', l), lang); await page.reload(); await page.waitForLoadState('networkidle') }
  const day = n => new Date(Date.now() + 9 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
  const three = [1, 2, 3].map(level => ({ level, name: `段階${level}`, description: '目安' }))
  let risks, plan, waiting
  await step('criteria, an approved plan that is late, a plan that waits', async () => {
    const cells = [1, 2, 3].flatMap(i => [1, 2, 3].map(k => ({ impact: i, likelihood: k, level: Math.max(i, k), accepted: Math.max(i, k) === 1 })))
    let set = await ask('POST', 'criteria-sets', { title: '令和8年度リスク判定基準', impacts: three, likelihoods: three, cells, review_on: day(200) })
    set = await ask('POST', `criteria-sets/${set.id}/submit`, {}, set.version)
    await ask('POST', `criteria-sets/${set.id}/approve`, { post: '庁議', minutes: '第3号', date: day(-3) }, set.version)
    risks = (await ask('GET', 'risks?limit=4')).items
    const unit = (await ask('GET', 'units?limit=1')).items[0].id
    const measures = risks.map((r, i) => ({ risk: r.id, title: `対策${i}`, kind: 'prevention', owner: unit, due: day(i - 2), cost: 1000000 }))
    const made = async title => { const p = await ask('POST', 'plans', { title, measures }); return ask('POST', `plans/${p.id}/submit`, {}, p.version) }
    plan = await made('令和8年度リスク対応計画')
    plan = await ask('POST', `plans/${plan.id}/approve`, { post: '市長', minutes: '決裁第7号', date: day(-2) }, plan.version)
    waiting = await made('追加の対応計画')
    await ask('PATCH', `risks/${risks[0].id}`, { impact: 3, likelihood: 3, judgement: 'accept', judged_by: '庁議', judgement_reason: '来年度に更新する' }, risks[0].version)
    that(plan.state === 'approved' && waiting.state === 'submitted', 'ready', JSON.stringify([plan, waiting]).slice(0, 400))
  })
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await step(`the board's page: ${lang}`, async () => {
      await says(lang)
      await open('', w('ホーム', 'Home'))
      const first = main.getByRole('heading', { level: 2 }).first()
      that(await first.textContent() === w('決裁', 'For your decision'), 'home begins with what is to be decided', await first.textContent())
      await check(`home-executive-${lang}`)
      await main.getByRole('link', { name: w('経営層への報告', 'Board report') }).click()
      await heading(w('経営層への報告', 'Board report'))
      await main.getByText(w('期限を過ぎた対策 2件', 'Measures overdue: 2')).first().waitFor()
      await counted(main.getByRole('link', { name: `${waiting.number} ${waiting.title}` }), n => n >= 1, 'what waits is a link')
      await counted(main.locator('section', { has: page.getByRole('heading', { name: w(/^五つの問い/, /^Five questions/) }) }).locator('tbody tr'), n => n === 5, 'five answers')
      await check(`board-${lang}`)
      await counted(page.getByRole('navigation').locator('[aria-current=page]', { hasText: w('経営層への報告', 'Board report') }), n => n >= 1, 'the menu knows where one is')
      await main.getByRole('link', { name: `${plan.number} ${plan.title}` }).first().click()
      await heading(new RegExp(plan.title))
    })
    await step(`the auditor's page: ${lang}`, async () => {
      await page.setViewportSize({ width: 1366, height: 900 })
      await page.getByRole('link', { name: w('監査のための一覧', "Auditor's view") }).click()
      await heading(w('監査のための一覧', "Auditor's view"))
      await main.getByText('来年度に更新する').first().waitFor()
      await counted(main.locator('section', { has: page.getByRole('heading', { name: w('期日を過ぎたもの', 'Overdue'), exact: true }) }).getByRole('link', { name: `${plan.number} ${plan.title}` }), n => n === 2, 'measures that are late; due today is not')
      await counted(main.getByRole('link', { name: w('「履歴」を開く', 'Open “History”') }), n => n === 1, 'the proof leads to the history')
      await check(`audit-${lang}`)
    })
  }
  await step('an auditor of no other role', async () => {
    const link = /link=(\S+)/.exec(run('user', 'add', '--login', 'auditor1', '--name', '監査委員', '--roles', 'auditor'))[1]
    const other = await newPage()
    await other.first(link)
    const at = other.page.getByRole('main')
    that(/最近の変更|前回/.test(await at.getByRole('heading', { level: 2 }).first().textContent()), 'home begins with what changed')
    await other.check('home-auditor')
    await at.getByRole('link', { name: '監査のための一覧' }).click()
    await other.heading('監査のための一覧')
    await other.context.close()
  })
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
})

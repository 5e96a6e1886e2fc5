// Losses simulated, as a person meets it: numbers on risks and plans, started, cancelled, the sentence, curve, contributions, plans, what was left out, what has changed since. Both languages, both widths, keyboard.
import { becomes, counted, focused, inBrowser, that } from './kaname.mjs'

await inBrowser(async ({ org, secret, run, page, complaints, heading, open, check, step, first, ask, newPage }) => {
  const main = page.getByRole('main')
  run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso')
  await first(secret)
  const says = async lang => { await page.evaluate(l => localStorage.setItem('lang', l), lang); await page.reload(); await page.waitForLoadState('networkidle') }
  let risks, plans, sim
  const now = async () => ask('GET', `simulations/${sim.id}`)
  /* Changed beside the page, which is to know. */
  const again = async () => { await page.reload(); await open(`/simulations/${sim.id}`, '令和8年度の損害の見通し') }
  await step('risks with numbers, two plans', async () => {
    risks = (await ask('GET', 'risks?limit=6')).items
    const numbers = [{ per_century: { from: 20, to: 300 }, loss: { from: 1_000_000, to: 100_000_000 } }, { per_century: 50, loss: { from: 3_000_000, to: 40_000_000 }, secondary_loss: { from: 1_000_000, to: 20_000_000 }, secondary_percent: 30 },
      { per_century: 400, loss: { from: 100_000, to: 2_000_000 } }, { per_century: 3, at_most_once: true, loss: { from: 50_000_000, to: 2_000_000_000 }, insured_from: 10_000_000, insured_limit: 500_000_000 }, { per_century: 100, loss: 2_500_000 }]
    for (const [i, x] of numbers.entries()) risks[i] = await ask('PATCH', `risks/${risks[i].id}`, x, risks[i].version)
    const unit = (await ask('GET', 'units?limit=1')).items[0].id, m = (i, title, more) => ({ risk: risks[i].id, title, kind: 'prevention', owner: unit, ...more })
    plans = [await ask('POST', 'plans', { title: '二重化する案', measures: [m(0, '回線の二重化', { keeps_events: 40, keeps_loss: 75, cost: { from: 8_000_000, to: 12_000_000 }, years: 5, running_cost: 300_000 }), m(1, '予備機', { keeps_loss: 50, cost: 3_000_000, years: 6 }), m(2, '手順書の見直し', {})] }),
      await ask('POST', 'plans', { title: '監視を強める案', measures: [m(0, '常時の監視', { keeps_events: 80, running_cost: 1_200_000 }), m(3, '避難の訓練', { keeps_loss: 90 })] })]
    that(plans.every(p => p.id), 'ready', JSON.stringify(plans).slice(0, 300))
  })
  await step('made in the form', async () => {
    await says('ja')
    await page.getByRole('navigation').getByRole('link', { name: '損害の試算' }).first().click()
    await heading('損害の試算')
    await main.getByRole('link', { name: /追加/ }).first().click()
    await page.getByLabel('名称').fill('令和8年度の損害の見通し')
    await page.getByLabel('受け入れられる損害の線').fill('5,000万')
    await main.getByRole('button', { name: '保存' }).click()
    await main.getByText('受容の線には、額と年の両方が要ります。').first().waitFor()
    await page.getByLabel('線を超えてよい年').fill('50')
    await main.getByRole('button', { name: '保存' }).click()
    await heading('令和8年度の損害の見通し')
    const list = (await ask('GET', 'simulations')).items
    sim = await ask('PATCH', `simulations/${list[0].id}`, { plans: plans.map(p => p.id) }, list[0].version)
    that(sim.limit_loss === 50_000_000 && sim.trials === 100_000, 'as typed', JSON.stringify(sim).slice(0, 300))
    await open(`/simulations/${sim.id}`, '令和8年度の損害の見通し')
    await main.getByText('まだ計算していない').first().waitFor()
    await check('simulation-none')
  })
  await step('started by the keyboard, cancelled, started again', async () => {
    await ask('PATCH', `simulations/${sim.id}`, { trials: 1_000_000 }, (await now()).version)
    await again()
    const start = main.getByRole('button', { name: '計算を始める' })
    await start.focus()
    await page.keyboard.press('Enter')
    const cancel = main.getByRole('button', { name: '計算を取りやめる' })
    await becomes(async () => await cancel.count() + await main.locator('#main, main').getByText('百年に一度の悪い年には').count(), n => n > 0, 'it runs, or is over')
    if (await cancel.count()) {
      await focused(page, cancel, 'the focus stays where it was')
      await check('simulation-running')
      await cancel.click().catch(() => {})
    }
    await becomes(async () => (await ask('GET', `simulations/${sim.id}/reports/progress`)).state, s => s === 'cancelled' || s === 'done', 'cancelled, or over before that')
    await ask('PATCH', `simulations/${sim.id}`, { trials: 100_000 }, (await now()).version)
    await again()
    await main.getByRole('button', { name: '計算し直す' }).click()
    await main.getByText('百年に一度の悪い年には').first().waitFor()
  })
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await step(`the result: ${lang}`, async () => {
      await page.setViewportSize({ width: 1366, height: 900 })
      await says(lang)
      await open(`/simulations/${sim.id}`, '令和8年度の損害の見通し')
      await main.getByText(w('百年に一度の悪い年には', 'In the worst year of a hundred')).first().waitFor()
      const curve = main.getByRole('figure', { name: w('損害の超過曲線', 'Loss-exceedance curve') })
      await counted(curve.locator('svg[role=img] path.lec-line'), 3, 'one line as things stand, one for each plan')
      that((await curve.locator('svg[role=img]').getAttribute('aria-label')).includes(w('一年の損害は', 'A year loses')), 'the curve says in words what it shows')
      await check(`simulation-result-${lang}`)
      await curve.getByText(w('図と同じ数の表', 'The same numbers as a table')).click()
      await counted(curve.locator('table'), 3, 'and in numbers')
      that(await curve.locator('table').first().locator('tbody tr').count() > 8, 'a row for each point')
      const row = name => main.getByRole('row', { name })
      await row(w(/^平均/, /^Mean/)).first().waitFor()
      that(await row(w(/100年に一度の悪い年/, /one in 100/)).count() >= 1, 'the bad years by name')
      const parts = main.getByRole('table', { name: w('リスクごとの損害', 'Losses by risk') })
      that(await parts.locator('tbody tr').count() >= 5, 'each risk contributes')
      await main.getByRole('button', { name: w('平均の大きい順', 'By mean') }).click()
      that(await main.getByRole('button', { name: w('平均の大きい順', 'By mean') }).getAttribute('aria-pressed') === 'true', 'the other order is said')
      const plan = main.getByRole('table', { name: w('計画の費用と効果', 'Cost and benefit of plans') })
      await counted(plan.getByRole('link', { name: /二重化する案|監視を強める案/ }), 2, 'both plans, as links')
      await main.getByText(w(/効き目の数字がない対策が1件/, /1 measure without an effect/)).first().waitFor()
      await main.getByText(w(/計算に入っていないリスク/, /risks? not calculated/)).first().click()
      await counted(main.getByText(w('100年あたりの回数がない', 'No times in 100 years')), n => n > 0, 'who is left out, and why')
      await check(`simulation-tables-${lang}`)
    })
  }
  await step('what has changed since', async () => {
    await says('ja')
    const r = await ask('GET', `risks/${risks[4].id}`)
    await ask('PATCH', `risks/${r.id}`, { loss: 2_600_000 }, r.version)
    await again()
    await main.locator('#stale').getByRole('link', { name: new RegExp(r.number) }).waitFor()
    await check('simulation-stale')
    await main.getByRole('button', { name: '計算し直す' }).click()
    await counted(main.locator('#stale'), 0, 'calculated again it is of today')
  })
  await step('numbers in words, a bet, what the criteria make of them', async () => {
    const three = [1, 2, 3], bound = (list, key, of) => list.map(level => ({ level, name: `段階${level}`, description: '目安', [key]: of[level - 1] }))
    run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso,executive')
    let set = await ask('POST', 'criteria-sets', { title: '金額のある基準', impacts: bound(three, 'loss_max', [1_000_000, 10_000_000, 100_000_000]), likelihoods: bound(three, 'per_century', [10, 100, 1000]), cells: three.flatMap(i => three.map(l => ({ impact: i, likelihood: l, level: Math.max(i, l), accepted: i + l < 4 }))) })
    set = await ask('POST', `criteria-sets/${set.id}/submit`, {}, set.version)
    await ask('POST', `criteria-sets/${set.id}/approve`, { post: '庁議', minutes: '第3号', date: '2026-01-01' }, set.version)
    const r = await ask('GET', `risks/${risks[4].id}`)
    const made = await ask('PATCH', `risks/${r.id}`, { impact: 1, likelihood: 1, per_century: { from: 20, to: 300 } }, r.version)
    that(made.proposed_impact === 2 && JSON.stringify(made.proposed_likelihood) === '{"from":2,"to":3}', 'the steps that the numbers mean', JSON.stringify([made.proposed_impact, made.proposed_likelihood]))
    await says('ja')
    await open(`/risks/${r.id}`, r.title)
    await main.getByText('書かれた数を判定基準に当てると').first().waitFor()
    await check('risk-proposed')
    await page.goto(`${page.url()}/edit`)
    await main.getByText('言いかえると：5年に一度から、年に3回まで').waitFor()
    await main.getByText('見積もりの確かめ方').first().click()
    await main.getByRole('radio', { name: 'くじを引く' }).first().check()
    await main.getByText('くじと同じ気持ちになるまで広げてください。').first().waitFor()
    await check('risk-elicit')
    await main.getByRole('link', { name: /十の問いで試す/ }).first().click()
    await heading('幅で見積もる練習')
    await main.getByRole('button', { name: '答え合わせ' }).click()
    await focused(page, 'f-0-low', 'the first that is missing takes the focus')
    for (let i = 0; i < 10; i++) { await page.locator(`#f-${i}-low`).fill(i < 4 ? '1' : '0'); await page.locator(`#f-${i}-high`).fill(i < 4 ? '2' : '40万') }
    await page.locator('#f-3-high').fill('0')
    await main.getByRole('button', { name: '答え合わせ' }).click()
    await main.getByText('上限を下限以上にしてください。').first().waitFor()
    await page.locator('#f-3-high').fill('400')
    for (let i = 4; i < 10; i++) await page.locator(`#f-${i}-high`).fill('400,000')
    await main.getByRole('button', { name: '答え合わせ' }).click()
    await main.getByText('十のうち7が入りました').waitFor()
    await main.getByText('幅が狭すぎるくせがあります').waitFor()
    await check('calibration')
  })
  await step('a reader starts nothing', async () => {
    const link = /link=(\S+)/.exec(run('user', 'add', '--login', 'reader1', '--name', '閲覧者', '--roles', 'viewer'))[1]
    const other = await newPage()
    await other.first(link)
    await other.open(`/simulations/${sim.id}`, '令和8年度の損害の見通し')
    await other.page.getByText('百年に一度の悪い年には').first().waitFor()
    await counted(other.page.getByRole('main').getByRole('button', { name: /計算/ }), 0, 'no button')
    await other.context.close()
  })
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
})

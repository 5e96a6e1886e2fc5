// The whole cycle twice round, by three people, in Japanese and again in English: context, identification from both sides, analysis, evaluation, treatment with its
// loop and its route, monitoring; then stricter criteria, a risk sent back, and the second round until the plan closes the cycle.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { becomes, counted, inBrowser, that } from './kaname.mjs'

async function round(lang, { org, secret, run, newPage, page, complaints, heading, open, check, step, first, ask }) {
  const w = (ja, en) => lang === 'ja' ? ja : en, named = name => `round-${name}-${lang}`
  const main = page.getByRole('main'), dialog = page.getByRole('dialog'), button = name => main.getByRole('button', { name, exact: true })
  const day = n => new Date(Date.now() + (9 + 24 * n) * 3600e3).toISOString().slice(0, 10)
  const names = { chief: w('水道事業管理者', 'Head of the utility'), finance: w('財政課長', 'Head of finance') }
  const cause = w('遠隔保守から浄水場に侵入される', 'Intrusion into the plant by remote maintenance'), effect = w('断水が半日を超える', 'Half a day without water'), kept = w('広報の更新が遅れる', 'News pages are late')

  let chief, finance, unit, asset
  await step(named('people with posts, a unit, a service, an asset'), async () => {
    await first(secret, lang)
    const join = async (login, roles, post) => {
      const link = /link=(\S+)/.exec(run('user', 'add', '--login', login, '--name', post, '--roles', roles))[1]
      const who = (await ask('GET', 'people')).items.find(x => x.login === login)
      await ask('PATCH', `people/${who.id}`, { post })
      const tools = await newPage()
      await tools.first(link, lang)
      return { ...tools, main: tools.page.getByRole('main'), box: tools.page.getByRole('dialog') }
    }
    chief = await join('chief1', 'executive', names.chief)
    finance = await join('finance1', 'risk_owner', names.finance)
    unit = await ask('POST', 'units', { name: w('浄水課', 'Purification') })
    await ask('POST', 'services', { name: w('水道', 'Water') })
    asset = await ask('POST', 'assets', { name: w('監視制御装置', 'Control system'), kind: 'control', availability: 3 })
  })

  const criteria = async (title, change) => {
    await open('/criteria-sets/new', w('リスク判定基準を作る', 'Make criteria'))
    await page.locator('#f-title').fill(title)
    await change?.()
    await button(w('保存', 'Save')).click()
    await heading(title)
    await button(w('提出', 'Submit')).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
  }
  const approveCriteria = async (title, minutes) => {
    await chief.open('', w('ホーム', 'Home'))
    await chief.main.getByRole('link', { name: w(/^決裁する/, /^Decide/) }).click()
    await chief.heading(title)
    await chief.page.locator('#f-minutes').fill(minutes)
    await chief.main.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
    await chief.main.getByText(minutes).first().waitFor()
  }
  await step(named('1 context: criteria'), async () => {
    await criteria(w('令和8年度の基準', 'Criteria 2026'))
    await approveCriteria(w('令和8年度の基準', 'Criteria 2026'), w('庁議 第1号', 'Board 1'))
  })

  const risks = {}
  await step(named('2 identification: from the cause, from the effect'), async () => {
    const fresh = async (key, title, from, fill, begin) => {
      await (begin ?? (() => open('/risks/new', w('リスクの追加', 'Add: Risk'))))()
      await page.locator('#f-title').fill(title)
      await page.locator('#f-found_from').selectOption(from)
      await fill()
      await button(w('保存', 'Save')).click()
      await heading(title)
      risks[key] = page.url().split('/').pop()
    }
    await fresh('cause', cause, 'cause', async () => {
      await becomes(() => page.locator('#f-cause').inputValue(), x => x.length > 3, 'the candidate is the cause')
      await main.getByText(`${asset.number} ${asset.name}`).first().waitFor() // the asset came with it, by its name
      await page.locator('#f-stop').selectOption('true')
    }, async () => {
      await open('/identify', w('特定の作業台', 'Identification'))
      await page.locator('#f-asset').fill(asset.name)
      await main.getByRole('option', { name: new RegExp(asset.name) }).click()
      await heading(w(`特定の作業台：${asset.name}`, `Identification: ${asset.name}`))
      await check(named('identify'))
      await main.getByRole('link', { name: w(/^リスクを加える/, /^Add a risk/) }).first().click()
      await heading(w('リスクの追加', 'Add: Risk'))
    })
    await open(`/identify?asset=${asset.id}`, w(`特定の作業台：${asset.name}`, `Identification: ${asset.name}`))
    await counted(main.getByText(w('ここで1件', '1 here')), n => n === 1, 'the candidate was used here')
    await fresh('effect', effect, 'effect', async () => { await page.locator('#f-losses').fill(w('市内全域の断水', 'No water in the whole city')) })
    await fresh('kept', kept, 'cause', async () => { await page.locator('#f-cause').fill(w('担当が一人', 'One person only')) })
    await open('/risks/reports/coverage', w('特定の網羅', 'Coverage'))
    await main.getByRole('row').filter({ hasText: asset.name }).getByText(w('影響から', 'From the effect')).first().waitFor() // what is missing, by name
  })

  await step(named('3 and 4 analysis and evaluation'), async () => {
    for (const [key, title, i, l, says] of [['cause', cause, '3', '3', w('対応が必要', 'Needs treatment')], ['effect', effect, '3', '2', w('対応が必要', 'Needs treatment')], ['kept', kept, '1', '2', w('受容できる', 'Acceptable')]]) {
      await open(`/risks/${risks[key]}`, title)
      await button(w('評価', 'Assess')).first().click()
      await dialog.locator('#f-impact').selectOption(i)
      await dialog.locator('#f-likelihood').selectOption(l)
      await dialog.locator('#f-reason').fill(w('過去三年の実績から', 'By the records of three years'))
      await dialog.getByRole('button', { name: w('移す', 'Move'), exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      await main.getByText(says, { exact: true }).first().waitFor()
    }
  })

  const option = async (key, title, what, grounds) => {
    await open(`/risks/${risks[key]}`, title)
    await main.getByRole('button', { name: w(/^(対応を選ぶ|選び直す)$/, /^(Choose an option|Choose again)$/) }).first().click()
    await dialog.locator(`input[value=${what}]`).check()
    await dialog.locator('#f-option_grounds').fill(grounds)
    await dialog.getByRole('button', { name: w('決める', 'Decide'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const plan = w('令和8年度リスク対応計画', 'Treatment plan 2026')
  let id
  await step(named('5 treatment: options, a plan, and what its evaluation says'), async () => {
    await option('cause', cause, 'modify', w('認証を強めれば起こりにくい', 'Authentication makes it less likely'))
    await option('effect', effect, 'modify', w('備えれば短くできる', 'It can be shortened'))
    await option('kept', kept, 'retain', w('監視で足りる', 'Watching is enough'))
    await open('/plans/new', w('リスク対応計画を作る', 'Make a plan'))
    await page.locator('#f-title').fill(plan)
    await main.getByRole('button', { name: w(/^対応（.*2件を加える$/, /add all 2$/) }).click()
    for (const [n, likelihood] of [[0, '1'], [1, '2']]) {
      await page.locator(`#f-measures-${n}-title`).fill(w('遠隔保守に多要素認証を入れる', 'Multi-factor authentication'))
      await page.locator(`#f-measures-${n}-owner`).selectOption({ label: unit.name })
      await page.locator(`#f-measures-${n}-due`).fill(day(200))
      await page.locator(`#f-measures-${n}-cost`).fill('６２００万')
      await page.locator(`#f-measures-${n}-residual_impact`).selectOption(n ? '2' : '3')
      await page.locator(`#f-measures-${n}-residual_likelihood`).selectOption(likelihood)
    }
    for (const [n, post, kind] of [[0, names.finance, 'consult'], [1, names.chief, 'decide']]) {
      await main.getByRole('button', { name: w('決裁の経路の行を追加', 'Route: add a row') }).click()
      await page.locator(`#f-route-${n}-post`).fill(post)
      await page.locator(`#f-route-${n}-kind`).selectOption(kind)
    }
    await check(named('plan-form'))
    await button(w('保存', 'Save')).click()
    await heading(plan)
    id = page.url().split('/').pop()
    await main.getByText(w('リスク対応に戻ってください', 'back to treatment')).waitFor()
    for (const why of await main.locator('summary').all()) await why.click() // every number and level opens to its grounds
    await main.getByText(w('2行のうち、対策名と担当が同じものは一つと数え、1件の合計です', 'Of 2 rows those with the same title and owner count once')).waitFor()
    await counted(main.getByText(w(/J-0001 の判定表でレベル/, /By the table of J-0001 level/)), n => n === 2, 'each level tells the cell it comes from')
    await counted(main.getByText(w(/費用の合計 6,200万円/, /Total cost JPY 62 million/)), n => n === 1, 'the shared measure is paid once')
    await check(named('plan-back'))
    await main.getByRole('link', { name: w('編集', 'Edit'), exact: true }).click()
    await heading(w('リスク対応計画の編集', 'Edit the plan'))
    for (const n of [0, 1]) { await page.locator(`#f-measures-${n}-residual_impact`).selectOption('1'); await page.locator(`#f-measures-${n}-residual_likelihood`).selectOption('1') }
    await button(w('保存', 'Save')).click()
    await heading(plan)
    await main.getByText(w('この計画で一巡します', 'the plan closes the cycle')).waitFor()
    await button(w('提出', 'Submit')).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
  })

  const decide = async (title, number) => {
    await chief.open(`/plans/${number}/approval`, title)
    await chief.page.reload()
    await chief.page.locator('#f-minutes').fill(w('庁議 第2号', 'Board 2'))
    await chief.main.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
  }
  const answered = async result => {
    await finance.open('', w('ホーム', 'Home'))
    await finance.page.reload()
    await finance.main.getByRole('link', { name: w(/^回答する/, /^Answer/) }).click()
    await finance.main.getByRole('button', { name: w(/^回答する/, /^Answer/) }).click()
    await finance.box.locator('#f-result').selectOption(result)
    await finance.box.locator('#f-note').fill(w('財源を確かめた', 'The money is there'))
    await finance.box.getByRole('button', { name: w('記録', 'Record'), exact: true }).click()
    await finance.box.waitFor({ state: 'detached' })
  }
  await step(named('the route: nobody is left out, then the decision'), async () => {
    await decide(plan, id)
    await chief.main.getByRole('alert').filter({ hasText: names.finance }).waitFor()
    await chief.check(named('decide-refused'))
    await answered('agreed')
    await finance.check(named('answered'))
    await decide(plan, id)
    await chief.main.getByText(w('承認されました', 'Approved: 1 measure')).waitFor()
    await chief.check(named('decided'))
  })

  await step(named('6 monitoring: what will be late shows before it is'), async () => {
    await open(`/plans/${id}`, plan)
    await page.reload()
    await main.getByRole('button', { name: w(/^見込みを報告/, /^Report/) }).first().click()
    await dialog.locator('#f-progress').selectOption('doing')
    await dialog.locator('#f-expected_on').fill(day(230))
    await dialog.locator('#f-note').fill(w('機器の納入が遅れる', 'The devices come late'))
    await dialog.getByRole('button', { name: w('報告', 'Report'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await main.getByRole('button', { name: w(/^差分/, /^Changes/) }).first().click() // row by row, and of a row what changed
    await main.getByRole('row').filter({ hasText: w('対策 1 報告', 'Measures 1 Report') }).getByText(w('機器の納入が遅れる', 'The devices come late')).waitFor()
    await counted(main.getByRole('row').filter({ hasText: w(/^対策 2/, /^Measures 2/) }), n => n === 0, 'what did not change is not shown')
    await open('/plans/reports/drift', w('計画とのかい離', 'Drift from the plans'))
    await main.getByRole('row').filter({ hasText: w('遅れる見込み', 'Will be late') }).getByText(w('機器の納入が遅れる', 'The devices come late')).waitFor()
    await check(named('drift'))
    const sign = await ask('POST', 'triggers', { title: w('保守端末の弱点が公表された', 'A weakness was published'), kind: 'threat', found_on: day(0), step: 'analyse', risks: [risks.cause] })
    await open(`/triggers/${sign.id}`, sign.title)
    await main.getByRole('link', { name: w('リスクに反映する', 'Apply to its risks') }).click()
    await button(w('リスクに反映する', 'Apply to its risks')).click()
    await main.getByText(w('反映した', 'Handled'), { exact: true }).first().waitFor()
    await open(`/risks/${risks.cause}`, cause)
    await main.getByText(w('「分析」からやり直し', 'Go through it again from analysis')).waitFor()
  })

  await step(named('criteria revised: what is kept stands outside'), async () => {
    const title = w('令和9年度の基準', 'Criteria 2027')
    await criteria(title, () => main.getByRole('checkbox', { name: w('受容 影響 1, 起こりやすさ 2', 'Accept impact 1, likelihood 2') }).uncheck())
    await main.getByRole('row').filter({ hasText: w('そのうち保有・受容している', 'Of these kept or accepted') }).getByText('1', { exact: true }).waitFor()
    await check(named('revision'))
    await approveCriteria(title, w('庁議 第3号', 'Board 3'))
    await open('/risks/reports/retained', w('保有しているリスクの点検', 'Retained risks checked'))
    await page.reload()
    await main.getByRole('link', { name: new RegExp(kept) }).waitFor()
    await open(`/plans/${id}/reports/evaluation`, w('計画の評価', 'Evaluation of the plan'))
    await main.getByText(w('判定基準を見直してすべて点検してください', 'revise the criteria and check all of them again')).waitFor()
    await check(named('evaluation'))
  })

  const second = w('令和9年度リスク対応計画', 'Treatment plan 2027')
  await step(named('second round: sent back and finished, treated, compared, closed'), async () => {
    await open(`/risks/${risks.cause}`, cause)
    await main.getByRole('link', { name: w('やり直しを終える', 'Finish the return') }).click()
    await page.locator('#f-result').fill(w('弱点は修正済みで、見立ては変わらない', 'The weakness is mended: nothing changes'))
    await page.locator('#f-state').selectOption('treating')
    await button(w('やり直しを終える', 'Finish the return')).click()
    await heading(cause)
    await option('kept', kept, 'modify', w('いまの基準では受容できない', 'The criteria no longer accept it'))
    await open('/plans/new', w('リスク対応計画を作る', 'Make a plan'))
    await page.locator('#f-title').fill(second)
    for (const key of ['effect', 'cause', 'kept']) {
      await page.locator('#f-measures').selectOption(risks[key])
      await button(w('対策を追加', 'Add a measure')).click()
    }
    await page.locator('#f-measures-2-after').selectOption('2')
    await main.getByRole('button', { name: w(/^外す 1$/, /^Remove 1$/) }).click()
    await becomes(() => page.locator('#f-measures-1-after').inputValue(), '1', 'the same measure by its new number')
    await main.getByRole('button', { name: w(/^外す 1$/, /^Remove 1$/) }).click()
    await becomes(() => page.locator('#f-measures-0-after').inputValue(), '', 'what is gone is waited for no more')
    await page.locator('#f-measures-0-title').fill(w('担当を二人にする', 'A second person'))
    await page.locator('#f-measures-0-owner').selectOption({ label: unit.name })
    await page.locator('#f-measures-0-due').fill(day(90))
    await page.locator('#f-measures-0-residual_likelihood').selectOption('1')
    await button(w('保存', 'Save')).click()
    await heading(second)
    const next = page.url().split('/').pop()
    await main.getByText(w('この計画で一巡します', 'the plan closes the cycle')).waitFor()
    await main.getByRole('link', { name: w('別の計画と比べる', 'Compare with another plan') }).click()
    await heading(w('計画を比べる', 'Plans compared'))
    await page.locator('#f-with').fill('2026')
    await page.locator('#f-with').fill(w('令和8', '2026'))
    await main.getByRole('option', { name: new RegExp(plan) }).click()
    await button(w('表示', 'Show')).click()
    await main.getByRole('row').filter({ hasText: kept }).getByText(w('受容できる', 'Acceptable')).first().waitFor()
    await check(named('compare'))
    await open(`/plans/${next}`, second)
    await button(w('提出', 'Submit')).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
    await chief.open(`/plans/${next}/approval`, second)
    await chief.page.locator('#f-post').fill(names.chief)
    await chief.page.locator('#f-minutes').fill(w('庁議 第4号', 'Board 4'))
    await chief.main.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
    await chief.main.getByText(w('承認されました', 'Approved: 1 measure')).waitFor()
    await open('/risks/reports/retained', w('保有しているリスクの点検', 'Retained risks checked'))
    await counted(main.getByRole('link', { name: new RegExp(kept) }), n => n === 0, 'nothing that is kept stands outside')
  })
  that(complaints.every(x => /status of 4\d\d/.test(x)), `${lang}: nothing refused by the CSP`, complaints.join('\n'))
}

/* Each language has its own program and data: this file runs itself once for each. */
if (process.env.JOB_LANGUAGE) await inBrowser(tools => round(process.env.JOB_LANGUAGE, tools), { sample: false })
else for (const lang of process.env.ONLY ? [process.env.ONLY] : ['ja', 'en']) if (spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'inherit', env: { ...process.env, JOB_LANGUAGE: lang } }).status) process.exit(1)

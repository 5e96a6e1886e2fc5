// From a spreadsheet to an approved plan, by two people, in Japanese and again in English: import, criteria made and approved, risks judged on the
// matrix by keyboard with reasons, an option chosen with grounds, a plan with measures, submitted, returned, approved on one page with minutes.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { becomes, counted, focused, inBrowser, root, that } from './kaname.mjs'

const widths = [320, 390, 1366]

/* The first page: index, script and style, compressed as a proxy would. Said once. */
if (process.env.JOB_LANGUAGE === 'ja') {
  const dist = join(root, 'web', 'dist')
  const bytes = [join(dist, 'index.html'), ...readdirSync(join(dist, 'assets')).filter(x => /^index-.*\.(js|css)$/.test(x)).map(x => join(dist, 'assets', x))].reduce((n, f) => n + gzipSync(readFileSync(f), { level: 9 }).length, 0)
  console.log(`first page: ${(bytes / 1000).toFixed(1)} kB compressed`)
  that(bytes <= 200_000, 'first page at most 200 kB compressed', String(bytes))
}

async function job(lang, { base, org, secret, run, newPage, page, complaints, heading, open, check, step, first }) {
  const w = (ja, en) => lang === 'ja' ? ja : en
  const named = name => `${name}-${lang}`
  const main = page.getByRole('main'), dialog = page.getByRole('dialog')
  /* A refusal: the summary has the focus, its first link leads to the field. */
  const refused = async (where, field) => {
    const summary = where.getByRole('alert')
    await summary.waitFor()
    await focused(page, summary, `${named('summary')}: takes the focus`)
    await becomes(() => page.title(), x => x.startsWith(w('エラー：', 'Error: ')), `${named('summary')}: the title says error`)
    await summary.getByRole('link').first().click()
    await focused(page, field, `${named('summary')}: leads to ${field}`)
  }

  await step(named('first run: what to do next'), async () => {
    await first(secret, lang)
    const tasks = main.getByRole('listitem')
    await tasks.nth(4).waitFor()
    await counted(tasks, n => n === 5, 'five tasks of preparation')
    await counted(tasks.first().getByText(w('次はこれ', 'Next')), n => n === 1, 'the import is next')
    await check(named('first-home'), widths)
    for (const [path, name, next] of [['/matrix', w('リスクの評価', 'Evaluation of risks'), w('表計算から取り込む', 'Import a spreadsheet')], ['/criteria-sets', w('リスク判定基準', 'Risk criteria'), w('判定基準を作る', 'Make criteria')], ['/plans', w('リスク対応', 'Treatment of risks'), w('計画を作る', 'Make a plan')]]) {
      await open(path, name)
      await main.getByRole('link', { name: next }).waitFor()
      await check(named(`first${path.replace('/', '-')}`), [390, 1366])
    }
    await open('', w('ホーム', 'Home'))
    await main.getByRole('link', { name: w('表計算から取り込む', 'Import your spreadsheets') }).click()
    await page.waitForURL(/import/)
  })
  await step(named('import'), async () => {
    await page.locator('input[type=file]').setInputFiles(join(root, 'samples', 'jp-city', 'registers.xlsx'))
    await imported(page, w)
    await open('', w('ホーム', 'Home'))
    await page.getByRole('heading', { name: w('サービスを脅かすもの', 'What threatens the services') }).waitFor()
  })

  await step(named('judged without criteria'), async () => {
    await open('/matrix', w('リスクの評価', 'Evaluation of risks'))
    await main.getByText(w('承認された判定基準がまだないため', 'There are no approved criteria yet')).waitFor()
    const row = main.getByRole('listitem').filter({ hasText: 'R-0001' })
    await row.getByRole('button', { name: w('判断', 'Judge') }).click()
    await dialog.getByRole('button', { name: w('判断を記録', 'Record the judgement') }).click()
    await refused(dialog, 'f-judgement')
    await check(named('judge'), [390, 1366])
    await dialog.getByRole('radio', { name: w(/^対応する/, /^Treat/) }).check()
    await dialog.locator('#f-judged_by').fill(w('水道事業管理者', 'Head of the water utility'))
    await dialog.locator('#f-judgement_reason').fill(w('手動運転では三時間しか持たない', 'Manual operation lasts three hours only'))
    await dialog.getByRole('button', { name: w('判断を記録', 'Record the judgement') }).click()
    await row.getByText(w('人の判断：対応する', 'Judged: Treat')).waitFor()
    await counted(row.getByText(w('手動運転では', 'Manual operation')), n => n === 1, 'the judgement shows its reason')
    await check(named('matrix-no-criteria'), widths)
  })

  let chief
  await step(named('criteria made and submitted'), async () => {
    await open('/criteria-sets', w('リスク判定基準', 'Risk criteria'))
    await main.getByRole('link', { name: w('判定基準を作る', 'Make criteria') }).click()
    await heading(w('リスク判定基準を作る', 'Make criteria'))
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await refused(main, 'f-title')
    await check(named('criteria-form'), widths)
    await page.locator('#f-title').fill(w('令和8年度リスク判定基準', 'Risk criteria 2026'))
    await page.locator('#f-review_on').fill(w('令和9年11月30日', '2027-11-30'))
    await main.getByRole('combobox', { name: w('レベル 影響 1, 起こりやすさ 3', 'Level impact 1, likelihood 3') }).selectOption('1')
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await heading(w('令和8年度リスク判定基準', 'Risk criteria 2026'))
    await main.getByRole('button', { name: w('提出', 'Submit') }).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
    await check(named('criteria-submitted'), widths)
  })
  await step(named('criteria approved by the executive'), async () => {
    const link = /link=(\S+)/.exec(run('user', 'add', '--login', 'mayor', '--name', w('市長', 'The mayor'), '--roles', 'executive'))[1]
    chief = await newPage()
    await chief.first(link, lang)
    const theirs = chief.page.getByRole('main')
    await theirs.getByRole('heading', { name: w('決裁', 'For your decision') }).waitFor()
    await chief.check(named('executive-home'), widths)
    await theirs.getByRole('link', { name: w(/^決裁する/, /^Decide/) }).click()
    await chief.heading(w('令和8年度リスク判定基準', 'Risk criteria 2026'))
    await theirs.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
    await theirs.getByRole('alert').waitFor()
    await chief.check(named('criteria-decide-refused'), [390, 1366])
    await chief.page.locator('#f-post').fill(w('市長', 'The mayor'))
    await chief.page.locator('#f-minutes').fill(w('庁議 第12号', 'Board 12'))
    await theirs.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
    await theirs.getByText(w('庁議 第12号', 'Board 12')).first().waitFor()
    await counted(theirs.getByText(w('承認済み', 'Approved'), { exact: true }), n => n > 0, 'the criteria are approved')
  })

  await step(named('moved on the matrix by keyboard alone'), async () => {
    await open('/matrix', w('リスクの評価', 'Evaluation of risks'))
    await page.getByRole('grid').waitFor()
    await check(named('matrix'), widths)
    const cell = page.getByRole('gridcell')
    await page.getByRole('grid').locator('[tabindex="0"]').focus()
    const here = () => page.evaluate(() => document.activeElement?.getAttribute('data-at'))
    await becomes(here, '3-1', 'one cell takes the focus')
    await page.keyboard.press('ArrowRight')
    await becomes(here, '3-2', 'right')
    await page.keyboard.press('ArrowDown')
    await becomes(here, '2-2', 'down')
    await page.keyboard.press('End')
    await becomes(here, '2-3', 'end')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowLeft')
    const before = Number(/(\d+)(件| risks?)/.exec(await cell.locator('xpath=self::*[@data-at="3-2"]').textContent())[1])
    await page.keyboard.press('Enter')
    await page.waitForURL(/impact=3&likelihood=2/)
    await main.getByRole('heading', { level: 2 }).filter({ hasText: `${before}` }).waitFor() // the list beside it has the risks of the cell
    await page.getByRole('grid').locator('[data-at="3-2"]').focus()
    await page.keyboard.press('m')
    await dialog.getByRole('heading', { name: w('どのリスクを移しますか', 'Which risk is moved?') }).waitFor()
    await page.keyboard.press('Enter')
    await dialog.getByRole('heading', { name: w('リスクを移す', 'Move the risk') }).waitFor()
    const chosen = /R-\d+/.exec(await dialog.innerText())[0]
    await dialog.locator('#f-likelihood').focus()
    await page.keyboard.press('ArrowUp')
    await becomes(() => dialog.locator('#f-likelihood').inputValue(), '3', 'the keyboard chose likelihood 3')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await refused(dialog, 'f-reason')
    await check(named('move-refused'), widths)
    await page.keyboard.insertText(w('同じ型の事故が県内で今年二件あった', 'Two like accidents in the prefecture this year'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.waitForFunction(n => new RegExp(`(^|\\D)${n}(件| risks?)`).test(document.querySelector('[data-at="3-2"]')?.textContent ?? ''), before - 1)
    await page.getByRole('status').filter({ hasText: w(`${chosen}を移しました`, `${chosen} was moved`) }).waitFor()
    await page.goto(`${base}#/${org}/matrix?impact=3&likelihood=3`)
    await main.getByRole('listitem').filter({ hasText: chosen }).waitFor()
    await check(named('matrix-cell'), widths)
    await main.getByRole('listitem').filter({ hasText: chosen }).getByRole('link').click()
    await main.getByText(w('同じ型の事故が県内で', 'Two like accidents')).waitFor()
    await open('/matrix?view=table', w('リスクの評価', 'Evaluation of risks'))
    await counted(page.getByRole('table', { name: w('リスクマトリクスの表', 'The risk matrix as a table') }).getByRole('row'), n => n === 10, 'the same as a table')
    await check(named('matrix-table'), [390, 1366])
  })

  await step(named('option chosen with grounds'), async () => {
    await open('/matrix', w('リスクの評価', 'Evaluation of risks'))
    await main.getByRole('link', { name: /.+/ }).filter({ hasText: '' }).first().waitFor()
    await main.getByRole('listitem').filter({ hasText: 'R-0001' }).getByRole('link').click()
    await main.getByRole('heading', { name: w('対応', 'Treatment') }).waitFor()
    for (const why of await main.locator('summary').all()) await why.click()
    await counted(main.getByText(w('判定表のセル：影響 3', 'Cell: impact 3')), n => n === 1, 'the level tells its cell and criteria')
    await check(named('risk-open'), widths)
    await main.getByRole('button', { name: w('対応を選ぶ', 'Choose an option'), exact: true }).first().click()
    await dialog.getByRole('button', { name: w('決める', 'Decide') }).click()
    await refused(dialog, 'f-option_grounds')
    await dialog.locator('#f-option_grounds').fill(w('遠隔保守の認証を強めれば起こりにくくなる', 'Stronger authentication makes it less likely'))
    await dialog.getByRole('button', { name: w('決める', 'Decide') }).click()
    await main.getByText(w('対策を計画に入れる', 'Put measures into a plan')).waitFor()
  })

  let sheet
  await step(named('plan with measures, owners and dates'), async () => {
    await open('/plans', w('リスク対応', 'Treatment of risks'))
    await main.getByRole('link', { name: w('計画を作る', 'Make a plan') }).click()
    await heading(w('リスク対応計画を作る', 'Make a plan'))
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await refused(main, 'f-title')
    await page.locator('#f-title').fill(w('令和8年度リスク対応計画', 'Treatment plan 2026'))
    await page.locator('#f-purpose').fill(w('浄水場の運転を外部からの侵入で止めない。', 'Keep the plant running whatever enters from outside.'))
    await main.getByRole('button', { name: w(/件を加える$/, /add all/) }).first().click()
    await page.locator('#f-measures-0-title').fill(w('遠隔保守に多要素認証を入れる', 'Multi-factor authentication for remote maintenance'))
    await page.locator('#f-accepted').selectOption({ index: 2 })
    await main.getByRole('button', { name: w('受容に追加', 'Add to the accepted') }).click()
    await page.locator('#f-accepted-0-reason').fill(w('影響が小さく、監視で足りる', 'The impact is small; watching is enough'))
    await check(named('plan-form'), widths)
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await heading(w('令和8年度リスク対応計画', 'Treatment plan 2026'))
    await counted(main.getByText(w('対策1の期限', 'Due date of measure 1')), n => n === 1, 'the plan says that the due date is missing')
    await counted(main.getByRole('button', { name: w('提出', 'Submit'), exact: true }), n => n === 0, 'it cannot be submitted yet')
    await check(named('plan-draft'), widths)
    await main.getByRole('link', { name: w('対策1の期限', 'Due date of measure 1') }).click()
    await heading(w('リスク対応計画の編集', 'Edit the plan'))
    await page.waitForFunction(() => document.activeElement?.id === 'f-measures-0-due')
    await page.locator('#f-measures-0-due').fill(w('令和9年3月31日', '2027-03-31'))
    await page.locator('#f-measures-0-cost').fill('６２，０００，０００')
    await page.locator('#f-measures-0-residual_impact').selectOption('2')
    await page.locator('#f-measures-0-residual_likelihood').selectOption('1')
    await main.getByRole('button', { name: w('保存', 'Save'), exact: true }).click()
    await heading(w('令和8年度リスク対応計画', 'Treatment plan 2026'))
    await main.getByRole('button', { name: w('提出', 'Submit'), exact: true }).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
    await check(named('plan-submitted'), widths)
    sheet = /plans\/[^/?]+/.exec(page.url())[0]
  })

  await step(named('returned, mended, approved on one page'), async () => {
    const theirs = chief.page.getByRole('main'), box = chief.page.getByRole('dialog')
    await chief.open(`/${sheet}/approval`, w('令和8年度リスク対応計画', 'Treatment plan 2026'))
    await theirs.getByRole('button', { name: w('差し戻す', 'Return') }).click()
    await box.getByRole('button', { name: w('差し戻す', 'Return') }).click()
    await box.getByRole('alert').waitFor()
    await box.locator('#f-why').fill(w('費用の財源を書いてください', 'Say where the money comes from'))
    await box.getByRole('button', { name: w('差し戻す', 'Return') }).click()
    await theirs.getByText(w('費用の財源を書いてください', 'Say where the money comes from')).waitFor()
    await page.reload()
    await main.getByText(w('費用の財源を書いてください', 'Say where the money comes from')).first().waitFor()
    await main.getByRole('button', { name: w('提出', 'Submit'), exact: true }).click()
    await main.getByText(w('承認待ち', 'Submitted')).first().waitFor()
    await chief.open('', w('ホーム', 'Home'))
    await theirs.getByRole('link', { name: w(/^決裁する/, /^Decide/) }).click()
    await theirs.getByRole('heading', { name: w('お願い', 'Request') }).waitFor()
    await chief.check(named('sheet'), widths)
    await counted(theirs.getByRole('row').filter({ hasText: 'R-0001' }).getByText(w('6,200万円', 'JPY 62 million')), n => n === 1, 'the sheet tells the cost')
    const pdf = await chief.page.pdf({ preferCSSPageSize: true })
    that((pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length === 1, 'the approval prints on one A4 page', String((pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length))
    if (process.env.SHOTS) await chief.page.pdf({ path: join(process.env.SHOTS, named('sheet') + '.pdf'), preferCSSPageSize: true })
    await counted(theirs.getByText(w('受容の範囲に入るか', 'is within acceptance or accepted')), n => n === 1, 'the sheet says how it looks with all measures done')
    await chief.page.getByRole('link', { name: w(/^5 対応 ?1/, /^5 Treatment ?1/) }).waitFor()
    await chief.page.locator('#f-post').fill(w('市長', 'The mayor'))
    await chief.page.locator('#f-minutes').fill(w('庁議 第13号', 'Board 13'))
    await chief.page.locator('#f-minutes_file').setInputFiles({ name: 'minutes.pdf', mimeType: 'application/pdf', buffer: pdf })
    await theirs.locator('select#f-minutes_file').waitFor()
    await theirs.getByRole('button', { name: w('承認', 'Approve'), exact: true }).click()
    await theirs.getByText(w('承認されました', 'Approved: 1 measure and')).waitFor()
    await chief.check(named('sheet-approved'), widths)
    await theirs.getByRole('link', { name: w('ファイル', 'file'), exact: true }).waitFor()
    await page.reload()
    await main.getByText(w('庁議 第13号', 'Board 13')).first().waitFor()
    await main.getByRole('combobox', { name: w('対策1の進み具合', 'Progress of measure 1') }).selectOption('done')
    await page.waitForFunction(() => document.querySelector('select')?.value === 'done')
    await check(named('plan-approved'), widths)
    await open('', w('ホーム', 'Home'))
    await main.getByText(w('1/1完了', '1 of 1 done')).first().waitFor()
    await check(named('home'), widths)
  })
  await step(named('what was retired keeps its name in the approved plan'), async () => {
    const turn = act => page.evaluate(async ({ org, act }) => {
      const r = (await (await fetch(`/api/orgs/${org}/risks?limit=1${act ? '&removed=1' : ''}`)).json()).items[0]
      const h = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), 'If-Match': `"${r.version}"`, 'X-CSRF-Token': (await (await fetch('/api/session')).json()).csrf }
      const answer = await fetch(`/api/orgs/${org}/risks/${r.id}${act}`, { method: act ? 'POST' : 'DELETE', headers: h })
      return answer.text().then(() => answer.status)
    }, { org, act })
    that(await turn('') === 200, 'a risk that only an approved plan names is retired')
    for (const path of [sheet, `${sheet}/approval`]) {
      await open(`/${path}`, w('令和8年度リスク対応計画', 'Treatment plan 2026'))
      await page.reload()
      await main.getByRole('row').filter({ hasText: 'R-0001' }).getByText(w(/（廃止）/, / \(retired\)/)).first().waitFor()
    }
    that(await turn('/restore') === 200, 'and comes back')
  })
  await step(named('a large plan still prints on one page'), async () => {
    const id = await page.evaluate(async ({ org, lang }) => {
      const ask = async (method, path, body) => (await fetch(`/api/orgs/${org}/${path}`, { method, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), 'X-CSRF-Token': (await (await fetch('/api/session')).json()).csrf }, body: body && JSON.stringify(body) })).json()
      const risks = (await ask('GET', 'risks?limit=200')).items, units = (await ask('GET', 'units')).items
      const long = lang === 'ja' ? 'とても長い名前の対策を、ほかの部署と調整しながら段階を分けて進める。' : 'A measure with a very long name that is taken step by step together with the other units. '
      const measures = risks.slice(0, 30).flatMap(r => [1, 2].map(n => ({ risk: r.id, title: `${long.slice(0, 80)}${n}`, kind: 'prevention', owner: units[0].id, due: '2028-03-31', cost: { from: 1000000, to: 123456789 } })))
      return (await ask('POST', 'plans', { title: lang === 'ja' ? '大きな計画' : 'A large plan', purpose: long.repeat(40), measures, accepted: risks.slice(30, 45).map(r => ({ risk: r.id, reason: long.repeat(5) })) })).id
    }, { org, lang })
    await open(`/plans/${id}/approval`, w('大きな計画', 'A large plan'))
    await page.getByRole('heading', { name: w('お願い', 'Request') }).waitFor()
    const pdf = await page.pdf({ preferCSSPageSize: true })
    const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length
    that(pages === 1, 'sixty measures and fifteen acceptances: one page', `${pages}`)
    if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, named('large') + '.pdf'), pdf)
    await open('/matrix', w('リスクの評価', 'Evaluation of risks'))
    await page.getByRole('grid').waitFor()
    if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, named('matrix') + '.pdf'), await page.pdf({ preferCSSPageSize: true }))
  })
  const said = complaints.filter(x => !/status of 4\d\d/.test(x))
  that(said.length === 0, `${lang}: nothing refused by the CSP`, said.join('\n'))
}

/* The import wizard to its end. */
async function imported(page, w) {
  const main = page.getByRole('main')
  for (const verb of [w('試し取り込みへ進む', 'Go on to the trial'), w('試し取り込み', 'Try the import'), w('取り込む', 'Import')])
    await main.getByRole('button', { name: verb, exact: true }).click()
  await main.getByRole('heading', { name: w('取り込みました', 'Imported'), exact: true }).waitFor()
}

/* Each language has its own program and data: this file runs itself once for each. */
if (process.env.JOB_LANGUAGE) await inBrowser(tools => job(process.env.JOB_LANGUAGE, tools), { sample: false })
else for (const lang of ['ja', 'en']) if (spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'inherit', env: { ...process.env, JOB_LANGUAGE: lang } }).status) process.exit(1)

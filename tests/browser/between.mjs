// Two dates compared: a register that was imported a month ago and changed today; before and after, by whom and why; what cannot be compared. Issues by age. In Japanese and English.
import { inBrowser, that, counted } from './kaname.mjs'

const day = n => new Date(Date.now() + 9 * 3600_000 + n * 86400_000).toISOString().slice(0, 10)

await inBrowser(async ({ base, org, secret, page, complaints, heading, open, check, step, first, ask }) => {
  const main = page.getByRole('main')
  await first(secret)
  let risen, ended
  await step('data: today one risk grows, one ends, one goes back, one is new', async () => {
    const { items } = await ask('GET', 'risks?limit=6&impact.max=2')
    ;[risen, ended] = items
    await ask('PATCH', `risks/${risen.id}`, { impact: 3 }, risen.version, '試験の結果から')
    await ask('PATCH', `risks/${ended.id}`, { state: 'closed' }, ended.version, '設備をやめた')
    await ask('POST', `risks/${items[2].id}/reopen`, { step: 'analyse', why: '契約が変わった' }, items[2].version)
    await ask('POST', 'risks', { title: '新しく見つかったリスク', impact: 2, likelihood: 2 })
    await ask('POST', 'issues', { title: '古い課題', origin: 'audit', state: 'open', found_on: day(-400) })
  })
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await step(`two dates: ${lang}`, async () => {
      await page.evaluate(l => localStorage.setItem('lang', l), lang)
      await page.reload()
      await open('/risks', w('リスク', 'Risks'))
      await main.getByRole('link', { name: w('二つの日を比べる', 'Two dates compared') }).click()
      await heading(w('二つの日を比べる', 'Two dates compared'))
      await check(`between-ask-${lang}`)
      await page.locator('#f-from').fill(day(0))
      await main.getByRole('button', { name: w('表示', 'Show') }).click()
      await main.getByText(w('あとの日より前の日にしてください。', 'It must be before the second day.')).first().waitFor()
      await check(`between-wrong-${lang}`)
      await page.locator('#f-from').fill(day(-7))
      await main.getByRole('button', { name: w('表示', 'Show') }).click()
      const changed = main.getByRole('table', { name: w('レベルや評価、優先順位が変わったリスク', 'Risks whose level, evaluation or priority changed') })
      await changed.waitFor()
      const row = changed.getByRole('row').filter({ hasText: risen.title })
      const text = await row.innerText()
      that(/→ 3・/.test(text) && text.includes('試験の結果から'), 'before and after, and why', text)
      await counted(main.getByRole('table', { name: w('終わったリスク', 'Risks that ended') }).getByText('設備をやめた'), n => n === 1, 'it ended, with the reason')
      await counted(main.getByRole('table', { name: w('加わったリスク', 'New risks') }).getByRole('link', { name: '新しく見つかったリスク' }), n => n === 1, 'the new one alone')
      await counted(main.getByRole('table', { name: w('手順を戻したリスク', 'Risks sent back') }).getByText('契約が変わった'), n => n === 1, 'sent back')
      await check(`between-${lang}`)
      await page.goto(`${base}#/${org}/risks/reports/between?from=${day(-60)}&to=${day(-7)}`)
      await counted(main.getByRole('table', { name: w('加わったリスク', 'New risks') }).getByRole('row'), n => n > 40, 'all of them came with the import')
    })
    await step(`issues by age: ${lang}`, async () => {
      await open('/issues', w('課題', 'Issues'))
      await main.getByRole('link', { name: w('課題の経過日数', 'Issues by age') }).click()
      await heading(w('課題の経過日数', 'Issues by age'))
      await main.getByRole('table', { name: w('古い順', 'Oldest first') }).getByRole('link', { name: '古い課題' }).waitFor()
      await check(`ages-${lang}`)
    })
  }
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
}, { sampleAt: '-30d' })

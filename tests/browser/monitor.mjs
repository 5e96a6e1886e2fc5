// A sign of change sends its risks back; the risk says so, what to do next, and goes on with the result. In Japanese and English, at both widths.
import { becomes, counted, inBrowser, that } from './kaname.mjs'

await inBrowser(async ({ org, secret, page, complaints, heading, open, check, step, first, ask }) => {
  const main = page.getByRole('main')
  await first(secret)
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await step(`sent back and on again: ${lang}`, async () => {
      await page.evaluate(l => localStorage.setItem('lang', l), lang)
      await page.reload()
      const { items } = await ask('GET', 'risks?limit=2')
      const sign = await ask('POST', 'triggers', { title: '保守端末の弱点が公表された', kind: 'threat', found_on: '2026-11-20', step: 'analyse', risks: items.map(r => r.id) })
      await open(`/triggers/${sign.id}`, sign.title)
      await counted(main.locator('a.btn-fill'), n => n === 1, 'one thing is next')
      await becomes(() => main.locator('a.btn-fill').innerText(), w('リスクに反映する', 'Apply to its risks'), 'the next act, not the change of the text')
      await main.getByRole('link', { name: w('リスクに反映する', 'Apply to its risks') }).click()
      await main.getByRole('button', { name: w('リスクに反映する', 'Apply to its risks') }).click()
      await main.getByText(w('反映した', 'Handled'), { exact: true }).first().waitFor()
      await counted(main.getByRole('link', { name: w('反映しない', 'Dismiss') }), n => n === 0, 'what is handled is not dismissed')
      await open(`/risks/${items[0].id}`, items[0].title)
      await main.getByText(w('「分析」からやり直し、結果を書いて終える', 'Go through it again from analysis')).waitFor()
      await counted(main.getByRole('link', { name: new RegExp(`${sign.number} ${sign.title}`) }), n => n === 1, 'the change behind it is a link')
      await counted(main.getByRole('link', { name: w('手順を戻す', 'Send back') }), n => n === 0, 'it is not sent back twice')
      await check(`risk-reopened-${lang}`)
      await main.getByRole('link', { name: w('やり直しを終える', 'Finish the return') }).click()
      await heading(w('やり直しを終える', 'Finish the return'))
      await main.getByRole('button', { name: w('やり直しを終える', 'Finish the return') }).click()
      await main.getByRole('alert').first().waitFor() // the result is asked for
      await check(`risk-resume-${lang}`)
      await page.locator('#f-result').fill(w('起こりやすさは変わらない', 'No more likely than before'))
      await page.locator('#f-state').selectOption('watched')
      await main.getByRole('button', { name: w('やり直しを終える', 'Finish the return') }).click()
      await heading(items[0].title)
      await main.getByText(w('監視中', 'Watched')).first().waitFor()
      await main.getByRole('link', { name: w('手順を戻す', 'Send back') }).waitFor()
    })
  }
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
})

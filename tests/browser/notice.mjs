// What people are told: from the incident to a wording filled from the facts, its blanks filled in, put out over a channel, the next one promised and shown on the first page. In Japanese and English, at both widths.
import { becomes, counted, inBrowser, that } from './kaname.mjs'

const ago = minutes => new Date(Math.floor(Date.now() / 60e3) * 60e3 - minutes * 60e3).toISOString()
await inBrowser(async ({ secret, page, heading, open, check, step, first, ask }) => {
  const main = page.getByRole('main')
  await first(secret)
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await page.evaluate(l => localStorage.setItem('lang', l), lang)
    await page.reload()
    const title = `データ通信の停止 ${lang}`
    const made = await ask('POST', 'incidents', { title, operator_class: 'telecom.carrier', occurred_at: ago(50), known_at: ago(45), facts: [{ fact: 'service_class', is: 'other' }, { fact: 'org.designated_public_institution', is: 'true' }],
      segments: [{ kind: 'stopped', class: 'other', area: '要市', from: ago(50), open: true, value: 42000 }] })
    await step(`a first notice: ${lang}`, async () => {
      await open(`/incidents/${made.id}`, title)
      await main.locator('#notices').getByText(w('まだ何も知らせていません', 'Nobody was told anything yet')).waitFor()
      await main.locator('#notices').getByRole('link', { name: w('お知らせを書く', 'Write a notice') }).click()
      await heading(w('お知らせの追加', 'Add: Notice'))
      await check(`notice-new-${lang}`)
      await page.locator('#w-next').selectOption('60')
      await main.getByRole('button', { name: w('文例を入れる', 'Put the wording in') }).click()
      await main.getByText(w('空欄が2か所あります', '2 blanks are left')).waitFor()
      await main.getByText(w('自組織に向けた目安です', 'It is meant for this organisation')).waitFor()
      await becomes(() => page.locator('#f-text').inputValue(), x => x.includes('要市') && x.includes('［　　　］') && !x.includes('{'), 'the wording stands in the form, with its blanks')
      that((await page.locator('#f-title').inputValue()) === 'サービスの停止・支障について（第1報）', 'with its heading')
      await check(`notice-wording-${lang}`)
      for (const [id, blank, word] of [['#f-text', '［　　　］', 'なし'], ['#f-text_en', '[________]', 'none']]) await page.locator(id).fill((await page.locator(id).inputValue()).replaceAll(blank, word))
      await main.locator('form [type=submit]').last().click()
      await heading('サービスの停止・支障について（第1報）')
      await check(`notice-draft-${lang}`)
    })
    await step(`put out, and the next one promised: ${lang}`, async () => {
      await main.getByRole('link', { name: w('出したことを記録する', 'Record that it was put out') }).click()
      await heading(w('出したことを記録する', 'Record that it was put out'))
      const [notice] = (await ask('GET', `notices?incident=${made.id}`)).items
      await ask('POST', `notices/${notice.id}/put-out`, { channel: 'top_page', at: ago(2) }, notice.version)
      await open('', w('ホーム', 'Home'))
      const row = main.locator('li').filter({ hasText: 'サービスの停止・支障について（第1報）' }).filter({ hasText: w('次の約束', 'next promised') })
      await counted(row, n => n >= 1, 'the promise stands on the first page')
      await row.first().getByText(w('次まであと', 'next in')).waitFor()
      await check(`notice-home-${lang}`)
      await open(`/incidents/${made.id}`, title)
      await main.locator('#notices').getByText(w('公表', 'out')).first().waitFor()
      const next = main.locator('#notices').getByRole('link', { name: w('次のお知らせを書く', 'Write the next notice') })
      that((await next.getAttribute('href')).includes('stage=update'), 'the next one is an update')
      await check(`notice-incident-${lang}`)
    })
  }
})

// Must this be reported? At a desk and on a phone, in both languages: what decides, when time itself decides, what is due to whom; a first report by telephone with its record.
import { counted, inBrowser, that } from './kaname.mjs'

const at = n => new Date(Math.floor(Date.now() / 60e3) * 60e3 + n * 60e3).toISOString()
const facts = [{ fact: 'service_class', is: 'other' }, { fact: 'cause.facility_failure', is: 'own' }, { fact: 'service.only_additional_function', is: 'false' }, { fact: 'impact.sufferers', number: 42000, per: 'other' }]
const row = { kind: 'stopped', class: 'other', value: 42000 }

const says = async (place, words, what) => counted(place.filter({ hasText: words }), n => n > 0, what)

await inBrowser(async ({ secret, run, page, heading, open, check, settle, step, first, ask }) => {
  const main = page.getByRole('main')
  run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso')
  await first(secret)
  const make = async body => (await ask('POST', 'incidents', { operator_class: 'telecom.carrier', facts, ...body })).id

  await step('time will decide', async () => {
    const id = await make({ title: '中継網の停止', segments: [{ ...row, from: at(-79), open: true }] })
    await open(`/incidents/${id}`, /中継網の停止/)
    await says(main.locator('.in-short'), /このまま続くと .* に「電気通信 重大な事故/, 'it says when it will be met')
    const one = main.locator('.verdict', { hasText: '電気通信 重大な事故（役務の停止・品質の低下）' })
    await says(one.first(), /あと41分|あと40分/, 'and how long there is')
    await one.first().locator('summary').first().click()
    await says(one.first(), /1時間(19|20)分（続いています） 必要 2時間以上/, 'what was seen and what is needed')
    await says(one.first(), /2026-05-27/, 'the amendment that was not read is told')
    await counted(main.locator('#duties'), 0, 'nothing is due yet')
    await check('verdict-turns')
  })

  await step('met: duties with their clocks', async () => {
    await page.setViewportSize({ width: 1366, height: 900 })
    const id = await make({ title: 'データ通信の停止', segments: [{ ...row, from: at(-300), to: at(-180) }] })
    await open(`/incidents/${id}`, /データ通信の停止/)
    await says(main.locator('.in-short'), /報告が要ります/, 'it must be reported')
    await main.locator('#duties li').nth(2).waitFor()
    const met = main.locator('.verdict', { hasText: '電気通信 重大な事故（役務の停止・品質の低下）' }).first()
    await says(met, /報告書　宛先：総務大臣/, 'to whom')
    await says(met, /速やかに（法令に日数の定めはない）/, 'at once has no number')
    await met.getByText('条文と計算').nth(1).click()
    await says(met, /民法/, 'the computation stands beside the deadline')
    await check('verdict-met')
    await page.setViewportSize({ width: 390, height: 800 })
    await main.locator('#duties').getByRole('link', { name: /一報/ }).click()
    await heading(/一報/)
    await check('duty')
    await page.setViewportSize({ width: 390, height: 800 })
    await main.getByRole('link', { name: '報告したことを記録する' }).click()
    await heading(/報告したことを記録する/)
    await page.getByLabel('方法').selectOption({ label: '電話' })
    const now = new Date(Date.now() + 9 * 3600e3 - 60e3).toISOString()
    await page.getByLabel('報告した時刻 日').fill(now.slice(0, 10).replaceAll('-', '/'))
    await page.getByLabel('報告した時刻 時刻').fill(now.slice(11, 16))
    await page.getByLabel('届け先').fill('03-0000-0000')
    await check('duty-make')
    await main.getByRole('button', { name: /報告したことを記録する|保存/ }).last().click()
    await main.getByRole('alert').first().waitFor()
    await says(main, /通話の記録が要ります/, 'a call needs its record')
    await page.getByLabel('相手の氏名').fill('当直の担当者')
    await page.getByLabel('通話の記録').fill('発生時刻と影響を伝えた')
    await page.getByLabel('承認なしで報告した理由').fill('深夜のため')
    await main.getByRole('button', { name: '報告したことを記録する' }).click()
    await heading(/一報/)
    await says(main, /報告済み/, 'made by telephone')
  })

  await step('the first page counts the time', async () => {
    await page.setViewportSize({ width: 1366, height: 900 })
    await open('/', 'ホーム')
    await says(main.locator('.section').first(), /報告の期限/, 'reports that are due come first')
    await says(main.locator('.section').first(), /速やかに/, 'what is due at once says so')
    await check('home-clocks')
    await page.evaluate(() => localStorage.setItem('lang', 'en'))
    await page.reload()
    await settle()
    const id = (await ask('GET', 'incidents?q=' + encodeURIComponent('データ通信'))).items[0].id
    await open(`/incidents/${id}`, /データ通信の停止/)
    await says(main.locator('.in-short'), /It must be reported/, 'in English')
    await check('verdict-met-en')
  })
  that(true, 'walked')
})

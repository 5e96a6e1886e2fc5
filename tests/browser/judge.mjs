// Judging without a script, on a phone, in Japanese and English: from what one is to a verdict that is met, with its day, and to one that time decides; mistakes beside their fields with
// nothing lost; the other language on the way; bytes of every page; axe on a twin of every page; the A4 sheets on paper. The pages run in a browser that is told not to run scripts.
import { counted, inBrowser, that } from './kaname.mjs'

const day = (days, clock) => `${new Date(Date.now() + 9 * 3600e3 + days * 86400e3).toISOString().slice(0, 10)}T${clock}` // in Japan

await inBrowser(async ({ base, secret, context, newPage, first }) => {
  await first(secret)
  const cookies = await context.cookies()
  const phone = { javaScriptEnabled: false, viewport: { width: 390, height: 844 } }
  const twin = await newPage({ bypassCSP: true, viewport: { width: 390, height: 844 } })
  const paper = await newPage({ bypassCSP: true })
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    const { page, complaints, strangers, step, context: own } = await newPage({ ...phone, locale: lang === 'ja' ? 'ja-JP' : 'en-GB' })
    await own.addCookies(cookies)
    const sizes = []
    page.on('response', async r => { if (r.url().includes('/judge')) sizes.push([r.request().method(), (await r.body().catch(() => Buffer.alloc(0))).length]) })
    let pages = 0
    /* What is on the phone now: its bytes, and its twin under axe, at both widths. */
    const look = async name => {
      const html = await page.content()
      that(Buffer.byteLength(html) <= 30_000, `${name} ${lang}: 30 kB`, Buffer.byteLength(html))
      that(!/<script|\son[a-z]+=|javascript:/i.test(html), `${name} ${lang}: no script in it`)
      that((await page.locator('html').getAttribute('lang')) === lang, `${name} ${lang}: says its language`)
      that(await page.locator('h1').count() === 1 && (await page.title()).endsWith(' - Kaname'), `${name} ${lang}: one heading and a title`)
      await twin.page.goto(`${base}healthz`)
      await twin.page.setContent(html)
      await twin.check(`${name}-${lang}`)
      pages++
    }
    const press = name => page.getByRole('button', { name, exact: true }).first().click()
    const next = page.getByRole('button', { name: w('次へ：', 'Next: ') })
    await step(`what you are: ${lang}`, async () => {
      await page.goto(`${base}judge`)
      await look('class')
      await next.click()
      await page.getByRole('alert').waitFor()
      await look('class-missing')
      await page.getByRole('checkbox', { name: w('電気通信事業者', 'Telecommunications carrier'), exact: true }).check()
      await next.click()
      await page.getByRole('group', { name: w('何が起きましたか', 'What has happened?') }).waitFor()
    })
    await step(`what happened: ${lang}`, async () => {
      await look('what')
      await page.getByLabel(w('自分たちがいつ知りましたか。', 'When did you come to know of it?')).fill(day(-1, '01:10'))
      await page.getByRole('checkbox', { name: w('サービスの停止', 'Service stopped') }).check()
      await page.getByRole('checkbox', { name: w('その他の電気通信役務', 'Other telecommunications') }).check()
      const only = page.getByRole('group', { name: w('影響は付加的な機能だけですか', 'Is only an additional function hit') })
      await only.getByRole('radio', { name: w('いいえ', 'No'), exact: true }).check()
      await page.getByRole('group', { name: w('影響を受けた利用者を数えることが難しい', 'whose users hit are hard to count') }).getByRole('radio', { name: w('いいえ', 'No'), exact: true }).check()
      const engineers = page.locator('summary', { hasText: w('設備・技術の担当', 'engineering') })
      await engineers.click()
      await page.getByRole('group', { name: w('原因は誰の', 'Whose facility failed') }).getByRole('radio', { name: w('自分の設備（', 'Own facility') }).check()
      await look('what-filled')
      await next.click()
    })
    const row = n => page.getByRole('group', { name: w(`${n}行目`, `Row ${n}`), exact: true })
    await step(`a mistake is shown where it is, and nothing is lost: ${lang}`, async () => {
      await row(1).getByLabel(w('始まり', 'From')).fill(day(-1, '01:00'))
      await row(1).getByLabel(w('終わり', 'To')).fill(day(-1, '00:30'))
      await row(1).getByLabel(w('影響を受けた数', 'How many were hit')).fill('たくさん')
      await press(w('次へ：判定', 'Next: Verdict'))
      await page.getByRole('alert').waitFor()
      that((await page.title()).startsWith(w('エラー：', 'Error: ')), `${lang}: the title says so`)
      that(await row(1).getByLabel(w('影響を受けた数', 'How many were hit')).inputValue() === 'たくさん' && await row(1).getByLabel(w('終わり', 'To')).inputValue() === day(-1, '00:30'), `${lang}: what was typed is still there`)
      const bad = row(1).getByLabel(w('影響を受けた数', 'How many were hit'))
      that(await bad.getAttribute('aria-invalid') === 'true' && (await page.locator(`[id="${await bad.getAttribute('aria-describedby')}"]`).innerText()).length > 5, `${lang}: tied to its field`)
      await look('line-wrong')
      await page.getByRole('alert').getByRole('link').first().click()
      await row(1).getByLabel(w('影響を受けた数', 'How many were hit')).fill(w('3万5千', '35,000'))
      await row(1).getByLabel(w('終わり', 'To')).fill(day(-1, '03:00'))
    })
    await step(`met, with its day: ${lang}`, async () => {
      await page.getByLabel(w('その他の電気通信役務（携帯データ・光回線・有料メールなど）', 'Other telecommunications (mobile data, fibre, paid mail …)')).first().fill(w('3万5千', '35,000'))
      await press(w('次へ：判定', 'Next: Verdict'))
      const met = page.locator('section', { hasText: w('電気通信 重大な事故（役務の停止・品質の低下）', 'Telecommunications: major accident (service stopped or degraded)') }).first()
      await counted(met.locator('.met'), 1, `${lang}: met`)
      await counted(met.getByRole('listitem').filter({ hasText: w('総務大臣', 'Minister for Internal Affairs') }).filter({ hasText: w('期限', 'Due') }), 1, `${lang}: one report has a day`)
      const words = await met.innerText()
      that(w(/期限 \d{4}年\d+月\d+日（[月火水木金]）/, /Due (the end of )?\d+ [A-Z][a-z]{2} \d{4} \((Mon|Tue|Wed|Thu|Fri)\)/).test(words), `${lang}: the day by which it is due, a day that is open`, words.slice(0, 600))
      await look('met')
      await met.locator('summary').click()
      await met.getByText(w('継続時間：2時間／必要 2時間以上', 'duration: 2 hours / needs at least 2 hours')).waitFor()
      await look('met-why')
    })
    await step(`the other language, and back, with all that was said: ${lang}`, async () => {
      await press(w('English', '日本語'))
      await page.locator(w('html[lang=en]', 'html[lang=ja]')).waitFor()
      await counted(page.locator('.met').first(), 1, `${lang}: still met`)
      await press(w('日本語', 'English'))
      await page.locator(`html[lang=${lang}]`).waitFor()
    })
    await step(`undecided, and time decides: ${lang}`, async () => {
      await press(w('戻る：時系列', 'Back: Time line'))
      that(await row(1).getByLabel(w('始まり', 'From')).inputValue() === day(-1, '01:00'), `${lang}: the row came back`)
      await row(1).getByLabel(w('終わり', 'To')).fill('')
      await row(1).getByRole('checkbox', { name: w('続いている', 'Still going on') }).check()
      await page.getByLabel(w('いつの時点で判定するか', 'Judged as of')).fill(day(-1, '02:19'))
      await press(w('次へ：判定', 'Next: Verdict'))
      await page.getByText(w(/このまま続けば .*3:00 に「該当」になります（あと41分）/, /If it goes on, it becomes "Met" at .*03:00 JST \(in 41 minutes\)/)).first().waitFor()
      await look('turns')
    })
    await step(`what to find out is answered in place: ${lang}`, async () => {
      await press(w('戻る：起きたこと', 'Back: What happened'))
      await page.locator('summary', { hasText: w('設備・技術の担当', 'engineering') }).waitFor()
      await page.getByRole('group', { name: w('原因は誰の', 'Whose facility failed') }).getByRole('radio', { name: w('まだ聞いていない', 'Not asked yet') }).check()
      await press(w('今あるだけで判定する', 'Judge by what there is'))
      const ask = page.getByRole('group', { name: w('原因は誰の', 'Whose facility failed') })
      await ask.getByRole('radio', { name: w('設備の故障ではない', 'No failure of a facility') }).check()
      await press(w('判定し直す', 'Judge again'))
      await page.locator('summary', { hasText: w('該当しないもの', 'Not met') }).click()
      await page.getByRole('listitem').filter({ hasText: w('電気通信 重大な事故（役務の停止・品質の低下）', 'Telecommunications: major accident (service stopped or degraded)') }).first().waitFor()
      await look('answered')
    })
    await step(`by keyboard alone: ${lang}`, async () => {
      await page.goto(`${base}judge`)
      for (let i = 0; i < 30 && !await page.locator('input[value="telecom.carrier"]:focus').count(); i++) await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      await page.getByRole('group', { name: w('何が起きましたか', 'What has happened?') }).waitFor()
    })
    await step(`sheets on paper: ${lang}`, async () => {
      await paper.context.addCookies(cookies)
      await page.goto(`${base}judge?lang=${lang}`)
      const sheets = await page.locator('a[href*="/judge/sheet"]').evaluateAll(l => l.map(x => x.getAttribute('href')))
      that(sheets.length > 0, `${lang}: there are sheets`)
      for (const href of sheets) {
        await paper.page.goto(base.replace(/\/$/, '') + href)
        const pdf = (await paper.page.pdf({ preferCSSPageSize: true })).toString('latin1')
        that((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length === 1, `${href}: one page`, (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length)
        that(await paper.page.locator('section li').count() > 0 && (href.includes('telecom.carrier') ? await paper.page.locator('td').count() > 5 : true), `${href}: says what must be reported`)
        await paper.check(`sheet-${href.split('=').pop()}-${lang}`)
      }
    })
    that(pages >= 8 && complaints.filter(x => !/422|Unprocessable/.test(x)).length === 0, `${lang}: nothing complained of`, complaints.join(' | '))
    that(strangers.length === 0, `${lang}: nothing asked of others`, strangers)
    const firsts = sizes.filter(([m]) => m === 'GET').map(([, n]) => n), all = sizes.map(([, n]) => n)
    that(firsts.length && Math.max(...firsts) <= 15_000, `${lang}: the first page is within 15 kB`, firsts)
    that(all.length > 10 && Math.max(...all) <= 30_000, `${lang}: every page is within 30 kB`, all)
    console.log(`${lang}: ${all.length} pages, largest ${Math.max(...all)} bytes, first ${Math.max(...firsts)} bytes`)
  }
  that(twin.strangers.length === 0, 'twins ask nobody')
}, { sample: false })

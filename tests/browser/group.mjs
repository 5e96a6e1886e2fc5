// A group: organisations below that show nothing, their standing, figures and titles; what the one above sees of each, and how it is decided. In Japanese and English.
import { inBrowser, that, counted } from './kaname.mjs'

await inBrowser(async ({ base, org, secret, page, complaints, heading, check, step, first }) => {
  const main = page.getByRole('main')
  await first(secret)
  const ask = (method, path, data, version) => page.evaluate(async ([method, path, data, version]) => {
    const s = await (await fetch('/api/session')).json()
    const r = await fetch(`/api/orgs${path}`, { method, body: data && JSON.stringify(data), headers: { 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID(), 'Content-Type': 'application/json', ...(version ? { 'If-Match': `"${version}"` } : {}) } })
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${await r.text()}`)
    return r.json()
  }, [method, path, data, version])
  const below = {}
  const levels = async (id, name) => {
    const three = [1, 2, 3].map(level => ({ level, name: `段階${level}`, description: '目安' }))
    const cells = [1, 2, 3].flatMap(impact => [1, 2, 3].map(likelihood => ({ impact, likelihood, level: impact + likelihood - 1, accepted: impact + likelihood <= 3 })))
    const c = await ask('POST', `/${id}/criteria-sets`, { title: '基準', impacts: three, likelihoods: three, cells })
    await ask('POST', `/${id}/criteria-sets/${c.id}/submit`, {}, 1)
    await ask('POST', `/${id}/criteria-sets/${c.id}/approve`, { post: '取締役会', minutes: '第1号', date: '2026-01-05' }, 2)
    for (const [n, impact, likelihood] of [[4, 3, 3], [5, 2, 2], [3, 1, 2], [1, 1, 1]]) for (let i = 0; i < n; i++) await ask('POST', `/${id}/risks`, { title: `${name}で監視装置が止まる（${impact}・${likelihood}の${i + 1}）`, impact, likelihood, review_on: '2026-01-01' })
  }
  await step('data: four subsidiaries and one below them', async () => {
    const me = (await ask('GET', `/${org}/people`)).items[0]
    await ask('PATCH', `/${org}/people/${me.id}`, { roles: ['admin', 'ciso', 'risk_manager', 'executive'], subtree: true })
    for (const [name, show, under] of [['水道サービス', 'nothing'], ['ケーブル網', null], ['地域電力', 'figures'], ['市民交通', 'severe'], ['交通システム', 'severe', '市民交通']]) {
      below[name] = (await ask('POST', '', { name, parent: under ? below[under] : org })).id
      if (show) await ask('PUT', `/${below[name]}/disclosure`, { show, reason: '取締役会で決めた' })
    }
    for (const name of ['水道サービス', '地域電力', '市民交通']) await levels(below[name], name)
  })
  for (const lang of ['ja', 'en']) {
    const w = (ja, en) => lang === 'ja' ? ja : en
    await step(`what the one above sees: ${lang}`, async () => {
      await page.evaluate(l => localStorage.setItem('lang', l), lang)
      await page.goto(`${base}#/${org}`)
      await page.reload()
      await page.setViewportSize({ width: 1366, height: 900 })
      await page.getByRole('navigation', { name: w('主なページ', 'Main pages') }).getByRole('link', { name: w('企業集団', 'Group'), exact: true }).click()
      await heading(w('企業集団', 'Group'))
      const standing = main.getByRole('table', { name: w('状態', 'Standing') }), figures = main.getByRole('table', { name: w('数', 'Figures') })
      await counted(standing.getByRole('row'), n => n === 6, 'five and the heading')
      const closed = await standing.getByRole('row').filter({ hasText: '水道サービス' }).innerText()
      that(closed.includes(w('示していない', 'Shows nothing')), 'says that it shows nothing', closed)
      await counted(figures.getByRole('row'), n => n === w(4, 5), 'three show figures; in the second round one more has decided to')
      const row = await figures.getByRole('row').filter({ hasText: '地域電力' }).innerText()
      that(row.includes(w('対応が必要：9', 'Needs treatment: 9')) && row.includes(w('1以上', '1 or more')), 'figures, and what is hidden', row)
      await main.getByText('市民交通で監視装置が止まる（3・3の1）').waitFor()
      that(!(await main.innerText()).includes('水道サービスで') && !(await main.innerText()).includes('地域電力で'), 'no titles of the others')
      await check(`group-${lang}`)
    })
    await step(`what is shown is decided: ${lang}`, async () => {
      const name = w('ケーブル網', '交通システム')
      await page.goto(`${base}#/${below[name]}/settings`)
      await heading(w('組織の設定', 'Organisation'))
      const section = main.locator('section').filter({ hasText: w('上の組織に示すこと', 'Shown to the organisations above') }).first()
      await section.getByRole('radio', { name: w('数まで', 'Figures too') }).check()
      await section.getByRole('button', { name: w('決める', 'Decide') }).click()
      await section.getByRole('alert').first().waitFor() // the reason is asked for
      await check(`disclosure-wrong-${lang}`)
      await page.locator('#f-reason').fill('監査役会の求め')
      await section.getByRole('button', { name: w('決める', 'Decide') }).click()
      await section.getByRole('table', { name: w('これまでの決定', 'Decisions so far') }).getByText('監査役会の求め').waitFor()
      await check(`disclosure-${lang}`)
    })
  }
  await step('nothing below: no such page in the menu', async () => {
    await page.setViewportSize({ width: 1366, height: 900 })
    await page.goto(`${base}#/${below['ケーブル網']}/group`)
    await heading('Group')
    await main.getByText('There is no organisation below.').waitFor()
    await counted(page.getByRole('navigation', { name: 'Main pages' }).getByRole('link', { name: 'Group', exact: true }), n => n === 0, 'not in the menu')
    await check('group-none')
  })
  that(complaints.every(x => /status of 4\d\d/.test(x)), 'nothing refused by the CSP', complaints.join('\n'))
}, { sample: false })

// Two people at the same plan, the same criteria, the same risk, each in a browser of their own: who saves second is shown both texts, and nothing is lost. On SQLite, and on PostgreSQL
// when KANAME_PG names a server.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { becomes, inBrowser, that } from './kaname.mjs'

const steps = n => Array.from({ length: n }, (_, i) => ({ level: i + 1, name: `段階${i + 1}`, description: '目安' }))
const criteria = { title: '令和8年度の基準', impacts: steps(3), likelihoods: steps(3), cells: [1, 2, 3].flatMap(i => [1, 2, 3].map(k => ({ impact: i, likelihood: k, level: i + k - 1, accepted: i + k <= 3 }))) }

async function job({ base, org, secret, run, newPage, page, heading, open, settle, check, step, first, complaints }) {
  const token = (run('user', 'add', '--login', 'ciso1', '--roles', 'ciso'), run('token', 'create', '--user', 'ciso1').trim())
  run('user', 'roles', '--login', 'admin', '--roles', 'admin,ciso')
  const link = /link=(\S+)/.exec(run('user', 'add', '--login', 'hanako', '--name', '水道 花子', '--roles', 'ciso'))[1]
  const api = async (method, path, body, version) => {
    const r = await fetch(`${base}api/orgs/${org}/${path}`, { method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), ...(version ? { 'If-Match': `"${version}"` } : {}) } })
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${await r.text()}`)
    return r.json()
  }
  await first(secret)
  const other = await newPage()
  await other.first(link)
  const risk = await api('POST', 'risks', { title: '中継網が止まる', losses: '窓口が待つ' })
  const plan = await api('POST', 'plans', { title: '令和8年度の計画', purpose: 'もとのねらい', accepted: [{ risk: risk.id, reason: '影響が小さい' }] })
  const set = await api('POST', 'criteria-sets', criteria)
  /* One page changes `a`, the other `b` and `a` as well. */
  const both = (what, path, edited, title, a, b) => step(`${what}: both texts`, async () => {
    for (const who of [{ page, open, heading }, other]) await who.open(`/${path}/edit`, edited)
    await page.locator(`#f-${a}`).fill('わたしの文')
    await other.page.locator(`#f-${a}`).fill('ほかの人の文')
    await other.page.locator(`#f-${b}`).fill('ほかの人だけが変えた文')
    await other.page.getByRole('button', { name: '保存', exact: true }).click()
    await other.heading(title('ほかの人の文', 'ほかの人だけが変えた文'))
    /* Coming back to the window reads the record again: that must not pass for having seen the new version. */
    const again = page.waitForResponse(r => r.url().endsWith(`/${path}`) && r.request().method() === 'GET')
    await page.evaluate(() => { const now = Date.now; Date.now = () => now() + 60_000; dispatchEvent(new Event('visibilitychange')) })
    await again
    await settle()
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('heading', { name: 'ほかの人が先に保存しました' }).waitFor()
    await becomes(() => page.getByRole('alert').innerText(), x => ['わたしの文', 'ほかの人の文', 'ほかの人だけが変えた文', '両方が変更'].every(y => x.includes(y)), `${what}: what the one and the other wrote`)
    that((await api('GET', path))[a] === 'ほかの人の文', `${what}: nothing is overwritten before the choice`)
    await check(`together-${what}`)
    await page.getByRole('button', { name: 'この選び方で入力を続ける' }).click()
    await becomes(() => page.locator(`#f-${a}`).inputValue(), 'わたしの文', `${what}: mine stays where both wrote`)
    await becomes(() => page.locator(`#f-${b}`).inputValue(), 'ほかの人だけが変えた文', `${what}: theirs where only they wrote`)
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await heading(title('わたしの文', 'ほかの人だけが変えた文'))
    const now = await api('GET', path)
    that(now[a] === 'わたしの文' && now[b] === 'ほかの人だけが変えた文' && now.version === 3, `${what}: all is kept`, JSON.stringify(now).slice(0, 300))
  })
  await both('plan', `plans/${plan.id}`, 'リスク対応計画の編集', (a, b) => b, 'purpose', 'title')
  await both('criteria', `criteria-sets/${set.id}`, 'リスク判定基準の編集', a => a, 'title', 'grounds')
  await both('risk', `risks/${risk.id}`, 'リスクの編集', (a, b) => b, 'losses', 'title')
  await step('what was submitted meanwhile is not changed', async () => {
    await open(`/criteria-sets/${set.id}/edit`, 'リスク判定基準の編集')
    await page.locator('#f-grounds').fill('遅れてきた根拠')
    const now = await api('GET', `criteria-sets/${set.id}`)
    await api('POST', `criteria-sets/${set.id}/submit`, {}, now.version)
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('heading', { name: 'ほかの人が先に保存しました' }).waitFor()
    await page.getByRole('button', { name: 'この選び方で入力を続ける' }).click()
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('alert').getByText('承認を待っている').waitFor()
    that((await api('GET', `criteria-sets/${set.id}`)).grounds !== '遅れてきた根拠', 'it stays as it was submitted')
  })
  for (const x of [complaints, other.complaints]) that(x.every(y => /status of 4\d\d/.test(y)), 'nothing refused by the CSP', x.join('\n'))
}

if (!process.env.KANAME_PG || process.env.BROWSER_PG) await inBrowser(job, { sample: false, postgres: process.env.BROWSER_PG })
else for (const on of ['', process.env.KANAME_PG]) if (spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'inherit', env: { ...process.env, BROWSER_PG: on, ...(on ? {} : { KANAME_PG: '' }) } }).status) process.exit(1)

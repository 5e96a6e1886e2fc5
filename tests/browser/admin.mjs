// Import, records, lists, people, settings, packs, search and history in the real browser: every act through the page, in both languages where words matter.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { inBrowser, root, that } from './kaname.mjs'

const book = join(root, 'samples', 'jp-city', 'registers.xlsx')
/* The same workbook with a few strings replaced: what a person would have mistyped. */
const spoiled = (to, changes) => execFileSync('python3', ['-c', `
import json, sys, zipfile
a, b, changes = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(a) as i, zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED) as o:
    for n in i.namelist():
        s = i.read(n)
        if n == 'xl/sharedStrings.xml':
            for old, new in changes: s = s.replace(old.encode(), new.encode())
        o.writestr(n, s)`, book, to, JSON.stringify(changes)])

await inBrowser(async ({ base, org, secret, dir, run, newPage, page, complaints, strangers, heading, open, check, step }) => {
  const main = page.getByRole('main')
  const api = (method, path, data, headers = {}) => page.evaluate(async ([method, path, data, headers]) => {
    const s = await (await fetch('/api/session')).json()
    const r = await fetch(path, { method, body: data === undefined ? undefined : JSON.stringify(data), headers: { 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID(), 'Content-Type': 'application/json', ...headers } })
    return { status: r.status, json: await r.json().catch(() => null) }
  }, [method, path, data, headers])

  await step('log in', async () => {
    await page.goto(`${base}#/login?link=${encodeURIComponent(secret)}`)
    await main.getByRole('button', { name: 'ログイン' }).click()
    await heading('パスワードの設定')
    await page.getByLabel('新しいパスワード').fill('川を渡る長い合言葉 2026')
    await page.getByRole('button', { name: '設定', exact: true }).click()
    await page.getByText('パスワードを設定しました').waitFor()
    await page.getByLabel('パスワード').fill('川を渡る長い合言葉 2026')
    await main.getByRole('button', { name: 'ログイン' }).click()
    await heading('ホーム')
  })
  complaints.splice(0)

  // --- import ---------------------------------------------------------------------------------------------------
  await step('import: choose a workbook with mistakes', async () => {
    await open('/import', '表計算からの取り込み')
    await check('import-1-file')
    const bad = join(dir, 'registers.xlsx')
    spoiled(bad, [['R11.3.31', 'R11.13.31'], ['監視制御ネットワーク、浄水場受変電設備', '監視制御ネットワーク、無い設備']])
    await page.locator('#file').setInputFiles(bad)
    await main.getByRole('table').first().waitFor()
    that(await page.locator('[aria-current=step]').innerText() === '2\n列の対応', 'the second step is marked', await page.locator('[aria-current=step]').innerText())
    that(await main.getByRole('table').count() >= 5, 'every sheet has its table of columns')
    that(await main.locator('.sample').count() > 20, 'columns show samples')
    await check('import-2-columns')
  })
  await step('import: the trial names the mistakes by cell', async () => {
    await page.getByRole('button', { name: '試し取り込みへ進む' }).click()
    await check('import-3-trial')
    await page.getByRole('button', { name: '試し取り込み', exact: true }).click()
    await page.getByRole('heading', { name: '直すところが2か所あります' }).waitFor()
    const text = await main.getByRole('table').innerText()
    that(text.includes('委託先一覧') && text.includes('R11.13.31') && text.includes('無い設備') && /[A-Z]+\d+/.test(text), 'sheet, cell and content of each mistake', text)
    that(await page.getByRole('heading', { name: /直すところが/ }).evaluate(e => e === document.activeElement), 'the mistakes take the focus')
    await check('import-4-mistakes')
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '誤りの表を CSV で保存' }).click()])
    that(saved.suggestedFilename() === 'registers-誤り.csv', 'the mistakes as a file', saved.suggestedFilename())
    that((await api('GET', `/api/orgs/${org}/assets`)).json.total === 0, 'nothing was imported')
  })
  const chooser = name => page.getByRole('combobox', { name })
  await step('import: the corrected file keeps the columns', async () => {
    await page.getByRole('button', { name: '列の対応を直す' }).click()
    await chooser('A列「旧台帳の頁」の項目').selectOption('number')
    await chooser('A列「旧台帳の頁」の項目').selectOption('')
    await chooser('E列「設置場所」の項目').selectOption('')
    await page.getByRole('button', { name: 'ファイルを選び直す' }).click()
    await page.locator('#file').setInputFiles(book)
    await chooser('E列「設置場所」の項目').waitFor()
    that(await chooser('E列「設置場所」の項目').inputValue() === '', 'the choice is kept for the corrected file')
    await chooser('E列「設置場所」の項目').selectOption('place')
    await page.getByRole('button', { name: '試し取り込みへ進む' }).click()
    await page.getByRole('button', { name: '試し取り込み', exact: true }).click()
    await page.getByRole('heading', { name: /誤りはありません/ }).waitFor()
    await check('import-5-import')
    await page.goBack()
    await page.getByRole('button', { name: '試し取り込み', exact: true }).waitFor()
    await page.goForward()
    await page.getByRole('button', { name: '取り込む', exact: true }).click()
    await page.getByRole('heading', { name: '取り込みました' }).waitFor()
    await check('import-6-done')
    await main.getByRole('link', { name: '情報資産', exact: true }).click()
    await heading(/情報資産/)
    that((await api('GET', `/api/orgs/${org}/assets`)).json.total === 60, 'sixty assets')
  })
  await step('import: columns without a required field are named before the trial; what was chosen is remembered', async () => {
    await open('/import', '表計算からの取り込み')
    await page.locator('#file').setInputFiles(book)
    await chooser('B列「情報資産名称」の項目').selectOption('')
    await page.getByRole('alert').getByText('必須の「資産名」').waitFor()
    that(await page.getByRole('button', { name: '試し取り込みへ進む' }).count() === 0, 'no way on with a missing column')
    await page.reload()
    await page.locator('#file').setInputFiles(book)
    await chooser('B列「情報資産名称」の項目').waitFor()
    that(await chooser('B列「情報資産名称」の項目').inputValue() === '', 'remembered after a reload')
    await chooser('B列「情報資産名称」の項目').selectOption('name')
    await page.getByRole('button', { name: '試し取り込みへ進む' }).click()
    await page.getByRole('button', { name: '試し取り込み', exact: true }).click()
    await page.getByRole('rowheader', { name: '変わらない' }).waitFor()
    const same = await main.getByRole('row', { name: /変わらない/ }).innerText()
    that(Number(/\d+/.exec(same)) >= 60, 'the same workbook again finds its rows', same)
  })
  that(complaints.splice(0).every(x => x.includes('status of 422')), 'only the trial with mistakes is logged')
}, { sample: false })

// A workbook comes in: file → columns → trial → mistakes → import. Nothing is lost between the steps, and the corrected file keeps the columns.
import { useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Mistake, Resource } from '../types'
import type { PageProps } from '../page'
import { call, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { PageHeader } from '../ui/Page'
import { Steps } from '../ui/Steps'
import { Columns, wrongColumns } from './ImportColumns'
import { Mistakes } from './ImportMistakes'
import { recall, remember, type Plan, type PlanSheet } from './importPlan'

type Result = { rows: number; created: number; updated: number; unchanged: number; skipped?: { path: string; text: string }[]; skipped_more?: number }
const FILE_MAX = 6_000_000 /* the request is base64 within 8 MiB */
const base64 = (f: File) => new Promise<string>((ok, no) => { const r = new FileReader(); r.onload = () => ok(String(r.result).split(',')[1] ?? ''); r.onerror = () => no(r.error); r.readAsDataURL(f) })

export function Import({ org, resources, query }: PageProps) {
  const client = useQueryClient()
  const url = `/api/orgs/${org}/import`
  const may = resources.filter(r => r.can.includes('create'))
  const [file, setFile] = useState<File>(), [plan, setPlan] = useState<Plan>(), [tried, setTried] = useState<Result>(), [done, setDone] = useState<Result>()
  const [mistakes, setMistakes] = useState<Mistake[]>([]), [more, setMore] = useState(0), [error, setError] = useState<unknown>(null), [busy, setBusy] = useState('')
  const stop = useRef<AbortController>(null)
  const reached = !plan ? 0 : tried ? 4 : mistakes.length ? 3 : 2
  const step = done ? 4 : Math.min(Number(query.get('step') ?? 1) - 1, reached)
  const to = (n: number) => go(`/${org}/import${n ? `?step=${n + 1}` : ''}`)
  const forgetTrial = () => { setTried(undefined); setMistakes([]); setMore(0) }

  const work = async (what: string, f: (signal: AbortSignal) => Promise<void>) => {
    if (stop.current) return
    setError(null)
    setBusy(what)
    stop.current = new AbortController()
    try { await f(stop.current.signal) } catch (e) { if (!(e instanceof DOMException && e.name === 'AbortError')) setError(e) }
    stop.current = null
    setBusy('')
  }
  const propose = async (f: File, of: string, signal: AbortSignal) => (await call<{ plan: Plan }>('POST', `${url}/propose${of}`, f, { 'X-File-Name': encodeURIComponent(f.name) }, signal)).plan
  const one = async (f: File, s: PlanSheet, resource: string, row: number, signal: AbortSignal) => {
    const found = await propose(f, `?sheet=${encodeURIComponent(s.sheet)}&resource=${resource}${row ? `&row=${row}` : ''}`, signal)
    return found.sheets[0] ?? s
  }
  const take = (f: File) => work(t('ファイルを読んでいます。', 'Reading the file.'), async signal => {
    if (f.size > FILE_MAX) throw new Problem(413, t('ファイルが大きすぎます（6 MB まで）。シートを分けるか、kaname import を使ってください。', 'The file is too large (at most 6 MB). Divide it, or use kaname import.'))
    const found = await propose(f, '', signal)
    const sheets = await Promise.all(found.sheets.map(s => recall(s, plan, (x, resource, row) => one(f, x, resource, row, signal))))
    setFile(f)
    setPlan({ sheets })
    setDone(undefined)
    forgetTrial()
    to(1)
  })
  const change = (i: number, s: PlanSheet) => {
    remember(s)
    forgetTrial()
    setPlan(p => p && { sheets: p.sheets.map((x, k) => k === i ? s : x) })
  }
  const reread = (i: number, resource: string, row: number) => {
    const s = plan!.sheets[i]!
    if (!resource) return change(i, { ...s, resource: null })
    void work(t('見出しを読んでいます。', 'Reading the headings.'), async signal => change(i, await one(file!, s, resource, row, signal)))
  }
  const send = (dry: boolean) => work(dry ? t('試しています。まだ何も変わりません。', 'Trying. Nothing changes yet.') : t('取り込んでいます。', 'Importing.'), async signal => {
    try {
      const clean = { sheets: plan!.sheets.filter(s => s.resource) }
      const r = await call<Result>('POST', dry ? `${url}?dry=1` : url, { file: await base64(file!), name: file!.name, plan: clean }, {}, dry ? signal : undefined)
      setMistakes([]); setMore(0)
      if (dry) { setTried(r); to(4) } else { setDone(r); await client.invalidateQueries() }
    } catch (e) {
      setTried(undefined)
      if (!(e instanceof Problem) || e.mistakes.length === 0) throw e
      setMistakes(e.mistakes); setMore(e.more); to(3)
    }
  })
  const again = () => { setFile(undefined); setPlan(undefined); setDone(undefined); forgetTrial(); to(0) }

  const names = [t('ファイル', 'File'), t('列の対応', 'Columns'), t('試し取り込み', 'Trial'), t('誤りを直す', 'Correct'), t('取り込む', 'Import')]
  const used = (plan?.sheets ?? []).filter(s => s.resource)
  const wrong = plan ? wrongColumns(plan, resources) : []
  return <>
    <PageHeader title={t('表計算からの取り込み', 'Import from a spreadsheet')} error={error} />
    <Steps names={names} now={step} open={i => !done && i <= reached && (i !== 3 || mistakes.length > 0)} to={to} />
    <p role="status" className="text-dns-16N-130">{busy && <span className="mb-4 flex flex-wrap items-center gap-3"><progress aria-label={busy} />{busy}
      {stop.current && busy !== t('取り込んでいます。', 'Importing.') && <button className="btn btn-s" onClick={() => stop.current?.abort()}>{t('やめる', 'Stop')}</button>}</span>}</p>
    {step === 0 && <Choose take={take} name={file?.name} may={may} />}
    {step === 1 && plan && <>
      <p className="mb-6 max-w-[40em]">{t('シートごとに、どの台帳に入れるかと、列が何を表すかを確かめてください。見出しから当てはめた案が入っています。', 'Check for each sheet which register it goes into and what its columns mean. The proposal comes from the headings.')}</p>
      {plan.sheets.map((s, i) => <Columns key={s.sheet} sheet={s} resources={may} change={x => change(i, x)} reread={(resource, row) => reread(i, resource, row)} />)}
      {wrong.length > 0 && <div className="note-bad" role="alert"><ul className="list-disc pl-6">{wrong.map(w => <li key={w}>{w}</li>)}</ul></div>}
      {used.length === 0 && <p className="mt-6">{t('取り込み先のあるシートがありません。上で台帳を選んでください。', 'No sheet has a register yet. Choose one above.')}</p>}
      <p className="mt-8 flex flex-wrap gap-3">{used.length > 0 && wrong.length === 0 && <button className="btn btn-fill" onClick={() => to(2)}>{t('試し取り込みへ進む', 'Go on to the trial')}</button>}
        <button className="btn" onClick={() => to(0)}>{t('ファイルを選び直す', 'Choose another file')}</button></p></>}
    {step === 2 && <>
      <p className="max-w-[40em]">{t('すべての行を実際と同じ手順で確かめ、最後に取り消します。台帳は変わりません。', 'Every row goes through the whole import, which is then taken back. The registers do not change.')}</p>
      <ul className="my-6">{used.map(s => <li key={s.sheet} className="border-b border-solid-gray-200 py-2">{s.sheet} → {tx(resources.find(r => r.name === s.resource)?.label_many)} <span className="meta">{t(`${s.rows ?? 0}行`, `${s.rows ?? 0} rows`)}</span></li>)}</ul>
      <p className="flex flex-wrap gap-3"><button className="btn btn-fill" onClick={() => void send(true)}>{t('試し取り込み', 'Try the import')}</button><button className="btn" onClick={() => to(1)}>{t('列の対応に戻る', 'Back to the columns')}</button></p></>}
    {step === 3 && <>
      <Mistakes mistakes={mistakes} more={more} plan={plan!} file={file?.name ?? ''} />
      <Choose take={take} corrected may={may} name={file?.name} />
      <p className="mt-6 flex flex-wrap gap-3"><button className="btn" onClick={() => to(1)}>{t('列の対応を直す', 'Change the columns')}</button></p></>}
    {step === 4 && <Final result={done ?? tried!} done={!!done} used={used} org={org} resources={resources} send={() => void send(false)} back={() => to(1)} again={again} />}
  </>
}

function Choose({ take, name, corrected, may }: { take: (f: File) => void; name?: string; corrected?: boolean; may: Resource[] }) {
  const [over, setOver] = useState(false)
  return <>
    {!corrected && <p className="max-w-[40em]">{t('いまお使いの台帳を、そのままの列で取り込めます。取り込めるのは次の台帳です。', 'Your own registers come in with the columns they have. These registers can be imported:')} {may.map(r => tx(r.label_many ?? r.label)).join(t('、', ', '))}{t('。', '.')}</p>}
    <div className={over ? 'drop drop-over' : 'drop'} onDragOver={e => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={e => { e.preventDefault(); setOver(false); const f = e.dataTransfer.files[0]; if (f) take(f) }}>
      <input id="file" type="file" accept=".xlsx,.csv" className="vh file-input" onChange={e => { const f = e.target.files?.[0]; e.target.value = ''; if (f) take(f) }} />
      <label htmlFor="file" className={corrected ? 'btn btn-fill' : 'btn btn-fill'}>{corrected ? t('直したファイルを選ぶ', 'Choose the corrected file') : t('ファイルを選ぶ', 'Choose a file')}</label>
      <p className="mt-3 max-desktop:hidden">{t('ここにファイルを置くこともできます。', 'Or drop the file here.')}</p>
      <p className="meta mt-2">{t('Excel ブック（.xlsx）か CSV（UTF-8、Shift_JIS）、6 MB まで。', 'Excel workbook (.xlsx) or CSV (UTF-8, Shift_JIS), at most 6 MB.')}{name && ` ${t('いまのファイル: ', 'Present file: ')}${name}`}</p>
    </div>
    {!corrected && <p className="meta max-w-[40em]">{t('選んだだけでは何も変わりません。列の対応を決め、試し取り込みで結果を見てから取り込みます。誤りが1つでもあれば、何も取り込まれません。', 'Choosing changes nothing: you set the columns, see the result of a trial, and only then import. With a single mistake nothing is imported.')}</p>}
  </>
}

type F = { result: Result; done: boolean; used: PlanSheet[]; org: string; resources: Resource[]; send: () => void; back: () => void; again: () => void }
function Final({ result, done, used, org, resources, send, back, again }: F) {
  const lists = resources.filter(r => used.some(s => s.resource === r.name))
  const rows: [string, number, string][] = [[t('新しく追加', 'Added'), result.created, t('台帳にまだない行', 'rows that are not in the register yet')], [t('変更', 'Changed'), result.updated, t('番号か名称が一致し、内容が違う行', 'same number or title, other content')],
    [t('変わらない', 'Unchanged'), result.unchanged, t('台帳と同じ行。新しい版は作りません', 'as in the register; no new version is made')]]
  return <>
    <h2 className="h2">{done ? t('取り込みました', 'Imported') : t('試し取り込みの結果：誤りはありません', 'Result of the trial: no mistakes')}</h2>
    <table className="list-table my-4 max-w-[44rem]"><caption className="vh">{t('結果', 'Result')}</caption><thead><tr><th scope="col">{t('結果', 'Result')}</th><th scope="col" className="num">{t('件数', 'Number')}</th><th scope="col">{t('意味', 'Meaning')}</th></tr></thead>
      <tbody>{rows.map(r => <tr key={r[0]}><th scope="row" className="row-head">{r[0]}</th><td className="num" data-label={t('件数', 'Number')}>{r[1].toLocaleString()}</td><td>{r[2]}</td></tr>)}</tbody></table>
    {!!result.skipped?.length && <details className="mb-6"><summary>{t(`記録でない行として外したもの: ${result.skipped.length + (result.skipped_more ?? 0)}行（小計、注記など）`, `Left out, as no records: ${result.skipped.length + (result.skipped_more ?? 0)} rows (totals, notes)`)}</summary>
      <ul className="mt-2">{result.skipped.map(x => <li key={x.path}><span className="meta">{x.path}</span> {x.text}</li>)}</ul></details>}
    {done ? <><p className="mb-2">{t('取り込んだ台帳:', 'Registers:')}</p><ul className="mb-6">{lists.map(r => <li key={r.name} className="py-1"><a href={`#/${org}/${r.path}`}>{tx(r.label_many ?? r.label)}</a></li>)}</ul>
      <p className="flex flex-wrap gap-3"><button className="btn" onClick={again}>{t('別のファイルを取り込む', 'Import another file')}</button><a className="btn" href={`#/${org}/log`}>{t('履歴で見る', 'See the history')}</a></p></>
      : <><p className="mb-4 max-w-[40em]">{t('取り込むと、1行ごとに版と履歴が残ります。番号が一致する行は上書きされますが、前の版はいつでも見られます。', 'Each row leaves a version and an entry in the history. Rows with a known number are changed; the earlier version can always be seen.')}</p>
        <p className="flex flex-wrap gap-3"><button className="btn btn-fill" onClick={send}>{t('取り込む', 'Import')}</button><button className="btn" onClick={back}>{t('列の対応に戻る', 'Back to the columns')}</button></p></>}
  </>
}

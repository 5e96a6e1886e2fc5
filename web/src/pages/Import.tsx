// A workbook comes in: file, columns, a trial that changes nothing, then the import itself.
import { useState } from 'react'
import type { PageProps } from '../page'
import { call } from '../api'
import { t, tx } from '../i18n'
import { Errors } from '../ui/Fields'

type Col = { column: number; name: string; heading: string; field: string | null }
type Plan = { sheets: { sheet: string; resource: string | null; rows?: number; columns: Col[] }[] }
type Result = { created: number; updated: number; unchanged: number }
const base64 = (f: File) => new Promise<string>((ok, no) => { const r = new FileReader(); r.onload = () => ok(String(r.result).split(',')[1] ?? ''); r.onerror = no; r.readAsDataURL(f) })

export function Import({ org, resources }: PageProps) {
  const [file, setFile] = useState<File>(), [plan, setPlan] = useState<Plan>(), [tried, setTried] = useState<Result>(), [done, setDone] = useState<Result>(), [error, setError] = useState<unknown>(null)
  const url = `/api/orgs/${org}/import`
  const safe = async (f: () => Promise<void>) => { setError(null); try { await f() } catch (e) { setError(e) } }
  const propose = (f: File) => safe(async () => { setFile(f); setTried(undefined); setDone(undefined); setPlan((await call<{ plan: Plan }>('POST', `${url}/propose`, f, { 'X-File-Name': encodeURIComponent(f.name) })).plan) })
  const run = (dry: boolean) => safe(async () => { const r = await call<Result>('POST', dry ? `${url}?dry=1` : url, { file: await base64(file!), name: file!.name, plan }); if (dry) setTried(r); else setDone(r) })
  const choose = (i: number, k: number, v: string) => { setTried(undefined); setPlan(p => p && { sheets: p.sheets.map((s, a) => a !== i ? s : { ...s, columns: s.columns.map((c, b) => b !== k ? c : { ...c, field: v || null }) }) }) }
  const say = (r: Result) => t(`追加 ${r.created}件、変更 ${r.updated}件、変わらない ${r.unchanged}件`, `${r.created} added, ${r.updated} changed, ${r.unchanged} unchanged`)
  return <><Errors error={error} /><h1 className="h1">{t('表計算からの取り込み', 'Import from a spreadsheet')}</h1>
    <label htmlFor="file" className="mt-4 block">{t('ファイル（xlsx、csv）', 'File (xlsx, csv)')}</label>
    <input id="file" type="file" accept=".xlsx,.csv" className="field" onChange={e => { const f = e.target.files?.[0]; if (f) void propose(f) }} />
    {plan?.sheets.map((s, i) => { const r = resources.find(x => x.name === s.resource); return r && <section key={s.sheet}><h2 className="h2">{s.sheet} → {tx(r.label)}</h2>
      {s.columns.map((c, k) => <p key={c.column} className="mb-2"><label htmlFor={`c-${i}-${k}`} className="block">{c.name} {c.heading}</label>
        <select id={`c-${i}-${k}`} className="field" value={c.field ?? ''} onChange={e => choose(i, k, e.target.value)}><option value="">{t('取り込まない', 'Leave out')}</option>
          <option value="number">{t('番号', 'Number')}</option>{r.fields.map(f => <option key={f.name} value={f.name}>{tx(f.label)}</option>)}</select></p>)}</section> })}
    {plan && !done && <p className="mt-4 flex gap-2"><button className="btn" onClick={() => void run(true)}>{t('試し取り込み', 'Try')}</button>{tried && <button className="btn btn-fill" onClick={() => void run(false)}>{t('取り込む', 'Import')}</button>}</p>}
    <p role="status">{done ? t('取り込みました。', 'Imported. ') + say(done) : tried ? t('試した結果: ', 'Trial: ') + say(tried) : ''}</p></>
}

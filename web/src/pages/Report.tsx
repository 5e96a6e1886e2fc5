// One report: a computed table or several, of a resource or of one of its records. Its parameters stand in the address.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Rec, Report, Titles } from '../types'
import type { RecordProps } from '../page'
import { get, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Fields } from '../ui/Fields'
import { Loading, PageHeader, Section } from '../ui/Page'
import { ReportTable, reportsOf, type Answer } from '../ui/Reports'
import { titleOf } from './Record'

/* #/{org}/{path}/reports/{name} and #/{org}/{path}/{id}/reports/{name} */
export function ReportPage(p: RecordProps) {
  const { org, res, resources, query } = p
  const id = p.parts[1] === 'reports' ? undefined : p.id, name = p.parts[id ? 3 : 2] ?? ''
  const report = reportsOf(res, id !== undefined).find(r => r.name === name)
  const url = `/api/orgs/${org}/${res.path}${id ? `/${id}` : ''}`
  const of = useQuery({ queryKey: ['rec', url], queryFn: () => get<Rec>(url), enabled: !!id })
  const ready = !!report && report.fields.every(f => !f.required || query.get(f.name))
  const q = useQuery({ queryKey: ['rec', url, 'report', name, query.toString()], queryFn: () => get<Answer>(`${url}/reports/${encodeURIComponent(name)}${query.size ? `?${query}` : ''}`), enabled: ready, staleTime: 0 })
  if (!report) return <PageHeader title={t('ページが見つかりません', 'Page not found')} />
  const crumbs: [string, string][] = [[tx(res.label_many ?? res.label), `/${org}/${res.path}`], ...(of.data ? [[titleOf(res, of.data), `/${org}/${res.path}/${id}`] as [string, string]] : [])]
  return <>
    <PageHeader title={tx(report.label)} crumbs={crumbs} error={q.error ?? of.error} acts={q.data && <><Files at={`${url}/reports/${encodeURIComponent(name)}`} query={query} name={`${res.path}-${name}`} /><button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <p className="mb-6 max-w-[40em] text-solid-gray-700">{tx(report.help)}</p>
    {report.fields.length > 0 && <Ask key={query.toString()} {...p} report={report} error={q.error} titles={q.data?._titles ?? {}} here={`/${p.org}/${p.parts.join('/')}`} />}
    {ready && !q.data && !q.error && <Loading />}
    {q.data?.tables.map(x => <Section key={x.name} title={tx(x.title)}>{x.note && <p className="mb-3 max-w-[40em]">{tx(x.note)}</p>}<ReportTable bare={!!id} table={x} titles={q.data._titles} org={org} resources={resources} /></Section>)}
  </>
}

/* The same answer as files: a sheet for each table, or one below the other; JSON for programs. */
function Files({ at, query, name }: { at: string; query: URLSearchParams; name: string }) {
  const asked = query.size ? `?${query}` : ''
  return <><a className="btn btn-s" href={`${at}.xlsx${asked}`} download>{t('Excelに書き出す', 'Export to Excel')}</a>
    {[['CSV', `${at}.csv${asked}`, ''], ['JSON', `${at}${asked}`, `${name}.json`]].map(([label, href, file]) => <a key={label} className="btn btn-s" href={href} download={file}>{label}<span className="vh">{t('に書き出す', ' export')}</span></a>)}</>
}

/* What the report asks for; sent on by the address. */
function Ask({ org, resources, query, report, error, here, titles }: RecordProps & { report: Report; error: unknown; here: string; titles: Titles }) {
  const [v, setV] = useState<Record<string, any>>(() => Object.fromEntries(report.fields.flatMap(f => { const x = query.get(f.name); return x === null ? [] : [[f.name, f.kind === 'int' || f.kind === 'money' ? Number(x) : f.kind === 'bool' ? x === 'true' : f.kind === 'refs' ? x.split(',') : x]] })))
  const send = () => go(`${here}?${new URLSearchParams(Object.entries(v).flatMap(([k, x]) => x === null || x === undefined || x === '' ? [] : [[k, String(x)]]))}`)
  return <form className="panel no-print max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); send() }}>
    <Fields fields={report.fields} values={v} set={setV} mistakes={error instanceof Problem ? error.mistakes : []} org={org} resources={resources} titles={titles} />
    <button type="submit" className="btn btn-fill btn-s">{t('表示', 'Show')}</button></form>
}

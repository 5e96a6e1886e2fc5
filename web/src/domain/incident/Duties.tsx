// The page of one duty to report: when and to whom, what it must say, its next act.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '../../types'
import type { RecordProps } from '../../page'
import { call, get, match } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { go } from '../../router'
import { Errors } from '../../ui/Fields'
import { Files } from '../../ui/Files'
import { Chip, Loading, PageHeader, Section, WithAside } from '../../ui/Page'
import { ReportLinks } from '../../ui/Reports'
import { Value } from '../../ui/Value'
import { Versions } from '../../ui/Versions'
import { done, latest, Left, path, said, sayUntil, state, tones, type Duty } from './DutyRows'

type Since = { report: string; number: string; title: string; made_at: string; facts_version: number; changes: { label: Text; was?: Text; is?: Text }[] }
type Script = { opening: Text; computation?: Text[]; lines: { label: Text; value?: Text }[]; since?: Since }
/* What a follow-up says is new. */
function SincePart({ s, org }: { s: Since; org: string }) {
  const none = t('（記録なし）', '(not recorded)')
  return <Section id="since" title={t('前の報告から変わったこと', 'What changed since the last report')}>
    <p className="meta mb-2"><a href={`#/${org}/${path}/${s.report}`}>{s.number} {s.title}</a>{t('、', ', ')}<time dateTime={s.made_at}>{sayTime(s.made_at, lang())}</time>{t(`、事実の第${s.facts_version}版`, `, version ${s.facts_version} of the facts`)}</p>
    {!s.changes.length ? <p>{t('記録された事実は変わっていません。', 'No recorded fact has changed.')}</p> : <dl className="kv">{s.changes.map((x, i) => <div key={i}><dt>{tx(x.label)}</dt><dd className="whitespace-pre-wrap"><span className="vh">{t('前：', 'before: ')}</span><del>{x.was ? tx(x.was) : none}</del> <span aria-hidden="true">→ </span><span className="vh">{t('いま：', 'now: ')}</span><ins>{x.is ? tx(x.is) : none}</ins></dd></div>)}</dl>}</Section>
}
/* To read aloud, or to draft from: filled from the facts, blanks visible. */
function ScriptPart({ url, org, s, rec, can, to }: { url: string; org: string; s?: Script; rec: Duty; can: boolean; to: string }) {
  const client = useQueryClient(), [error, setError] = useState<unknown>(null)
  if (!s?.lines.length && !s?.since) return null
  const blank = t('＿＿＿＿＿＿（未記入）', '________ (blank)')
  const draft = [tx(s.opening), ...s.lines.map(x => `${tx(x.label)}${t('：', ': ')}${x.value ? tx(x.value) : blank}`), ...s.since?.changes.length ? ['', t('【前の報告から変わったこと】', '[What changed since the last report]'), ...s.since.changes.map(x => `${tx(x.label)}${t('：', ': ')}${x.was ? tx(x.was) : t('（記録なし）', '(not recorded)')} → ${x.is ? tx(x.is) : t('（記録なし）', '(not recorded)')}`)] : []].join('\n')
  const take = async () => {
    try { await call('POST', `${url}/draft`, { draft }, match(rec.version)); await client.invalidateQueries(); go(to) } catch (e) { setError(e) }
  }
  return <>{s.since && <SincePart s={s.since} org={org} />}<Section title={t('読み上げる文・文面のもと', 'Script, and what to write')} aside={can && (rec.draft ? <a href={`#${to}`}>{t('文面を直す', 'Change the text')}</a> : <button type="button" className="link" onClick={() => void take()}>{t('この内容で文面を作る', 'Make the text from this')}</button>)}>
    <Errors error={error} /><p>{tx(s.opening)}</p>
    <dl className="kv">{s.lines.map((x, i) => <div key={i}><dt>{tx(x.label)}</dt><dd className="whitespace-pre-wrap">{x.value ? tx(x.value) : blank}</dd></div>)}</dl></Section></>
}

type Form = { id: string; title?: Text; status?: Text }
/* The same report as a document to send or to fill in by hand: in the general form, or one of the pack. */
function PaperPart({ url, version }: { url: string; version: number }) {
  const q = useQuery({ queryKey: ['forms', url, version], queryFn: () => get<{ form: string; forms: Form[] }>(`${url}/reports/document.json`) })
  const [picked, pick] = useState(''), form = picked || q.data?.form || 'general'
  const at = (name: string) => `${url}/reports/document.${name}?lang=${lang()}&form=${form}`
  const forms: Form[] = [{ id: 'general' }, ...q.data?.forms ?? []]
  return <Section title={t('書類', 'Document')}><p className="max-w-[40em]">{t('記録された事実で埋めた書類です。分からない所は「未記入」のまま出ます。送る前に読んで確かめてください。', 'Filled from the recorded facts. What is not known is left to be filled in. Read it before it is sent.')}</p>
    {forms.length > 1 && <p><label className="block" htmlFor="form">{t('書式', 'Form')}</label><select id="form" className="field" value={form} onChange={e => pick(e.target.value)}>
      {forms.map(f => <option key={f.id} value={f.id}>{f.title ? `${tx(f.title)}${t('（', ' (')}${tx(f.status)}${t('）', ')')}` : t('一般の書式（法令が求める事項）', 'General (what the law asks for)')}</option>)}</select></p>}
    <p className="flex flex-wrap gap-2"><a className="btn btn-s" href={at('pdf')} download>{t('PDFで受け取る', 'Get as PDF')}</a><a className="btn btn-s" href={at('xlsx')} download>{t('Excelで受け取る', 'Get as Excel')}</a></p></Section>
}

export function DutyPage({ org, res, resources, id }: RecordProps) {
  const url = `/api/orgs/${org}/${path}/${id}`, at = `/${org}/${path}/${id}`
  const q = useQuery({ queryKey: ['rec', url], queryFn: () => get<Duty>(url) }), rec = q.data
  const script = useQuery({ queryKey: ['script', url], queryFn: () => get<Script>(`${url}/reports/script`), enabled: !!rec })
  if (!rec) return <><PageHeader title={tx(res.label)} crumbs={[[tx(res.label_many), `/${org}/${path}`]]} error={q.error} />{!q.error && <Loading />}</>
  const counted = script.data?.computation // in both languages while the facts are those by which it was counted
  const field = (name: string) => res.fields.find(f => f.name === name)!
  const has = (name: string) => rec[name] !== null && rec[name] !== undefined && rec[name] !== ''
  const show = (name: string) => has(name) ? <div key={name}><dt>{tx(field(name).label)}</dt><dd><Value f={field(name)} v={said(rec, name)} titles={rec._titles} resources={resources} org={org} /></dd></div> : null
  const acts = (res.actions ?? []).filter(a => a.can && ((a.from ?? []).includes(rec.state) || (a.name === 'close' && rec.basis_gone && rec.state !== 'closed')))
  return <>
    <PageHeader title={said(rec, 'title')!} crumbs={[[tx(res.label_many), `/${org}/${path}`]]} tail={`${rec.number} ${t(`第${rec.version}版`, `version ${rec.version}`)}`} chip={<><Chip tone={tones[rec.state] ?? 'open'}>{state(res, rec)}</Chip> <Left d={rec} /></>}
      acts={<>{acts.map((a, i) => <a key={a.name} className={`btn btn-s ${i === 0 ? 'btn-fill' : ''}`} href={`#${at}/act/${a.name}`}>{tx(a.label)}</a>)}{res.can.includes('update') && <a className="btn btn-s" href={`#${at}/edit`}>{t('編集', 'Edit')}</a>}<a className="btn btn-s" href={`${url}/reports/document`} download={`${rec.number}.json`}>{t('報告のファイル', 'File of the report')}</a></>} />
    <WithAside aside={<><h2 className="h2 mt-0">{t('いつ、誰に', 'When and to whom')}</h2><dl className="kv kv-narrow">{['incident', 'authority'].map(show)}{latest(rec) && <div><dt>{tx(field('due').label)}</dt><dd><time dateTime={latest(rec)}>{sayUntil(latest(rec)!)}</time></dd></div>}{['promptly', 'form', 'owner', 'penalty', 'data_status', 'basis', 'approved_by', 'minutes', 'made_at', 'means', 'made_to', 'spoke_with', 'receipt'].map(show)}</dl></>}>
      {rec.basis_gone && <p className="note">{t('事実が直され、この規定には該当しなくなりました。報告を取り下げるか、訂正を届けてください。', 'Facts were corrected and the rule is no longer met. Withdraw the report, or send a correction.')}</p>}
      {!done(rec) && <ScriptPart {...{ url, org, rec }} s={script.data} can={acts.some(a => a.name === 'draft')} to={`${at}/act/draft`} />}
      {res.reports?.some(r => r.name === 'document.pdf' && r.can) && <PaperPart url={url} version={rec.version} />}
      {(['words', 'computation', 'guide', 'contents', 'draft', 'without_approval', 'call_record', 'answer'] as const).filter(has).map(n => <Section key={n} title={tx(field(n).label)}><p className="max-w-[40em] whitespace-pre-wrap">{n === 'computation' && counted ? counted.map(tx).join('\n') : said(rec, n)}</p></Section>)}
      <ReportLinks org={org} res={res} id={id} />
      <Files url={url} can={res.can.includes('update') && !rec.removed} />
      <Section id="versions" title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={rec._titles ?? {}} /></Section>
    </WithAside></>
}

// What this organisation shows to those above it: one of four, with a reason; every decision stays readable.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Choice } from '../types'
import { call, get, Problem } from '../api'
import { lang, t, tx } from '../i18n'
import { sayTime } from '../dates'
import { Errors } from '../ui/Fields'
import { Loading, Section } from '../ui/Page'
import { say } from '../ui/notice'

type Decision = { version: number; at: string; author: string; values: { show: string; reason: string } }
type Answer = { show: string; decided: boolean; above: boolean; choices: Choice[]; versions: Decision[] }

export function Disclosure({ org, may }: { org: string; may: boolean }) {
  const url = `/api/orgs/${org}/disclosure`
  const q = useQuery({ queryKey: ['disclosure', org], queryFn: () => get<Answer>(url) })
  const d = q.data
  if (d && !d.above) return null
  const word = (code: string) => tx(d?.choices.find(c => c.code === code)?.label)
  return <Section title={t('上の組織に示すこと', 'Shown to the organisations above')}>
    <p className="mb-4 max-w-[40em]">{t('上の組織の経営層、CISO、リスク管理者、監査人が「企業集団」のページで見られる範囲です。間に別の組織があるときは、その組織が許す範囲までです。',
      'This is what management, CISO, risk managers and auditors of the organisations above see on the page “Group”. Where another organisation stands between, it goes no further than that one allows.')}</p>
    <Errors error={q.error} />
    {!d ? !q.error && <Loading /> : <>
      <dl className="facts"><dt>{t('いま', 'Now')}</dt><dd>{word(d.show)}{!d.decided && t('（まだ決めていないときの範囲）', ' (as long as nothing is decided)')}</dd></dl>
      {may ? <Decide key={`${org}-${d.versions[0]?.version ?? 0}`} url={url} d={d} /> : <p className="meta mt-4">{t('決めるのは、この組織の管理者です。', 'It is decided by the administrators of this organisation.')}</p>}
      {d.versions.length > 0 && <table className="list-table fit mt-6"><caption className="text-std-16B-170 text-left">{t('これまでの決定', 'Decisions so far')}</caption>
        <thead><tr><th scope="col">{t('日時', 'When')}</th><th scope="col">{t('だれが', 'Who')}</th><th scope="col">{t('示すこと', 'Shown')}</th><th scope="col">{t('理由', 'Reason')}</th></tr></thead>
        <tbody>{d.versions.map(v => <tr key={v.version}><td data-label={t('日時', 'When')}><time dateTime={v.at}>{sayTime(v.at, lang())}</time></td><td data-label={t('だれが', 'Who')}>{v.author}</td><td data-label={t('示すこと', 'Shown')}>{word(v.values.show)}</td><td data-label={t('理由', 'Reason')}>{v.values.reason}</td></tr>)}</tbody></table>}
    </>}
  </Section>
}

function Decide({ url, d }: { url: string; d: Answer }) {
  const client = useQueryClient()
  const [show, setShow] = useState(d.show), [reason, setReason] = useState(''), [error, setError] = useState<unknown>(null)
  const wrong = error instanceof Problem ? error.mistakes.find(m => m.path === 'reason') : undefined
  const save = async () => {
    setError(null)
    try { await call('PUT', url, { show, reason: reason || null }); say(() => t('上の組織に示すことを決めました。', 'What is shown was decided.')); await client.invalidateQueries({ queryKey: ['disclosure'] }) } catch (e) { setError(e) }
  }
  return <form noValidate className="panel mt-4 max-w-[44rem]" onSubmit={e => { e.preventDefault(); void save() }}><Errors error={error} />
    <fieldset className="mb-4"><legend className="text-std-16B-170">{t('示す範囲', 'How much')}</legend>
      {d.choices.map(c => <div key={c.code} className="mt-3"><label className="flex min-h-6 items-center gap-2"><input type="radio" name="show" className="radio" aria-describedby={`show-${c.code}`} checked={show === c.code} onChange={() => setShow(c.code)} />{tx(c.label)}</label><p id={`show-${c.code}`} className="meta pl-7">{tx(c.help)}</p></div>)}</fieldset>
    <div className="mb-4"><label htmlFor="f-reason" className="text-std-16B-170">{t('理由', 'Reason')} <span className="meta">{t('※必須', '(required)')}</span></label><p id="reason-help" className="meta">{t('誰が決めたか、何のためか', 'Who decided it, and what for')}</p>
      <input id="f-reason" className="field w-full" aria-invalid={!!wrong || undefined} aria-describedby="reason-help" value={reason} onChange={e => setReason(e.target.value)} /></div>
    <button type="submit" className="btn btn-fill">{t('決める', 'Decide')}</button></form>
}

// A named act on one record: what it does, what it asks, why; checked on its own page, because acts may not be taken back.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Rec } from '../types'
import type { RecordProps } from '../page'
import { call, get, match, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Fields } from '../ui/Fields'
import { Loading, PageHeader } from '../ui/Page'
import { say } from '../ui/notice'
import { titleOf } from './Record'

export function ActPage({ org, res, resources, id, parts }: RecordProps) {
  const client = useQueryClient()
  const url = `/api/orgs/${org}/${res.path}/${id}`, at = `/${org}/${res.path}/${id}`
  const rec = useQuery({ queryKey: ['rec', url], queryFn: () => get<Rec>(url) })
  const act = res.actions?.find(a => a.name === parts[3] && a.can)
  const [values, setValues] = useState<Record<string, any>>({}), [reason, setReason] = useState(''), [error, setError] = useState<unknown>(null)
  const r = rec.data
  if (!act) return <PageHeader title={t('ページが見つかりません', 'Page not found')} crumbs={[[tx(res.label), at]]} />
  if (!r) return rec.error ? <PageHeader title={tx(act.label)} error={rec.error} /> : <Loading />
  const own = act.fields ?? []
  /* A long text that the record has already is gone on with. */
  const begun = Object.fromEntries(own.filter(f => f.kind === 'long' && typeof r[f.name] === 'string').map(f => [f.name, r[f.name]]))
  const run = async () => {
    setError(null)
    try {
      await call('POST', `${url}/${act.name}`, { ...begun, ...values }, match(r.version, reason))
      go(at)
      setTimeout(() => say(() => t(`「${tx(act.label)}」を行いました。`, `Done: ${tx(act.label)}.`)), 0)
      await client.invalidateQueries()
    } catch (e) { setError(e); if (e instanceof Problem && e.status === 412) await rec.refetch() }
  }
  return <form className="max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); void run() }}>
    <PageHeader title={tx(act.label)} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${res.path}`], [titleOf(res, r), at]]} tail={t(`第${r.version}版`, `version ${r.version}`)} error={error} />
    <dl className="facts mb-6"><dt>{t('対象', 'Record')}</dt><dd>{r.number} {titleOf(res, r)}</dd><dt>{t('何が起こるか', 'What happens')}</dt><dd>{tx(act.help)}</dd></dl>
    <Fields fields={own} values={{ ...begun, ...values }} set={setValues} mistakes={error instanceof Problem ? error.mistakes : []} org={org} resources={resources} titles={r._titles ?? {}} url={url} />
    {!own.some(f => f.name === 'reason') && <div className="mb-6"><label htmlFor="reason" className="text-std-16B-170">{t('理由', 'Reason')} <span className="meta">{t('任意', '(optional)')}</span></label>
      <p id="reason-help" className="meta mb-1">{t('履歴に残ります。', 'Kept in the history.')}</p><input id="reason" className="field w-full" maxLength={1000} aria-describedby="reason-help" value={reason} onChange={e => setReason(e.target.value)} /></div>}
    <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{tx(act.label)}</button><a className="btn" href={`#${at}`}>{t('やめる', 'Cancel')}</a></p>
  </form>
}

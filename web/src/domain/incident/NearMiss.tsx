// A near miss in three answers and one request, for a phone held in one hand.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Page } from '../../types'
import { call, get, match } from '../../api'
import { t, tx } from '../../i18n'
import { go } from '../../router'
import { InstantInput } from '../../ui/DateInput'
import { say } from '../../ui/notice'
import { NotFound, PageHeader } from '../../ui/Page'
import { control, mistakesOf, Row, wrongAt } from '../../ui/Row'
import { P, thisMinute, type Incident } from './model'

const SERVICES = 200
export function NearMiss({ org, res, resources }: RecordProps) {
  const client = useQueryClient(), url = `/api/orgs/${org}/${P.incidents}`
  const register = resources.find(r => r.name === 'service'), may = !!register?.can.includes('list')
  const services = useQuery({ queryKey: ['near-miss', org], queryFn: () => get<Page>(`/api/orgs/${org}/${register!.path}?limit=${SERVICES}&sort=name`), enabled: may })
  const [title, setTitle] = useState(''), [at, setAt] = useState<string | null>(thisMinute()), [place, setPlace] = useState(''), [service, setService] = useState('')
  const [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  const wrong = mistakesOf(error), field = (name: string) => res.fields.find(f => f.name === name)!
  if (!res.can.includes('create')) return <NotFound org={org} />
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const made = await call<Incident>('POST', url, { title, near_miss: true, ...at ? { occurred_at: at } : {}, ...place.trim() ? { place } : {}, ...service ? { services: [service] } : {} })
      go(`/${org}/${P.incidents}/${made.id}`)
      setTimeout(() => say(() => t(`報告しました（${made.number}）。ありがとうございます。`, `Reported (${made.number}). Thank you.`), () => call('DELETE', `${url}/${made.id}`, undefined, match(made.version))), 0)
      await client.invalidateQueries()
    } catch (e) { setError(e); setBusy(false) }
  }
  return <form className="max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); void send() }}>
    <PageHeader title={t('ヒヤリ・ハットの報告', 'Report a near miss')} crumbs={[[tx(res.label_many), `/${org}/${P.incidents}`]]} error={error} />
    <p className="mb-6 max-w-[36em]">{t('影響は出なかったが、出るおそれがあったことを三つだけ書いて送ります。責任を問うためのものではありません。', 'Something that might have hit users and did not: three answers, and send. Nobody is blamed for it.')}</p>
    <Row id="f-title" label={t('何が起きそうになりましたか', 'What nearly happened?')} required wrong={wrongAt(wrong, 'title')}><textarea className="field w-full" rows={2} maxLength={200} {...control('f-title', wrongAt(wrong, 'title'))} value={title} onChange={e => setTitle(e.target.value.replaceAll('\n', ' '))} /></Row>
    <Row id="f-occurred_at" label={t('いつですか', 'When?')} wrong={wrongAt(wrong, 'occurred_at')}><InstantInput f={field('occurred_at')} id="f-occurred_at" v={at} set={setAt} bad={wrongAt(wrong, 'occurred_at').length > 0} /></Row>
    <Row id="f-place" label={t('どこで、どのサービスですか', 'Where, and which service?')} wrong={[...wrongAt(wrong, 'place'), ...wrongAt(wrong, 'services')]}>
      <input className="field w-full" maxLength={200} {...control('f-place', wrongAt(wrong, 'place'))} value={place} onChange={e => setPlace(e.target.value)} />
      {may && (services.data?.items.length ?? 0) > 0 && <select className="field mt-2 w-full" aria-label={t('どのサービスか', 'Which service')} value={service} onChange={e => setService(e.target.value)}><option value="">{t('（サービスは選ばない）', '(no service chosen)')}</option>{services.data!.items.map(s => <option key={s.id} value={s.id}>{String(s.name)}</option>)}</select>}</Row>
    <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{t('報告', 'Report')}</button><a className="btn" href={`#/${org}/${P.incidents}`}>{t('やめる', 'Cancel')}</a></p>
  </form>
}

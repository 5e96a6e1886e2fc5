// Which records point here: what a change of this one touches.
import { useQuery } from '@tanstack/react-query'
import type { Resource } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Section } from './Page'

type Referrer = { resource: string; id: string; number: string; title: string }
export function Referrers({ url, org, resources }: { url: string; org: string; resources: Resource[] }) {
  const found = useQuery({ queryKey: ['rec', url, 'referrers'], queryFn: () => get<{ referrers: Referrer[]; more?: boolean }>(`${url}/referrers`) })
  const list = found.data?.referrers ?? []
  if (list.length === 0) return null
  const groups = resources.filter(r => list.some(x => x.resource === r.path))
  return <Section title={t('これを参照している記録', 'Records that refer to this one')} aside={found.data?.more ? t('先頭の200件', 'the first 200') : t(`${list.length}件`, `${list.length}`)}>
    <dl className="record-fields">{groups.map(r => <div key={r.path} className="record-field"><dt>{tx(r.label_many ?? r.label)}</dt>
      <dd><ul>{list.filter(x => x.resource === r.path).map(x => <li key={x.id} className="py-0.5"><a href={`#/${org}/${r.path}/${x.id}`}>{x.title || x.number}</a> <span className="meta whitespace-nowrap">{x.number}</span></li>)}</ul></dd></div>)}</dl>
  </Section>
}

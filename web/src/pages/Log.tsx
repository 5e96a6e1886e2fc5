// The history of the organisation, newest first, as the log tells it.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import { get } from '../api'
import { lang, t } from '../i18n'
import { sayTime } from '../dates'
import { Errors } from '../ui/Fields'

type Leaf = { index: number; at: string; actor: string; actor_name?: string; action: string; object: string; version?: number }
export function Log({ org, query }: PageProps) {
  const log = useQuery({ queryKey: ['log', org, query.toString()], queryFn: () => get<{ leaves: Leaf[] }>(`/api/orgs/${org}/log?${query}`) })
  const leaves = log.data?.leaves ?? []
  const last = leaves[leaves.length - 1]
  return <><h1 className="h1">{t('履歴', 'History')}</h1><Errors error={log.error} />
    {log.data && leaves.length === 0 && <p>{t('まだ記録がありません。', 'Nothing is recorded yet.')}</p>}
    {leaves.length > 0 && <table className="list-table mt-4"><caption className="vh">{t('履歴', 'History')}</caption>
      <thead><tr>{[t('順番', 'Index'), t('日時', 'When'), t('だれが', 'Who'), t('操作', 'Act'), t('対象', 'Object'), t('版', 'Version')].map(h => <th key={h} scope="col">{h}</th>)}</tr></thead>
      <tbody>{leaves.map(x => <tr key={x.index}><td>{x.index}</td><td><time dateTime={x.at}>{sayTime(x.at, lang())}</time></td><td>{x.actor_name ?? x.actor}</td><td>{x.action}</td><td>{x.object}</td><td>{x.version}</td></tr>)}</tbody></table>}
    {last && last.index > 0 && <p className="mt-4"><a className="btn btn-s" href={`#/${org}/log?before=${last.index}`}>{t('前の記録', 'Earlier')}</a></p>}</>
}

// Notices as rows: those of an incident, and on the first page those after which a further one was promised.
import { useQuery } from '@tanstack/react-query'
import type { Rec, Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { Chip, Section } from '../../ui/Page'

export type Notice = Rec & { title: string; incident: string; stage: string; audience: string; state: string; out_at?: string | null; next_at?: string | null; owed?: boolean }
export const path = 'notices', MINUTE = 60e3
const word = (res: Resource | undefined, field: string, code: string) => tx(res?.fields.find(f => f.name === field)?.choices?.find(c => c.code === code)?.label)

/* How long until the next one that was promised. */
function Promise_({ n }: { n: Notice }) {
  if (!n.owed || !n.next_at) return null
  const minutes = Math.floor((Date.parse(n.next_at) - Date.now()) / MINUTE)
  return minutes < 0 ? <Chip tone="late">{t('約束の時刻を過ぎた', 'the promised time has passed')}</Chip> : <Chip tone="soon">{minutes < 120 ? t(`次まであと${minutes}分`, `next in ${minutes} min`) : t(`次まであと${Math.floor(minutes / 60)}時間`, `next in ${Math.floor(minutes / 60)} h`)}</Chip>
}

export function NoticeRows({ list, org, res }: { list: Notice[]; org: string; res?: Resource }) {
  return <ul>{list.map(n => <li key={n.id} className="home-row"><span className="min-w-0 grow"><a href={`#/${org}/${path}/${n.id}`}>{n.title}</a> <span className="meta block">{word(res, 'audience', n.audience)}　{word(res, 'stage', n.stage)}　{n.out_at ? <>{t('公表', 'out')} <time dateTime={n.out_at}>{sayTime(n.out_at, lang())}</time></> : word(res, 'state', n.state)}
    {n.owed && n.next_at && <>　{t('次の約束', 'next promised')} <time dateTime={n.next_at}>{sayTime(n.next_at, lang())}</time></>}</span></span><Promise_ n={n} /></li>)}</ul>
}

export function NoticesOf({ org, incident, resources, version }: { org: string; incident: string; resources: Resource[]; version: number }) {
  const res = resources.find(r => r.path === path)
  const q = useQuery({ queryKey: [path, org, incident, version], queryFn: () => get<{ items: Notice[] }>(`/api/orgs/${org}/${path}?incident=${incident}&limit=100`), refetchInterval: MINUTE, enabled: !!res?.can.includes('list') })
  const list = [...q.data?.items ?? []].sort((a, b) => (b.out_at ?? '9').localeCompare(a.out_at ?? '9')), may = res?.can.includes('create')
  if (!res || !q.data || (!list.length && !may)) return null
  return <Section id="notices" title={tx(res.label_many)} aside={may && <a href={`#/${org}/${path}/new?incident=${incident}&stage=${list.some(n => n.out_at) ? 'update' : 'first'}&audience=public`}>{list.length ? t('次のお知らせを書く', 'Write the next notice') : t('お知らせを書く', 'Write a notice')}</a>}>
    {list.length ? <NoticeRows {...{ list, org, res }} /> : <p>{t('まだ何も知らせていません。', 'Nobody was told anything yet.')}</p>}</Section>
}

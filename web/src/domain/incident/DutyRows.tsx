// Duties to report as rows: those of an incident, and those of everybody on the first page.
import { useQuery } from '@tanstack/react-query'
import type { Rec, Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { jst, sayDay, sayTime } from '../../dates'
import { Chip, Section, type Tone } from '../../ui/Page'

export type Duty = Rec & { title: string; incident?: string; state: string; due?: string | { from: string; to: string } | null; promptly?: boolean; authority?: string; basis_gone?: boolean; computation?: string; contents?: string; words?: string; guide?: string; draft?: string; data_status?: string }
/* What was kept is Japanese; the English of it comes from the pack. */
export const said = (d: Duty, name: string) => (lang() === 'en' && (d[`${name}_en`] as string | undefined)) || (d[name] as string | undefined)
export const path = 'duties', MINUTE = 60e3
export const tones: Record<string, Tone> = { open: 'act', drafted: 'act', approved: 'act', returned: 'late', made: 'settled', accepted: 'settled', closed: 'settled' }
export const done = (d: Duty) => ['made', 'accepted', 'closed'].includes(d.state)
export const latest = (d: Duty) => typeof d.due === 'string' ? d.due : d.due && 'to' in d.due ? d.due.to : undefined
/* A period of days ends with its last day: midnight is said as the day before it. */
export const sayUntil = (at: string) => jst(at).slice(11, 16) === '00:00' ? t(`${sayDay(jst(new Date(Date.parse(at) - 1).toISOString()).slice(0, 10), 'ja')}のうち`, `by the end of ${sayDay(jst(new Date(Date.parse(at) - 1).toISOString()).slice(0, 10), 'en')}`) : sayTime(at, lang())
export const state = (res: Resource | undefined, d: Duty) => tx(res?.fields.find(f => f.name === 'state')?.choices?.find(c => c.code === d.state)?.label)

/* How long there is, in the unit that matters. */
export function Left({ d }: { d: Duty }) {
  const at = latest(d)
  if (d.basis_gone) return <Chip tone="open">{t('根拠なし', 'basis gone')}</Chip>
  if (done(d)) return null
  if (!at) return d.promptly ? <Chip tone="late">{t('速やかに', 'at once')}</Chip> : null
  const minutes = Math.floor((Date.parse(at) - Date.now()) / MINUTE)
  if (minutes < 0) return <Chip tone="late">{t('期限超過', 'overdue')}</Chip>
  const left = minutes < 120 ? t(`あと${minutes}分`, `${minutes} min left`) : minutes < 72 * 60 ? t(`あと${Math.floor(minutes / 60)}時間`, `${Math.floor(minutes / 60)} h left`) : t(`あと${Math.floor(minutes / 1440)}日`, `${Math.floor(minutes / 1440)} days left`)
  return <Chip tone={minutes < 72 * 60 ? 'soon' : 'settled'}>{left}</Chip>
}

export function DutyRows({ list, org, res }: { list: Duty[]; org: string; res?: Resource }) {
  return <ul>{list.map(d => <li key={d.id} className="home-row"><span className="min-w-0 grow"><a href={`#/${org}/${path}/${d.id}`}>{said(d, 'title')}</a> <span className="meta block">{t('宛先：', 'to ')}{said(d, 'authority')}　{state(res, d)}{latest(d) && <>　{t('期限', 'due')} <time dateTime={latest(d)}>{sayUntil(latest(d)!)}</time></>}</span></span><Left d={d} /></li>)}</ul>
}

export function DutiesOf({ org, incident, resources, version }: { org: string; incident: string; resources: Resource[]; version: number }) {
  const res = resources.find(r => r.path === path)
  const q = useQuery({ queryKey: ['duties', org, incident, version], queryFn: () => get<{ items: Duty[] }>(`/api/orgs/${org}/${path}?incident=${incident}&limit=100`), refetchInterval: d => d.state.data?.items.length ? MINUTE : 3e3, enabled: !!res?.can.includes('list') })
  if (!q.data?.items.length) return null
  return <Section id="duties" title={t('報告の義務', 'Duties to report')}><DutyRows {...{ org, res }} list={[...q.data.items].sort((a, b) => Number(done(a)) - Number(done(b)) || (latest(a) ?? '').localeCompare(latest(b) ?? ''))} /></Section>
}

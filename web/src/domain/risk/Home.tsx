// The first page: what is overdue or due soon, what changed, which services the highest risks threaten; then the registers.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../../page'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, sayTime } from '../../dates'
import { Errors } from '../../ui/Fields'

type Head = { resource: string; id: string; number: string; title: string }
type Due = Head & { due: string; what: string }
type Threat = Head & { total: number; risks: Head[] }
type Answer = { day: string; overdue: Due[]; soon: Due[]; changed: (Head & { action: string; at: string; version: number })[]; basis: 'criteria' | 'impact'; levels: Record<string, number>; threatened: Threat[] }

export function Home({ org, resources }: PageProps) {
  const home = useQuery({ queryKey: ['home', org], queryFn: () => get<Answer>(`/api/orgs/${org}/home`) })
  const h = home.data
  const of = (x: Head) => resources.find(r => r.name === x.resource || r.path === x.resource)
  const link = (x: Head) => { const r = of(x), name = x.title || x.number; return r ? <a href={`#/${org}/${r.path}/${x.id}`}>{name}</a> : name }
  const what = (x: Due) => tx(of(x)?.fields.find(f => f.name === x.what)?.label) || x.what
  const dues = (title: string, list: Due[], none: string) => <section><h2 className="h2">{title} <span className="meta">{list.length}{t('件', '')}</span></h2>
    {list.length === 0 ? <p>{none}</p> : <ul>{list.map((x, i) => <li key={i} className="border-b border-solid-gray-200 py-2">
      <time dateTime={x.due}>{sayDay(x.due, lang())}</time> {link(x)} <span className="meta">{tx(of(x)?.label)} {x.number} {what(x)}</span></li>)}</ul>}</section>
  return <><h1 className="h1">{t('ホーム', 'Home')}</h1><Errors error={home.error} />
    {home.isPending && <p role="status">{t('読み込んでいます。', 'Loading.')}</p>}
    {h && <>
      {dues(t('期限を過ぎたもの', 'Overdue'), h.overdue, t('期限を過ぎたものはありません。', 'Nothing is overdue.'))}
      {dues(t('30日以内に期限が来るもの', 'Due within 30 days'), h.soon, t('30日以内に期限が来るものはありません。', 'Nothing is due within 30 days.'))}
      <section><h2 className="h2">{t('最も高いリスクにさらされているサービス', 'Services threatened by the highest risks')}</h2>
        <p className="meta">{h.basis === 'criteria' ? t('承認済みの評価基準によるリスクの高さで選んでいます。', 'Chosen by the risk level under the approved criteria.')
          : t('承認済みの評価基準がないため、影響の大きさだけで選んでいます。', 'There are no approved criteria, so impact alone is used.')}
          {t(`高さが分からないリスク: ${h.levels.unknown ?? 0}件`, ` Risks of unknown height: ${h.levels.unknown ?? 0}`)}</p>
        {h.threatened.length === 0 ? <p>{t('該当するサービスはありません。', 'No service is threatened by a risk of the highest level.')}</p> : <ul>{h.threatened.map(s => <li key={s.id} className="border-b border-solid-gray-200 py-2">
          {link(s)} <span className="meta">{s.number} {t(`リスク${s.total}件`, `Risks: ${s.total}`)}</span>
          <ul className="pl-4">{s.risks.map(r => <li key={r.id}>{link(r)} <span className="meta">{r.number}</span></li>)}</ul></li>)}</ul>}</section>
      <section><h2 className="h2">{t('最近の変更', 'Recently changed')}</h2>
        {h.changed.length === 0 ? <p>{t('変更はありません。', 'Nothing has changed.')}</p> : <ul>{h.changed.map((x, i) => <li key={i} className="border-b border-solid-gray-200 py-2">
          {link(x)} <span className="meta">{tx(of(x)?.label)} {x.number} {t(`第${x.version}版`, `version ${x.version}`)} <time dateTime={x.at}>{sayTime(x.at, lang())}</time></span></li>)}</ul>}</section></>}
    <h2 className="h2">{t('台帳', 'Registers')}</h2>
    <ul>{resources.filter(r => r.can.includes('list')).map(r => <li key={r.name} className="border-b border-solid-gray-200 py-2"><a href={`#/${org}/${r.path}`}>{tx(r.label_many ?? r.label)}</a><p className="meta">{tx(r.help)}</p></li>)}</ul></>
}

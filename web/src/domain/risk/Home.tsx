// The first page: what waits for the reader, what is due, what changed since the last visit, what threatens the services, how far the preparation is.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../../page'
import type { Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, sayTime, shortDay } from '../../dates'
import { DueChip } from '../../ui/Due'
import { Chip, Empty, Loading, PageHeader, Section, Why } from '../../ui/Page'
import { LevelTile } from '../../ui/Level'
import { DutyRows, type Duty } from '../incident/DutyRows'
import { NoticeRows, type Notice } from '../incident/NoticeRows'
import { P, stepText, useCriteria, type Criteria } from './model'

type Head = { resource: string; id: string; number: string; title: string }
type DueRow = Head & { due: string; what: string }
type Threat = Head & { height: number; total: number; outside: number; undecided: number; measures: number; done: number; risks: Head[] }
type Changed = Head & { action: string; at: string; version: number }
type Answer = { day: string; overdue: DueRow[]; soon: DueRow[]; changed: Changed[]; basis: 'criteria' | 'impact'; all: boolean; levels: Record<string, number>; threatened: Threat[]; prepared: Record<string, number>; clocks: Duty[]; promises: Notice[]; waiting: (Head & { submitted_on?: string; waits_for?: string; mine?: boolean })[] }
const DUE = 7, CHANGED = 6, SERVICES = 10

/* When this browser showed the page before: kept here, not at the server. A visit within the hour is the same visit. */
function usePreviousVisit(org: string): string | null {
  const [before] = useState(() => {
    try {
      const name = `visit:${org}`, kept = JSON.parse(localStorage.getItem(name) ?? '{}') as { now?: string; before?: string }
      const same = kept.now && Date.now() - Date.parse(kept.now) < 3600e3
      const next = { now: new Date().toISOString(), before: same ? kept.before : kept.now }
      localStorage.setItem(name, JSON.stringify(next))
      return next.before ?? null
    } catch { return null }
  })
  return before
}

export function Home({ org, me, resources }: PageProps) {
  const q = useQuery({ queryKey: ['home', org], queryFn: () => get<Answer>(`/api/orgs/${org}/home`), refetchOnMount: 'always' /* what is due must not be what was due */ })
  const before = usePreviousVisit(org)
  const criteria = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  const h = q.data
  const title = t('ホーム', 'Home')
  if (!h) return <><PageHeader title={title} error={q.error} />{!q.error && <Loading />}</>
  const of = (x: Head) => resources.find(r => r.name === x.resource || r.path === x.resource)
  const link = (x: Head) => { const r = of(x), name = x.title || x.number; return r ? <a href={`#/${org}/${r.path}/${x.id}`}>{name}</a> : <>{name}</> }
  const has = (role: string) => me.roles.includes(role)
  const report = (name: string) => { const r = resources.find(x => x.path === P.risks)?.reports?.find(x => x.name === name && x.can); return r && <a href={`#/${org}/${P.risks}/reports/${name}`}>{tx(r.label)}</a> }
  const tasks = prepared(h, org, resources), left = tasks.filter(x => !x.done).length
  const empty = !h.prepared.risks && !h.prepared.assets
  const clocks = h.clocks.length > 0 && <Section key="clocks" title={t('報告の期限', 'Reports that are due')} aside={<a href={`#/${org}/duties`}>{t('すべての報告', 'All reports')}</a>}><DutyRows list={h.clocks} org={org} res={resources.find(r => r.path === 'duties')} /></Section>
  const promises = h.promises.length > 0 && <Section key="promises" title={t('約束した次のお知らせ', 'Notices promised')} aside={<a href={`#/${org}/notices`}>{t('すべてのお知らせ', 'All notices')}</a>}><NoticeRows list={h.promises} org={org} res={resources.find(r => r.path === 'notices')} /></Section>
  const parts = {
    prepare: left > 0 && (empty || resources.some(r => r.path === P.plans && r.can.includes('create'))) && <Prepare key="prepare" {...{ tasks, first: empty }} />,
    decide: (has('executive') || h.waiting.length > 0) && <Decisions key="decide" {...{ h, org, resources, mine: has('executive'), aside: report('board') }} />,
    due: !empty && <Dues key="due" {...{ h, of, link }} />,
    changed: !empty && <ChangedPart key="changed" {...{ h, of, link, before, org, aside: has('auditor') && report('audit') }} />,
    threats: !empty && <Threats key="threats" {...{ h, org, link, criteria: criteria.now }} />,
  }
  const order = empty ? [parts.prepare] : has('executive') ? [parts.decide, parts.threats, parts.due, parts.changed, parts.prepare]
    : has('auditor') && me.roles.length === 1 ? [parts.changed, parts.due, parts.threats, parts.decide] : [parts.decide, parts.due, parts.changed, parts.threats, parts.prepare]
  return <><PageHeader title={title} /><div className="home"><p className="meta home-day"><time dateTime={h.day}>{sayDay(h.day, lang())}</time></p>{clocks}{promises}{order}</div></>
}

type Link = (x: Head) => React.ReactNode
type Of = (x: Head) => Resource | undefined

function Decisions({ h, org, resources, mine, aside }: { h: Answer; org: string; resources: Resource[]; mine: boolean; aside: React.ReactNode }) {
  const to = (x: Head) => { const r = resources.find(y => y.name === x.resource); return `#/${org}/${r?.path}/${x.id}${r?.path === P.plans ? '/approval' : ''}` }
  return <Section title={mine ? t('決裁', 'For your decision') : t('決裁を待っているもの', 'Waiting for management')} aside={mine && aside}>
    {h.waiting.length === 0 ? <p>{t('決裁を待っているものはありません。', 'Nothing waits for a decision.')}</p>
      : <ul>{h.waiting.map(x => <li key={x.id} className="home-row"><span><span className="meta">{tx(resources.find(r => r.name === x.resource)?.label)} {x.number}</span> {x.title}{x.submitted_on && <span className="meta"> {t(`${shortDay(x.submitted_on)} 提出`, `submitted ${shortDay(x.submitted_on)}`)}</span>}{x.waits_for && <span className="meta block">{t(`待っている相手：${x.waits_for}`, `waits for ${x.waits_for}`)}</span>}</span>
        <a className={`btn btn-s ${x.mine ?? mine ? 'btn-fill' : ''}`} href={to(x)}>{x.mine ? mine ? t('回答・決裁する', 'Answer or decide') : t('回答する', 'Answer') : x.waits_for ? t('開く', 'Open') : mine ? t('決裁する', 'Decide') : t('開く', 'Open')}<span className="vh"> {x.title}</span></a></li>)}</ul>}
  </Section>
}

function Dues({ h, of, link }: { h: Answer; of: Of; link: Link }) {
  const [all, setAll] = useState(false)
  const rows = [...h.overdue, ...h.soon], shown = all ? rows : rows.slice(0, DUE)
  const what = (x: DueRow) => tx(of(x)?.fields.find(f => f.name === x.what)?.label) || x.what
  return <Section title={t('期限', 'Due')} aside={rows.length > 0 && t(`超過${h.overdue.length}件、30日以内${h.soon.length}件`, `${h.overdue.length} overdue, ${h.soon.length} within 30 days`)}>
    {rows.length === 0 ? <p>{t('30日以内の期限はありません。', 'Nothing is due within 30 days.')}</p> : <ul>{shown.map((x, i) => <li key={i} className="home-row">
      <span className="home-when"><DueChip day={x.due} /><time dateTime={x.due}>{sayDay(x.due, lang())}</time></span>
      <span className="min-w-0 grow">{link(x)} <span className="meta">{tx(of(x)?.label)} {x.number}　{what(x)}</span></span></li>)}</ul>}
    {rows.length > DUE && !all && <p className="mt-2"><button className="link" onClick={() => setAll(true)}>{t(`ほか${rows.length - DUE}件を見る`, `Show ${rows.length - DUE} more`)}</button></p>}
  </Section>
}

function ChangedPart({ h, of, link, before, org, aside }: { h: Answer; of: Of; link: Link; before: string | null; org: string; aside: React.ReactNode }) {
  const acts: Record<string, () => string> = { create: () => t('追加', 'added'), update: () => t('変更', 'changed'), remove: () => t('廃止', 'retired'), restore: () => t('元に戻した', 'restored'), submit: () => t('提出', 'submitted'), approve: () => t('承認', 'approved'), return: () => t('差し戻し', 'returned'), report: () => t('進み具合の報告', 'progress reported') }
  const since = before ? h.changed.filter(x => x.at > before) : h.changed
  const word = (x: Changed) => acts[x.action]?.() ?? (tx(of(x)?.actions?.find(a => a.name === x.action)?.label).replace(/する$/, '') || x.action)
  return <Section title={before ? t(`前回（${sayTime(before, 'ja')}）から変わったこと`, `Changed since your last visit (${sayTime(before, 'en')})`) : t('最近の変更', 'Recently changed')} aside={<>{aside && <>{aside}{t('、', ', ')}</>}<a href={`#/${org}/log`}>{t('すべての履歴', 'All history')}</a></>}>
    {since.length === 0 ? <p>{t('変わったことはありません。', 'Nothing has changed.')}</p> : <ul>{since.slice(0, CHANGED).map((x, i) => <li key={i} className="home-row">
      <span className="min-w-0 grow"><span className="meta">{of(x) ? tx(of(x)!.label) : x.resource === 'file' ? t('添付ファイル', 'Attached file') : ''} {x.number}</span> {link(x)} {word(x)}</span><time dateTime={x.at} className="meta whitespace-nowrap">{sayTime(x.at, lang())}</time></li>)}</ul>}
    {since.length > CHANGED && <p className="mt-2"><a href={`#/${org}/log`}>{t('ほかの変更も見る', 'See the other changes')}</a></p>}
  </Section>
}

function Threats({ h, org, link, criteria }: { h: Answer; org: string; link: Link; criteria?: Criteria }) {
  const rows = h.threatened.slice(0, SERVICES), byCriteria = h.basis === 'criteria'
  const basis = byCriteria ? t(`承認済みの判定基準${criteria ? `（${criteria.number} ${criteria.title}）` : ''}によるレベル。サービスに直接、または支える資産を通じて及ぶリスクのうち最も高いものを示す。`, `Level by the approved criteria${criteria ? ` (${criteria.number} ${criteria.title})` : ''}: the highest risk that reaches the service directly or through the assets that support it.`)
    : t('承認済みの判定基準がないため、レベルの代わりに影響の大きさで並べている。', 'There are no approved criteria, so services are ordered by impact instead of level.')
  return <Section title={t('サービスを脅かすもの', 'What threatens the services')} aside={<Why>{basis}</Why>}>
    {rows.length === 0 ? <Empty act={<a className="btn btn-s" href={`#/${org}/${P.risks}`}>{t('リスクを開く', 'Open the risks')}</a>}>{t('サービスに結び付いたリスクがありません。リスクに影響するサービスか資産を付けると、ここに出ます。', 'No risk is tied to a service. Name the services or assets of a risk, and they appear here.')}</Empty>
      : <table className="list-table"><caption className="vh">{t('サービスを脅かすもの', 'What threatens the services')}</caption>
        <thead><tr><th scope="col">{t('サービス', 'Service')}</th><th scope="col">{t('最も大きいリスク', 'Greatest risk')}</th><th scope="col">{byCriteria ? t('レベル', 'Level') : t('影響', 'Impact')}</th><th scope="col">{t('対策', 'Measures')}</th><th scope="col">{t('受容', 'Acceptance')}</th></tr></thead>
        <tbody>{rows.map(s => <tr key={s.id}><td>{link(s)}</td><td data-label={t('最も大きいリスク', 'Greatest risk')}>{s.risks[0] && link(s.risks[0])}{s.total > 1 && <span className="meta whitespace-nowrap"> {t(`ほか${s.total - 1}件`, `and ${s.total - 1} more`)}</span>}</td>
          <td data-label={byCriteria ? t('レベル', 'Level') : t('影響', 'Impact')}>{byCriteria ? <LevelTile level={s.height || null} /> : s.height ? stepText(undefined, 'impact', s.height) : t('未評価', 'not assessed')}</td>
          <td data-label={t('対策', 'Measures')}>{s.measures ? t(`${s.done}/${s.measures}完了`, `${s.done} of ${s.measures} done`) : t('計画なし', 'no plan')}</td>
          <td data-label={t('受容', 'Acceptance')}>{s.outside ? <Chip tone="soon">{t(`受容外${s.outside}件`, `${s.outside} outside`)}</Chip> : s.undecided ? <Chip tone="open">{t(`未判断${s.undecided}件`, `${s.undecided} not judged`)}</Chip> : <Chip tone="settled">{t('受容の範囲', 'within')}</Chip>}</td></tr>)}</tbody></table>}
    {h.threatened.length > SERVICES && <p className="mt-2"><a href={`#/${org}/${P.services}`}>{t(`ほか${h.threatened.length - SERVICES}件のサービス`, `${h.threatened.length - SERVICES} more services`)}</a></p>}
    {!h.all && <p className="meta mt-2">{t('はじめの20,000件のリスクから求めています。', 'From the first 20,000 risks.')}</p>}
    {h.threatened.length > 0 && <p className="mt-3"><a href={`#/${org}/${P.matrix}`}>{t('マトリクスで見る', 'See the matrix')}</a></p>}
  </Section>
}

/* --- preparation ------------------------------------------------------------------------------------------------ */

type Task = { done: boolean; label: string; note: string; to: string }
function prepared(h: Answer, org: string, resources: Resource[]): Task[] {
  const n = (k: string) => h.prepared[k] ?? 0
  const may = (path: string, what = 'create') => resources.some(r => r.path === path && r.can.includes(what))
  const assessed = n('risks') - (h.levels.unknown ?? 0)
  return [
    { done: n('risks') > 0 && n('assets') > 0, label: t('表計算から取り込む', 'Import your spreadsheets'), note: n('risks') || n('assets') ? t(`資産${n('assets')}件、サービス${n('services')}件、リスク${n('risks')}件`, `${n('assets')} assets, ${n('services')} services, ${n('risks')} risks`) : t('いまの資産・サービス・リスクの一覧を、そのままの列で取り込めます', 'Your lists of assets, services and risks come in with their own columns'), to: may(P.risks) ? `/${org}/import` : `/${org}/${P.risks}` },
    { done: n('criteria_approved') > 0, label: t('判定基準を決める', 'Set the criteria'), note: n('criteria_submitted') ? t('決裁を待っています', 'waits for approval') : n('criteria_approved') ? t('承認済み', 'approved') : n('criteria') ? t('案があります', 'a draft is there') : t('3段階のひな型から始められます。基準がなくても、人の判断で先に進めます', 'A template of three levels is ready; without criteria, people may judge'), to: n('criteria') || !may(P.criteria) ? `/${org}/${P.criteria}` : `/${org}/${P.criteria}/new` },
    { done: n('risks') > 0 && assessed >= n('risks'), label: t('リスクを評価する', 'Evaluate the risks'), note: n('risks') ? t(`${n('risks')}件のうち未評価${h.levels.unknown ?? 0}件`, `${h.levels.unknown ?? 0} of ${n('risks')} not assessed`) : t('マトリクスに置き、理由を残します', 'Place them on the matrix, with reasons'), to: `/${org}/${P.matrix}` },
    { done: n('plans') > 0, label: t('リスク対応計画を作る', 'Make a treatment plan'), note: n('plans') ? t(`${n('plans')}件`, `${n('plans')}`) : t('対策、担当、期限と、受け入れるリスクをまとめます', 'Measures, owners, dates, and what is accepted'), to: n('plans') || !may(P.plans) ? `/${org}/${P.plans}` : `/${org}/${P.plans}/new` },
    { done: n('plans_approved') > 0, label: t('経営層の決裁を受ける', 'Have it approved'), note: n('plans_submitted') ? t('決裁を待っています', 'waits for approval') : n('plans_approved') ? t('承認済み', 'approved') : t('A4一枚で承認を求めます', 'Asked for on one A4 page'), to: `/${org}/${P.plans}` },
  ]
}

function Prepare({ tasks, first }: { tasks: Task[]; first: boolean }) {
  const next = tasks.find(x => !x.done)
  return <Section title={t('はじめの準備', 'Getting ready')} aside={t(`${tasks.filter(x => x.done).length}/${tasks.length} 済み`, `${tasks.filter(x => x.done).length} of ${tasks.length} done`)}>
    {first && <p className="mb-3 max-w-[40em]">{t('ここには、期限、変わったこと、サービスを脅かすものが並びます。次の順に進めると使い始められます。', 'Dates, changes and threats to your services will stand here. These steps lead there.')}</p>}
    <ol className="tasks">{tasks.map((x, i) => <li key={i}><a href={`#${x.to}`} aria-current={x === next ? 'step' : undefined}><span className="min-w-0"><span className="task-name">{i + 1} {x.label}</span><span className="meta block">{x.note}</span></span>
      {x.done ? <span className="whitespace-nowrap">{t('済', 'Done')}</span> : x === next ? <Chip tone="act">{t('次はこれ', 'Next')}</Chip> : <Chip tone="open">{t('まだ', 'To do')}</Chip>}</a></li>)}</ol>
  </Section>
}

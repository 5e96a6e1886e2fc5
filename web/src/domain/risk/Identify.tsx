// The workbench of identification: one asset or service, what was thought of there, and from either side what was not; each candidate begins a risk.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../../page'
import type { Rec } from '../../types'
import { get, Problem } from '../../api'
import { t, tx } from '../../i18n'
import { go } from '../../router'
import { Fields } from '../../ui/Fields'
import { Chip, Loading, PageHeader, Section } from '../../ui/Page'
import { ReportTable, reportsOf, type Answer, type Of } from '../../ui/Reports'
import { P } from './model'

type Seen = { title: string; cause?: string; losses?: string; here: number; elsewhere: number; source?: string; checked?: string }
export function Identify({ org, resources, query }: PageProps) {
  const res = resources.find(r => r.path === P.risks), report = res && reportsOf(res, false).find(r => r.name === 'identify')
  const kind = query.get('service') ? 'service' : 'asset', id = query.get(kind)
  const url = `/api/orgs/${org}/${P.risks}/reports/identify?${kind}=${id}`
  const q = useQuery({ queryKey: ['rec', url], queryFn: () => get<Answer>(url), enabled: !!report && !!id, staleTime: 0 })
  const thing = useQuery({ queryKey: ['rec', kind, id], queryFn: () => get<Rec & { name?: string }>(`/api/orgs/${org}/${kind === 'asset' ? P.assets : P.services}/${id}`), enabled: !!id })
  const title = t('特定の作業台', 'Identification')
  if (!res || !report) return <PageHeader title={t('ページが見つかりません', 'Page not found')} />
  const may = res.can.includes('create'), to = kind === 'asset' ? 'assets' : 'services'
  const fresh = (fields: Record<string, string>) => `#/${org}/${P.risks}/new?${new URLSearchParams({ [to]: id!, ...fields })}`
  const choose = (v: Record<string, unknown>) => { const k = v.asset && v.asset !== query.get('asset') ? 'asset' : v.service ? 'service' : 'asset'; go(v[k] ? `/${org}/identify?${k}=${String(v[k])}` : `/${org}/identify`) }
  const names = { ...q.data?._titles, ...(thing.data && id ? { [id]: { number: thing.data.number, title: thing.data.name ?? '' } } : {}) }
  const table = (name: string) => q.data!.tables.find(x => x.name === name)!
  return <>
    <PageHeader title={id && thing.data ? `${title}${t('：', ': ')}${thing.data.name}` : title} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${P.risks}`]]} error={q.error instanceof Problem ? q.error : thing.error} />
    <p className="mb-4 max-w-[40em]">{t('原因と影響の両側から考えます。候補はまだここで使っていないものが先です。候補にないものも、自分の言葉で加えられます。', 'Think from both sides. Candidates that were not used here come first; anything else can be added in your own words.')}</p>
    <div className="panel no-print max-w-[44rem]"><Fields fields={report.fields} values={{ [kind]: id }} set={choose} mistakes={[]} org={org} resources={resources} titles={names} />
      {!id && <p className="meta">{t('どこから始めるか迷ったら、', 'Not sure where to begin? ')}<a href={`#/${org}/${P.risks}/reports/coverage?gaps=true`}>{t('まだ抜けのある資産とサービス', 'Assets and services with gaps')}</a></p>}</div>
    {id && !q.data && !q.error && <Loading />}
    {q.data && <>
      <Section title={tx(table('here').title)} aside={may && <a className="btn btn-s" href={fresh({})}>{t('自分の言葉で加える', 'Add in your own words')}</a>}><ReportTable table={table('here')} titles={q.data._titles} org={org} resources={resources} /></Section>
      {(['sources', 'events'] as const).map(name => <Section key={name} title={tx(table(name).title)}><Candidates rows={table(name).rows.map(r => r.values as unknown as Seen)} add={may ? x => fresh({ found_from: 'cause', [name === 'sources' ? 'cause' : 'event']: x.title }) : undefined} /></Section>)}
      {table('cases').rows.length > 0 && <Section title={tx(table('cases').title)}><Candidates rows={table('cases').rows.map(r => r.values as unknown as Seen)} add={may ? x => fresh({ found_from: 'cause', event: x.title, ...x.cause ? { cause: x.cause } : {}, ...x.losses ? { losses: x.losses } : {} }) : undefined} /></Section>}
      <Section title={tx(table('levels').title)}>{table('levels').rows.length === 0 ? <p>{t('支えるサービスが登録されていません。', 'No service is registered that it supports.')}</p> : <ul>{table('levels').rows.map((r, i) => { const v = r.values as { level?: string; own_target?: string; risks: number }
        return <li key={i} className="risk-row"><span><a href={`#/${org}/${P.services}/${r.of!.id}`}>{r.of!.number} {r.of!.title}</a>{v.level && <span className="block">{v.level}</span>}{v.own_target && <span className="block">{t('自社の目標：', 'Own target: ')}{v.own_target}</span>}</span>
          <span className="flex flex-wrap items-center gap-3">{v.risks ? <span className="meta">{t(`影響から ${v.risks}件`, `${v.risks} from the effect`)}</span> : <Chip tone="soon">{t('影響からはまだない', 'None from the effect')}</Chip>}{may && <a className="btn btn-s" href={fresh({ found_from: 'effect', services: r.of!.id })}>{t('影響から加える', 'Add from the effect')}<span className="vh"> {r.of!.title}</span></a>}</span></li> })}</ul>}</Section>
      <Section title={tx(table('losses').title)}>{table('losses').note && <p className="mb-3">{tx(table('losses').note)}</p>}{table('losses').rows.length === 0 ? <p>{t('ありません。', 'None.')}</p> : <ul>{table('losses').rows.slice(0, 50).map((r, i) => { const losses = String(r.values.losses)
        return <li key={i} className="risk-row"><span>{losses}<span className="meta block">{t('例：', 'e.g. ')}<Example of={r.of!} org={org} /></span></span>{may && <a className="btn btn-s" href={fresh({ found_from: 'effect', losses })}>{t('ここでも考える', 'Think of it here')}<span className="vh"> {losses}</span></a>}</li> })}</ul>}
        {table('losses').rows.length > 50 && <p className="meta mt-2">{t(`ほか${table('losses').rows.length - 50}件`, `and ${table('losses').rows.length - 50} more`)}</p>}</Section>
    </>}
  </>
}

const Example = ({ of, org }: { of: Of; org: string }) => <a href={`#/${org}/${of.resource}/${of.id}`}>{of.number} {of.title}</a>

/* Of the library: where it was used, where it comes from. */
function Candidates({ rows, add }: { rows: Seen[]; add?: (x: Seen) => string }) {
  if (!rows.length) return <p>{t('候補の一覧を持つパックがありません。', 'No pack has a list of candidates.')}</p>
  return <ul>{rows.map(x => <li key={x.title} className="risk-row"><span>{x.title}{x.losses && <span className="block">{x.losses}</span>}<span className="meta block">{x.source}{x.checked && ` ${t('（', '(')}${x.checked}${t('）', ')')}`}</span></span>
    <span className="flex flex-wrap items-center gap-3"><span className="meta">{x.here ? t(`ここで${x.here}件`, `${x.here} here`) : t('ここではまだ', 'not here yet')}{x.elsewhere > 0 && t(`、ほかで${x.elsewhere}件`, `, ${x.elsewhere} elsewhere`)}</span>
      {add && <a className="btn btn-s" href={add(x)}>{t('リスクを加える', 'Add a risk')}<span className="vh"> {x.title}</span></a>}</span></li>)}</ul>
}

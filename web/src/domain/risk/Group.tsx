// 企業集団: the organisations below, each as far as it shows itself; what is hidden says that it is hidden.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../../page'
import { get } from '../../api'
import { t, tx } from '../../i18n'
import { LevelScale, LevelTile } from '../../ui/Level'
import { Empty, Loading, PageHeader, Section } from '../../ui/Page'
import { choice, P } from './model'

type Count = number | null
type Figures = { levels: Count[]; verdicts: Record<string, Count>; reviews: Count; measures: Count; plans: Count; services: Count }
type Member = { id?: string; name: string; kind: string; depth: number; show: 'nothing' | 'standing' | 'figures' | 'severe'; decided?: boolean; criteria?: boolean; plan?: boolean; late?: boolean; figures?: Figures; severe?: { title: string; level: number }[] }

/* A hidden count is not none. */
const say = (n: Count) => n === null ? t('1以上', '1 or more') : n.toLocaleString()
const shows = () => ({ nothing: t('示していない', 'Shows nothing'), standing: t('状態だけ', 'Standing only'), figures: t('数まで', 'Figures too'), severe: t('重いリスクの題名まで', 'Titles of the gravest risks too') })
const hides = (f: Figures) => [...f.levels, ...Object.values(f.verdicts), f.reviews, f.measures, f.plans, f.services].includes(null)

export function Group({ org, resources }: PageProps) {
  const q = useQuery({ queryKey: ['group', org], queryFn: () => get<{ cut: boolean; organisations: Member[] }>(`/api/orgs/${org}/group`), staleTime: 0 })
  const list = q.data?.organisations ?? [], told = list.filter(m => m.figures), severe = list.filter(m => m.severe?.length)
  const verdict = (code: string) => tx(choice(resources.find(r => r.path === P.risks), 'verdict', code))
  return <LevelScale.Provider value={{ top: 0, names: {} }}>
    <PageHeader title={t('企業集団', 'Group')} error={q.error} acts={list.length > 0 && <button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button>} />
    <p className="mb-6 max-w-[40em]">{t('下の組織が、上の組織に示すと決めたことだけを並べます。示す範囲は、それぞれの組織の管理者が「組織の設定」で決め、決定は履歴に残ります。', 'Only what each organisation below has decided to show to those above. Its administrators decide under “Organisation”, and every decision stays in its history.')}</p>
    {!q.data && !q.error && <Loading />}
    {q.data && list.length === 0 && <Empty>{t('下の組織はありません。', 'There is no organisation below.')}</Empty>}
    {list.length > 0 && <Section title={t('状態', 'Standing')}><table className="list-table fit"><caption className="vh">{t('状態', 'Standing')}</caption>
      <thead><tr><th scope="col">{t('組織', 'Organisation')}</th><th scope="col">{t('示している範囲', 'Shows')}</th><th scope="col">{t('有効な判定基準', 'Criteria in force')}</th><th scope="col">{t('承認された計画', 'Approved plan')}</th><th scope="col">{t('期限を過ぎたもの', 'Overdue')}</th></tr></thead>
      <tbody>{list.map((m, i) => <tr key={i}><th scope="row" className="row-head"><Name m={m} /></th>
        <td data-label={t('示している範囲', 'Shows')}>{shows()[m.show]}{m.decided === false && t('（未定）', ' (undecided)')}</td>
        <Yes label={t('有効な判定基準', 'Criteria in force')} v={m.criteria} yes={t('ある', 'Yes')} no={t('ない', 'No')} />
        <Yes label={t('承認された計画', 'Approved plan')} v={m.plan} yes={t('ある', 'Yes')} no={t('ない', 'No')} />
        <Yes label={t('期限を過ぎたもの', 'Overdue')} v={m.late} yes={t('ある', 'Yes')} no={t('ない', 'No')} /></tr>)}</tbody></table></Section>}
    {told.length > 0 && <Section title={t('数', 'Figures')}>
      {told.some(m => hides(m.figures!)) && <p className="mb-3 max-w-[40em]">{t('「1以上」は、少ないため、またはほかの数から分かってしまうために隠した数です。', '“1 or more” is a count that is hidden because it is small, or because a small one could be worked out from it.')}</p>}
      <table className="list-table fit"><caption className="vh">{t('数', 'Figures')}</caption>
        <thead><tr><th scope="col">{t('組織', 'Organisation')}</th><th scope="col">{t('レベルごとのリスク', 'Risks by level')}</th><th scope="col">{t('評価ごとのリスク', 'Risks by evaluation')}</th><th scope="col" className="num">{t('過ぎた見直し', 'Reviews overdue')}</th><th scope="col" className="num">{t('承認された計画', 'Approved plans')}</th><th scope="col" className="num">{t('過ぎた対策', 'Measures overdue')}</th><th scope="col" className="num">{t('脅かされるサービス', 'Services threatened')}</th></tr></thead>
        <tbody>{told.map((m, i) => { const f = m.figures!; return <tr key={i}><th scope="row" className="row-head"><Name m={m} /></th>
          <td data-label={t('レベルごとのリスク', 'Risks by level')}><ul>{f.levels.map((n, level) => n === 0 ? null : <li key={level} className="flex items-center gap-2 whitespace-nowrap">{level ? <LevelTile level={level} of={Math.max(3, f.levels.length - 1)} word={false} /> : t('レベルなし', 'No level')}{t('：', ': ')}{say(n)}</li>).reverse()}</ul>{f.levels.every(n => n === 0) && 0}</td>
          <td data-label={t('評価ごとのリスク', 'Risks by evaluation')}><ul>{Object.entries(f.verdicts).map(([code, n]) => n === 0 ? null : <li key={code}>{verdict(code)}{t('：', ': ')}{say(n)}</li>)}</ul>{Object.values(f.verdicts).every(n => n === 0) && 0}</td>
          {([[t('過ぎた見直し', 'Reviews overdue'), f.reviews], [t('承認された計画', 'Approved plans'), f.plans], [t('過ぎた対策', 'Measures overdue'), f.measures], [t('脅かされるサービス', 'Services threatened'), f.services]] as [string, Count][]).map(([label, n]) => <td key={label} data-label={label} className="num">{say(n)}</td>)}</tr> })}</tbody></table></Section>}
    {severe.length > 0 && <Section title={t('対応が必要な重いリスク', 'The gravest risks to be treated')}><ul>{severe.map((m, i) => <li key={i} className="mb-4"><p className="text-std-16B-170">{m.name}</p>
      <ul>{m.severe!.map((r, k) => <li key={k} className="flex items-center gap-2 py-1"><LevelTile level={r.level || null} of={Math.max(3, ...m.severe!.map(x => x.level))} word={false} />{r.title}</li>)}</ul></li>)}</ul></Section>}
    {q.data?.cut && <p className="meta">{t(`先頭の${list.length.toLocaleString()}の組織だけを示しています。`, `Only the first ${list.length.toLocaleString()} organisations are shown.`)}</p>}
  </LevelScale.Provider>
}

/* Those who have a role there get in by the name. */
const Name = ({ m }: { m: Member }) => <span className={`tree-${Math.min(m.depth - 1, 5)}`}>{m.id ? <a href={`#/${m.id}`}>{m.name}</a> : m.name}</span>
const Yes = ({ label, v, yes, no }: { label: string; v?: boolean; yes: string; no: string }) => <td data-label={label}>{v === undefined ? <><span aria-hidden="true">－</span><span className="vh">{t('示されていない', 'Not shown')}</span></> : v ? yes : no}</td>

// Evaluation on the matrix: a cell filters the list beside it through the address; risks are moved and judged with reasons.
import { useState } from 'react'
import type { PageProps } from '../../page'
import { t, tx } from '../../i18n'
import { shortDay } from '../../dates'
import { go } from '../../router'
import { Chip, Dialog, Empty, Loading, PageHeader, Why } from '../../ui/Page'
import { LevelTile } from '../../ui/Level'
import { Judge, Move } from './acts'
import { Grid } from './Grid'
import { cellAt, choice, onScale, P, point, sidesIn, stepOf, stepText, upTo, useCriteria, usePlaced, useSome, type Asked, type Criteria, type Risk, type Sides } from './model'

type Doing = { act: 'move' | 'judge'; risk: Risk } | { act: 'pick' } | null
const LIST = 50, FIRST = 12

export function Matrix({ org, me, resources, query }: PageProps) {
  const res = resources.find(r => r.path === P.risks)
  const at: [number, number] | undefined = query.get('impact') && query.get('likelihood') ? [Number(query.get('impact')), Number(query.get('likelihood'))] : undefined
  const none = query.get('none') === '1', over = query.get('against') === '1', table = query.get('view') === 'table'
  const asked: Asked = at ? { impact: at[0], likelihood: at[1] } : none ? { only: 'loose' } : over ? { only: 'against' } : {}
  const placed = usePlaced(org, asked), shown = at || none || over ? LIST : FIRST
  const risks = useSome<Risk>(org, P.risks, placed.isPlaceholderData ? undefined : placed.data?.highest.slice(0, shown))
  const criteria = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  const [doing, setDoing] = useState<Doing>(null)
  const title = t('リスクの評価', 'Evaluation of risks')
  if (placed.error || risks.error || !res) return <><PageHeader title={title} error={placed.error ?? risks.error} /></>
  if (!placed.data || criteria.isPending) return <><PageHeader title={title} /><Loading /></>
  const sides = sidesIn(res), now = criteria.now
  const { open, loose, against, outside, note } = placed.data
  const of = (i: number, l: number) => placed.data.cell(i, l).risks
  const here = at ? of(...at) : none ? loose : over ? against : open
  /* The risks of what was chosen a moment ago are not those of now. */
  const list = placed.isPlaceholderData || risks.isPlaceholderData ? undefined : risks.data?.items
  const may = res.can.includes('update')
  const to = (q: Record<string, string>) => { const x = new URLSearchParams(q); if (table) x.set('view', 'table'); return `/${org}/${P.matrix}${x.size ? `?${x}` : ''}` }
  const choose = (i: number, l: number) => go(to({ impact: String(i), likelihood: String(l) }))
  const move = (i: number, l: number) => { if (!may || !of(i, l)) return; if (!at || at[0] !== i || at[1] !== l) choose(i, l); setDoing({ act: 'pick' }) }
  const picked = doing?.act === 'pick' && list?.length === 1 ? list[0] : doing?.act === 'move' ? doing.risk : undefined
  const cell = at && cellAt(now, ...at)
  const shared = { org, res, criteria: now, close: () => setDoing(null) }
  return <div className="print-wide">
    <PageHeader title={title} error={criteria.error}
      acts={<><button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button><a className="btn btn-s" href={`/api/orgs/${org}/${P.risks}.xlsx`}>{t('Excelに書き出す', 'Export to Excel')}</a></>} />
    <Basis org={org} now={now} sides={sides} mayMake={resources.some(r => r.path === P.criteria && r.can.includes('create'))} />
    {open === 0 ? <Empty act={res.can.includes('create') && <><a className="btn btn-fill" href={`#/${org}/import`}>{t('表計算から取り込む', 'Import a spreadsheet')}</a><a className="btn" href={`#/${org}/${P.risks}/new`}>{t('リスクを追加', 'Add a risk')}</a></>}>
      {t('まだリスクがありません。いま使っているリスク一覧を取り込むと、ここに並びます。', 'There are no risks yet. Import the list you use today, and it appears here.')}</Empty>
    : <div className={`bench ${sides.likelihood > 5 ? 'bench-wide' : ''}`}>
      <div className="min-w-0">
        {!table && <><p className="mx-axis-y" aria-hidden="true">{t('影響 ↑', 'Impact ↑')}</p>
          <Grid sides={sides} criteria={now} count={of} at={at} choose={choose} move={move} label={t('リスクマトリクス', 'Risk matrix')} />
          <p className="mx-axis-x" aria-hidden="true">{t('起こりやすさ →', 'Likelihood →')}</p></>}
        {table && <AsTable sides={sides} now={now} of={of} link={(i, l) => to({ impact: String(i), likelihood: String(l) })} />}
        {now && <p className="meta mt-3">{!table && <><span className="line-key" aria-hidden="true" />{t('太い線の内側が受容の範囲です。', 'Inside the thick line: accepted. ')}</>}{t(`受容の範囲の外にあるリスクは${outside}件です。`, `Risks outside acceptance: ${outside}.`)}</p>}
        <p className="no-print mt-3 flex flex-wrap gap-x-4 gap-y-2"><a href={`#/${org}/${P.matrix}?${(() => { const x = new URLSearchParams(query); if (table) x.delete('view'); else x.set('view', 'table'); return x })()}`}>{table ? t('図で見る', 'Show as a chart') : t('表で見る', 'Show as a table')}</a>
          <a href={`#${to({ none: '1' })}`} aria-current={none ? 'true' : undefined}>{t(`未評価のリスク（${loose}件）`, `Not assessed (${loose})`)}</a>
          {against > 0 && <a href={`#${to({ against: '1' })}`} aria-current={over ? 'true' : undefined}>{t(`基準と異なる判断（${against}件）`, `Judged against the criteria (${against})`)}</a>}
          {(at || none || over) && <a href={`#${to({})}`}>{t('絞り込みを解除', 'Clear the filter')}</a>}</p>
        {!table && <p className="meta no-print mt-2">{t('矢印キーでセルを移動、Enterで一覧、mでリスクを移せます。', 'Arrow keys move between cells, Enter lists the risks, m moves one.')}</p>}
      </div>
      <section className="min-w-0" aria-live="polite">
        <h2 className="h2 mt-0">{at ? t(`影響 ${stepText(now, 'impact', at[0])} × 起こりやすさ ${stepText(now, 'likelihood', at[1])}`, `Impact ${stepText(now, 'impact', at[0])} × likelihood ${stepText(now, 'likelihood', at[1])}`) : none ? t('未評価のリスク', 'Risks not assessed') : over ? t('基準と異なる判断をしたリスク', 'Risks judged against the criteria') : t('高い順のリスク', 'Risks, highest first')} <span className="meta">{t(`${here}件`, `${here}`)}</span></h2>
        {at && cell && <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1"><LevelTile level={cell.level} /><span>{cell.accepted ? t('受容の範囲', 'Within acceptance') : t('受容できない', 'Outside acceptance')}</span>
          <Why>{t(`${now!.title}（${now!.number} 第${now!.version}版、${shortDay(now!.approved_on ?? '')}承認）の判定表による。`, `From the table of ${now!.title} (${now!.number}, version ${now!.version}, approved ${shortDay(now!.approved_on ?? '')}).`)}</Why></div>}
        {here === 0 && <p>{none ? t('すべてのリスクが評価されています。', 'Every risk is assessed.') : t('このセルにリスクはありません。', 'There is no risk in this cell.')}</p>}
        {here > 0 && !list && <Loading />}
        <ul>{list?.map(r => <RiskRow key={r.id} {...{ org, r, res, now }} cell={!!at} acts={may && <>
          <button className="btn btn-s" onClick={() => setDoing({ act: 'move', risk: r })}>{point(r.impact) === null || point(r.likelihood) === null ? t('評価', 'Assess') : t('移す', 'Move')}<span className="vh"> {r.title}</span></button>
          <button className="btn btn-s" onClick={() => setDoing({ act: 'judge', risk: r })}>{t('判断', 'Judge')}<span className="vh"> {r.title}</span></button></>} />)}</ul>
        {here > shown && <p className="mt-3"><a href={`#/${org}/${P.risks}?${at ? `impact=${at[0]}&likelihood=${at[1]}` : over ? 'overridden=true' : 'sort=-level'}`}>{t(`ほか${here - shown}件をリスクの一覧で見る`, `See the other ${here - shown} in the list`)}</a></p>}
        {note && <p className="meta mt-2">{tx(note)}</p>}
      </section>
    </div>}
    {picked && <Move {...shared} risk={picked} />}
    {doing?.act === 'judge' && <Judge {...shared} risk={doing.risk} post={me.post} />}
    {doing?.act === 'pick' && list && list.length > 1 && <Dialog title={t('どのリスクを移しますか', 'Which risk is moved?')} close={() => setDoing(null)}>
      <ul className="mb-4">{list.map(r => <li key={r.id}><button className="row-btn" onClick={() => setDoing({ act: 'move', risk: r })}>{r.number} {r.title}</button></li>)}</ul>
      <button className="btn" onClick={() => setDoing(null)}>{t('やめる', 'Cancel')}</button></Dialog>}
  </div>
}

/* Which criteria rule here; without any, people judge with reasons. */
function Basis({ org, now, sides, mayMake }: { org: string; now?: Criteria; sides: Sides; mayMake: boolean }) {
  if (now) return <p className="mb-6">{t('判定基準：', 'Criteria: ')}<a href={`#/${org}/${P.criteria}/${now.id}`}>{now.title}</a> <span className="meta">{now.number} {t(`${shortDay(now.approved_on ?? '')} ${now.approved_post}の承認`, `approved ${shortDay(now.approved_on ?? '')} by ${now.approved_post}`)}</span></p>
  return <div className="empty mb-6"><p className="max-w-[40em]">{t('承認された判定基準がまだないため、レベルは出ません。影響と起こりやすさを置き、経営層や有識者の判断を理由とともに記録できます。', 'There are no approved criteria yet, so no level is computed. Place the risks, and record the judgement of management or experts with its reasons.')}</p>
    {mayMake && <p className="mt-2"><a href={`#/${org}/${P.criteria}`}>{t(`判定基準（${sides.impact}×${sides.likelihood}）を決める`, `Set the criteria (${sides.impact} × ${sides.likelihood})`)}</a></p>}</div>
}

function RiskRow({ org, r, res, now, acts, cell }: { org: string; r: Risk; res: NonNullable<PageProps['resources'][number]>; now?: Criteria; acts: React.ReactNode; cell: boolean }) {
  return <li className="risk-row">
    <div className="min-w-0 grow"><span className="meta">{r.number}</span> <a href={`#/${org}/${P.risks}/${r.id}`}>{r.title}</a>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">{!cell && (r.level === null || r.level === undefined ? <span className="meta">{t('影響', 'impact')} {stepOf(r, now, 'impact', r.impact)}{t('・起こりやすさ', ', likelihood')} {stepOf(r, now, 'likelihood', r.likelihood)}{!onScale(r, now) && t(`（${r.scale || '3 × 3'} の段階で分析）`, ` (analysed on ${r.scale || '3 × 3'})`)}</span> : <LevelTile level={r.level} />)}
        {r.judgement ? <Chip tone="settled">{t('人の判断：', 'Judged: ')}{tx(choice(res, 'judgement', r.judgement))}</Chip> : <Chip tone="open">{t('判断なし', 'Not judged')}</Chip>}
        {r.overridden && <Chip tone="soon">{t('基準と異なる判断', 'Against the criteria')}</Chip>}
        {r.option && <span className="meta">{tx(choice(res, 'option', r.option))}</span>}</div>
      {r.judgement && <p className="meta mt-1">{r.judged_by}{t('：', ': ')}{r.judgement_reason}</p>}</div>
    {acts && <div className="no-print flex shrink-0 gap-2">{acts}</div>}
  </li>
}

function AsTable({ sides, now, of, link }: { sides: Sides; now?: Criteria; of: (i: number, l: number) => number; link: (i: number, l: number) => string }) {
  return <table className="list-table"><caption className="vh">{t('リスクマトリクスの表', 'The risk matrix as a table')}</caption>
    <thead><tr><th scope="col">{t('影響', 'Impact')}</th><th scope="col">{t('起こりやすさ', 'Likelihood')}</th><th scope="col">{t('レベル', 'Level')}</th><th scope="col">{t('受容', 'Acceptance')}</th><th scope="col" className="num">{t('件数', 'Risks')}</th></tr></thead>
    <tbody>{upTo(sides.impact).reverse().flatMap(i => upTo(sides.likelihood).reverse().map(l => { const cell = cellAt(now, i, l); return <tr key={`${i}-${l}`}>
      <td data-label={t('影響', 'Impact')}>{stepText(now, 'impact', i)}</td><td data-label={t('起こりやすさ', 'Likelihood')}>{stepText(now, 'likelihood', l)}</td>
      <td data-label={t('レベル', 'Level')}>{cell ? <LevelTile level={cell.level} /> : '－'}</td><td data-label={t('受容', 'Acceptance')}>{cell ? cell.accepted ? t('受容', 'accepted') : t('受容しない', 'not accepted') : '－'}</td>
      <td data-label={t('件数', 'Risks')} className="num"><a href={`#${link(i, l)}`}>{of(i, l)}</a></td></tr> }))}</tbody></table>
}

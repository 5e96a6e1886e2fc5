// The editor of criteria: steps of both scales, the table of cells, rules beside it, names of levels; begun from the set in force, a template or past judgements.
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Field } from '../../types'
import { call, get, match } from '../../api'
import { lang, t, tx } from '../../i18n'
import { go } from '../../router'
import { Fields } from '../../ui/Fields'
import { Input } from '../../ui/Input'
import { Conflict, useEdit } from '../../ui/Merge'
import { LevelScale, LevelTile, levelWord, shade } from '../../ui/Level'
import { Loading, PageHeader, Section } from '../../ui/Page'
import { ReportTable, type Answer } from '../../ui/Reports'
import { mistakesOf, stillWrong, wrongAt } from '../../ui/Row'
import { ownRows } from '../../ui/Rows'
import { isWide } from './Grid'
import { field, inForce, P, scaleOf, scaleWords, sidesOf, stepName, today, upTo, useAll, useOne, usePlaced, type Cell, type Criteria, type LevelName, type Step } from './model'
import { addStep, asRead, at, dropStep, LEAST, MOST, type Axis, type Draft, type Reading, type Readings } from './steps'

/* A ready set of three by three: described levels and a table that an organisation may change. */
function template(): Draft {
  const texts: [string, string][][] = lang() === 'ja' ? [
    [['小', 'サービスは続く。業務の手戻りや軽い遅れで済む'], ['中', 'サービスの一部が止まるか、半日程度の遅れが出る'], ['大', 'サービスが広く止まるか、健康・安全・法令に関わる']],
    [['低', '10年に一度あるかどうか。身近に例がない'], ['中', '数年に一度。他の組織で例がある'], ['高', '毎年のように起こる。自組織で例がある']]] : [
    [['small', 'The service goes on; some rework or a slight delay'], ['medium', 'Part of the service stops, or is late by about half a day'], ['large', 'The service stops widely, or health, safety or law is touched']],
    [['low', 'Once in ten years at most; no case nearby'], ['medium', 'Once in a few years; cases in other organisations'], ['high', 'Almost every year; cases in this organisation']]]
  const steps = (k: number) => texts[k]!.map(([name, description], i) => ({ level: i + 1, name, description }))
  return { impacts: steps(0), likelihoods: steps(1), cells: upTo(3).flatMap(impact => upTo(3).map(likelihood => ({ impact, likelihood, level: impact * likelihood <= 2 ? 1 : impact * likelihood <= 4 ? 2 : 3, accepted: impact * likelihood <= 2 }))) }
}

export function CriteriaForm(p: RecordProps) {
  const url = `/api/orgs/${p.org}/${P.criteria}`, fresh = p.id === 'new', learn = fresh && p.query.get('from') === 'judgements'
  const one = useOne<Criteria>(`${url}/${p.id}`, !fresh), all = useAll<Criteria>(p.org, P.criteria, fresh)
  const judged = useQuery({ queryKey: ['rec', url, 'report', 'judgements', ''], queryFn: () => get<Answer>(`${url}/reports/judgements`), enabled: learn, staleTime: 0 })
  if (fresh ? !all.data || (learn && !judged.data) : !one.data) return <><PageHeader title={tx(p.res.label)} error={(fresh ? all.error : one.error) ?? judged.error} /><Loading /></>
  return <Editor {...p} url={url} rec={fresh ? undefined : one.data} from={(all.data && inForce(all.data.items, today())) ?? template()} learnt={learn ? judged.data : undefined} />
}

const keep = ['title', 'impacts', 'views', 'likelihoods', 'evaluation', 'levels', 'impact_from', 'likelihood_from', 'yearly_max', 'cells', 'acceptance', 'grounds', 'route', 'valid_from', 'valid_until', 'review_on'] as const
const own = ['title', 'valid_from', 'valid_until', 'review_on'] /* of one set alone: a revision does not take them over */
const given = (x: Draft, all: boolean): Draft => Object.fromEntries(keep.filter(k => x[k] !== undefined && x[k] !== null && (all || !own.includes(k))).map(k => [k, x[k]]))
const readings = (a: Answer): Readings => new Map(a.tables[0]!.rows.map(r => [at(Number(r.values.impact), Number(r.values.likelihood)), r.values.reads as Reading]))

function Editor({ org, res, resources, url, rec, from, learnt }: RecordProps & { url: string; rec?: Criteria; from: Draft; learnt?: Answer }) {
  const client = useQueryClient()
  const [read] = useState<Readings>(() => learnt ? readings(learnt) : new Map())
  const bare = (x: Draft): Draft => x.route ? { ...x, route: ownRows(field(res, 'route'), x.route) } : x
  const [v, setV] = useState<Draft>(() => learnt ? { ...asRead(bare(given(from, false)), read), title: t('これまでの判断から作った案', 'Draft from past judgements') } : bare(given(rec ?? from, !!rec)))
  const edit = useEdit<Draft>(url, rec, r => bare(given(r as Criteria, true)))
  const [error, setError] = useState<unknown>(null), [tried, setTried] = useState<unknown>(null)
  const wrong = stillWrong(mistakesOf(error), tried, v), sides = sidesOf(v), words = scaleWords(v), whole = v as Criteria
  const placed = usePlaced(org, { impacts: sides.impact, likelihoods: sides.likelihood }, resources.some(r => r.path === P.risks && r.can.includes('list')))
  const save = async () => {
    setError(null)
    setTried(v)
    try {
      const base = edit.base, made = base ? await call<Criteria>('PATCH', `${url}/${base.id}`, edit.changed(v), match(base.version)) : await call<Criteria>('POST', url, Object.fromEntries(Object.entries(v).filter(([, x]) => x !== null)))
      await client.invalidateQueries()
      go(`/${org}/${P.criteria}/${rec?.id ?? made.id}`)
    } catch (e) { setError(await edit.failed(e)) }
  }
  /* Fields as meta tells them; a step reaches as far as the scale of this set. */
  const simple = (...names: string[]) => <Fields fields={names.map(n => { const f = field(res, n)!; return { ...f, begins: undefined, ...(n === 'impact_from' ? { max: sides.impact } : n === 'likelihood_from' ? { max: sides.likelihood } : n === 'views' ? { fields: f.fields?.map(g => g.name === 'level' ? { ...g, max: sides.impact } : g) } : {}) } })}
    values={v} set={x => setV(x)} mistakes={wrong} org={org} resources={resources} titles={{}} />
  const judged: Judged = (i, l) => placed.isPlaceholderData ? undefined : placed.data?.cell(i, l)
  return <LevelScale.Provider value={words}><form className={sides.likelihood > 5 ? '' : 'max-w-[52rem]'} noValidate onSubmit={e => { e.preventDefault(); void save() }}>
    <PageHeader title={rec ? t('リスク判定基準の編集', 'Edit the criteria') : t('リスク判定基準を作る', 'Make criteria')} crumbs={[[tx(res.label), `/${org}/${P.criteria}`]]} tail={rec?.number} error={error} />
    <Conflict {...{ edit, v, setV, org, resources }} fields={res.fields} />
    {learnt && <Learnt {...{ learnt, org, resources, read }} />}
    {simple('title')}
    <AxisPart axis="impacts" title={t('影響の段階', 'Steps of impact')} {...{ v, setV, res, wrong, org, resources }} />
    {simple('views')}
    <AxisPart axis="likelihoods" title={t('起こりやすさの段階', 'Steps of likelihood')} {...{ v, setV, res, wrong, org, resources }} />
    <Section title={t('判定表', 'Table of levels')} aside={scaleOf(whole)}>
      <p className="mb-3 max-w-[40em]">{t('組み合わせごとにレベルを選び、受容する（追加の対策なしで受け入れる）セルに印を付けます。影響や起こりやすさが大きいほうを、低くはできません。', 'Choose the level of each pair and mark what is accepted without further measures. More impact or likelihood cannot give a lower level.')}</p>
      <div id="f-cells" tabIndex={-1}>{wrong.filter(m => m.path.startsWith('cells')).map((m, i) => <p key={i} className="err">{m.text}</p>)}</div>
      <Cells {...{ v, setV, read, judged }} />
    </Section>
    <Section title={t('判定表のほかの規則', 'Rules beside the table')}>{simple('impact_from', 'likelihood_from', 'yearly_max')}</Section>
    <LevelNames {...{ v, setV, wrong }} />
    <Section title={t('考慮すること', 'What is weighed')}>{simple('evaluation', 'acceptance')}</Section>
    <Section title={t('決裁の経路', 'Route of the decision')}>{simple('route')}</Section>
    <Section title={t('考え方と期間', 'Grounds and period')}>{simple('grounds', 'valid_from', 'valid_until', 'review_on')}</Section>
    <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button><a className="btn" href={`#/${org}/${P.criteria}${rec ? `/${rec.id}` : ''}`}>{t('やめる', 'Cancel')}</a></p>
  </form></LevelScale.Provider>
}

/* What the judgements say, before anybody takes them as a table. */
function Learnt({ learnt, org, resources, read }: { learnt: Answer; org: string; resources: RecordProps['resources']; read: Readings }) {
  const n = (r: Reading) => [...read.values()].filter(x => x === r).length, against = learnt.tables[1]!
  return <section className="note max-w-none"><h2 className="h2 mt-0">{t('これまでの判断から', 'From past judgements')}</h2>
    <p>{tx(learnt.tables[0]!.note)}</p>
    <p className="mt-2">{t(`受容と読めるセル ${n('accept')}、対応と読めるセル ${n('treat')}、食い違うセル ${n('contradiction')}、判断のないセル ${n('open')}。食い違うセルと判断のないセルは、受容しないとして始めます。`, `Cells that read as accepted: ${n('accept')}; as treated: ${n('treat')}; contradictory: ${n('contradiction')}; without judgement: ${n('open')}. The last two begin as not accepted.`)}</p>
    {against.rows.length > 0 && <div className="mt-3"><h3 className="text-dns-16B-130 mb-1">{tx(against.title)}</h3><ReportTable table={against} titles={learnt._titles} org={org} resources={resources} /></div>}</section>
}

type Part = { v: Draft; setV: (v: Draft) => void }
type Shown = Part & { wrong: ReturnType<typeof mistakesOf> }
function AxisPart({ axis, title, v, setV, res, wrong, org, resources }: Shown & { axis: Axis; title: string; res: RecordProps['res']; org: string; resources: RecordProps['resources'] }) {
  const steps = v[axis] ?? [], bound: Field | undefined = field(res, axis)?.fields?.find(f => f.name === (axis === 'impacts' ? 'loss_max' : 'per_century'))
  const put = (i: number, change: Partial<Step>) => setV({ ...v, [axis]: steps.map((s, k) => k === i ? { ...s, ...change } : s) })
  const add = (k: number) => { flushSync(() => setV(addStep(v, axis, k))); document.getElementById(`f-${axis}-${k}-name`)?.focus() }
  return <Section title={title} aside={t(`${steps.length}段階（${LEAST}〜${MOST}）`, `${steps.length} steps (${LEAST} to ${MOST})`)}>
    <div id={`f-${axis}`} tabIndex={-1}>{wrongAt(wrong, axis).map((m, i) => <p key={i} className="err">{m.text}</p>)}</div>
    {steps.map((s, i) => ({ s, i })).reverse().map(({ s, i }) => { const which = <span className="vh"> {title} {s.level}</span>, id = `f-${axis}-${i}`
      return <div key={s.level} className="mb-4 grid gap-x-4 gap-y-1 border-b border-solid-gray-200 pb-3 tablet:grid-cols-[2rem_9rem_minmax(0,1fr)]">
        <b className="pt-3" aria-hidden="true">{s.level}</b>
        <div><label className="meta" htmlFor={`${id}-name`}>{t('呼び名', 'Name')}{which}</label><input id={`${id}-name`} className="field w-full" value={s.name} onChange={e => put(i, { name: e.target.value })} /></div>
        <div><label className="meta" htmlFor={`${id}-description`}>{t('目安', 'What it means')}{which}</label><textarea id={`${id}-description`} rows={2} className="field w-full" value={s.description} onChange={e => put(i, { description: e.target.value })} />
          {bound && <div className="mt-1"><label className="meta" htmlFor={`${id}-${bound.name}`}>{tx(bound.label)} <span className="meta">{t('任意', '(optional)')}</span>{which}</label><p id={`${id}-${bound.name}-help`} className="vh">{tx(bound.help)}</p>
            <Input f={bound} id={`${id}-${bound.name}`} v={(s as Record<string, unknown>)[bound.name]} set={x => put(i, { [bound.name]: x })} org={org} resources={resources} titles={{}} bad={wrongAt(wrong, `${axis}/${i}/${bound.name}`).length > 0} /></div>}
          {wrong.filter(m => m.path.startsWith(`${axis}/${i}/`)).map((m, k) => <p key={k} className="err">{m.text}</p>)}
          <p className="mt-2 flex flex-wrap gap-2">{steps.length < MOST && <button type="button" className="btn btn-s" onClick={() => add(s.level)}>{t('この上に段階を追加', 'Add a step above')}{which}</button>}
            {steps.length > LEAST && <button type="button" className="btn btn-s" onClick={() => setV(dropStep(v, axis, s.level))}>{t('段階を消す', 'Remove the step')}{which}</button>}</p></div></div> })}</Section>
}

const saysRead: Record<Reading, () => string> = { accept: () => t('判断：受容', 'Judged: accept'), treat: () => t('判断：対応', 'Judged: treat'), contradiction: () => t('判断が食い違う', 'Contradiction'), open: () => t('判断なし', 'No judgement') }
type Judged = (i: number, l: number) => { accept: number; other: number } | undefined
function Cells({ v, setV, read, judged }: Part & { read: Readings; judged: Judged }) {
  const whole = v as Criteria, cells = v.cells ?? [], sides = sidesOf(v), words = scaleWords(v), tops = upTo(Math.min(MOST, Math.max(words.top, sides.impact, sides.likelihood, sides.impact + sides.likelihood - 1)))
  const cellOf = (i: number, l: number): Cell => cells.find(c => c.impact === i && c.likelihood === l) ?? { impact: i, likelihood: l, level: 1, accepted: false }
  const put = (c: Cell) => setV({ ...v, cells: [...cells.filter(x => x.impact !== c.impact || x.likelihood !== c.likelihood), c].sort((a, b) => a.impact - b.impact || a.likelihood - b.likelihood) })
  return <div className="mx-scroll"><table className={`mx mx-edit ${isWide(sides)}`}><caption className="vh">{t('判定表', 'Table of levels')}</caption><colgroup><col className="mx-head" />{upTo(sides.likelihood).map(k => <col key={k} />)}</colgroup>
    <thead><tr><th scope="col"><span className="vh">{t('影響', 'Impact')}</span></th>{upTo(sides.likelihood).map(l => <th key={l} scope="col">{l} {stepName(whole, 'likelihood', l)}</th>)}</tr></thead>
    <tbody>{upTo(sides.impact).reverse().map(i => <tr key={i}><th scope="row">{i} {stepName(whole, 'impact', i)}</th>
      {upTo(sides.likelihood).map(l => { const c = cellOf(i, l), who = `${t('影響', 'impact')} ${i}, ${t('起こりやすさ', 'likelihood')} ${l}`, past = judged(i, l), reads = read.get(at(i, l))
        return <td key={l} className={`lvs-${shade(c.level, words.top)}`}>
          <select className="field field-s w-full" aria-label={`${t('レベル', 'Level')} ${who}`} value={c.level} onChange={e => put({ ...c, level: Number(e.target.value) })}>{tops.map(n => <option key={n} value={n}>{n} {levelWord(n, words)}</option>)}</select>
          <label className="mt-1 flex min-h-6 items-center gap-2 text-dns-14N-130"><input type="checkbox" className="radio" checked={c.accepted} onChange={e => put({ ...c, accepted: e.target.checked, months: e.target.checked ? c.months : null })} />{t('受容', 'Accept')}<span className="vh"> {who}</span></label>
          {c.accepted && <label className="mt-1 block text-dns-14N-130"><span aria-hidden="true">{t('期間（月）', 'Months')}</span><span className="vh">{t('受容の期間（月）', 'Accepted for (months)')} {who}</span>
            <input className="field field-s w-full" inputMode="numeric" value={c.months ?? ''} onChange={e => { const x = e.target.value.normalize('NFKC').trim(); put({ ...c, months: x === '' ? null : /^\d+$/.test(x) ? Number(x) : c.months }) }} /></label>}
          {reads && <p className="meta">{saysRead[reads]()}</p>}
          {past && past.accept + past.other > 0 && <p className="meta">{t(`人の判断：受け入れる${past.accept}、ほか${past.other}`, `Judged: accepted ${past.accept}, other ${past.other}`)}</p>}
          <i className="pat-b" aria-hidden="true"><LevelTile level={c.level} word={false} /></i></td> })}</tr>)}</tbody></table></div>
}

/* A name for each level of the table, none or all as one likes; empty ones are not kept. */
function LevelNames({ v, setV, wrong }: Shown) {
  const list = v.levels ?? [], { top } = scaleWords(v)
  const of = (n: number): LevelName => list.find(x => x.level === n) ?? { level: n, name: '' }
  const put = (x: LevelName) => { const next = [...list.filter(y => y.level !== x.level), ...(x.name || x.description ? [x] : [])].sort((a, b) => a.level - b.level); setV({ ...v, levels: next.length ? next : null as unknown as LevelName[] }) }
  return <Section title={t('リスクレベルの呼び名', 'Names of the levels')}>
    <p className="meta mb-3">{t('空なら数で示します。', 'Empty: shown as numbers.')}</p>
    <div id="f-levels" tabIndex={-1}>{wrong.filter(m => m.path.startsWith('levels')).map((m, i) => <p key={i} className="err">{m.text}</p>)}</div>
    {upTo(top).reverse().map(n => { const x = of(n), which = <span className="vh"> {t('レベル', 'level')} {n}</span>
      return <div key={n} className="mb-3 grid items-end gap-x-4 gap-y-1 tablet:grid-cols-[3rem_9rem_minmax(0,1fr)]"><span className="pb-3" aria-hidden="true"><LevelTile level={n} word={false} /></span>
        <div><label className="meta" htmlFor={`f-level-${n}`}>{t('呼び名', 'Name')}{which}</label><input id={`f-level-${n}`} className="field w-full" value={x.name} onChange={e => put({ ...x, name: e.target.value })} /></div>
        <div><label className="meta" htmlFor={`f-level-${n}-what`}>{t('求められること', 'What it asks for')}{which}</label><input id={`f-level-${n}-what`} className="field w-full" value={x.description ?? ''} onChange={e => put({ ...x, description: e.target.value })} /></div></div> })}</Section>
}

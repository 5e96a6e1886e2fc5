// Criteria: what is in force, drafts and earlier sets; one set with its levels, table and approval; the editor with its table of cells.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PageProps, RecordProps } from '../../page'
import type { Resource } from '../../types'
import { call, get, match, Problem } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayDay, shortDay } from '../../dates'
import { go } from '../../router'
import { Errors } from '../../ui/Fields'
import { Files } from '../../ui/Files'
import { Empty, Loading, PageHeader, Section, WithAside } from '../../ui/Page'
import { ReportLinks, ReportTable, type Answer } from '../../ui/Reports'
import { Retire } from '../../ui/Retire'
import { Versions } from '../../ui/Versions'
import { Input } from '../../ui/Input'
import { LevelScale, LevelTile, levelWord, shade } from '../../ui/Level'
import { mistakesOf, Row, stillWrong, wrongAt } from '../../ui/Row'
import { Decide, mayAct, Route, StateChip, useAct } from './Approval'
import { Grid, isWide, type Table } from './Grid'
import { field, inForce, open, P, point, scaleWords, sidesOf, stepName, today, upTo, useAll, useOne, type Cell, type Criteria, type Risk, type Step } from './model'

export function CriteriaList({ org, res }: PageProps & { res: Resource }) {
  const q = useAll<Criteria>(org, P.criteria)
  const title = tx(res.label)
  const may = res.can.includes('create')
  if (!q.data) return <><PageHeader title={title} error={q.error} />{!q.error && <Loading />}</>
  const now = inForce(q.data.items, today()), drafts = q.data.items.filter(c => c.state !== 'approved'), rest = q.data.items.filter(c => c.state === 'approved' && c !== now)
  const line = (c: Criteria) => <li key={c.id} className="risk-row"><span><span className="meta">{c.number}</span> <a href={`#/${org}/${P.criteria}/${c.id}`}>{c.title}</a> <StateChip res={res} rec={c} /></span>
    <span className="meta">{c.approved_on ? <>{c.approved_post} {shortDay(c.approved_on)}</> : c.submitted_on && <>{t('提出', 'submitted')} {shortDay(c.submitted_on)}</>}</span></li>
  return <>
    <PageHeader title={title} acts={may && (now || drafts.length > 0) ? <a className={`btn btn-s ${drafts.length ? '' : 'btn-fill'}`} href={`#/${org}/${P.criteria}/new`}>{now ? t('改定案を作る', 'Draft a revision') : t('判定基準を作る', 'Make criteria')}</a> : undefined} />
    {!now && !drafts.length && <Empty act={may && <a className="btn btn-fill" href={`#/${org}/${P.criteria}/new`}>{t('判定基準を作る', 'Make criteria')}</a>}>
      {t('影響と起こりやすさの段階、その組み合わせのレベル、どこまで受容するかを決めます。経営層が承認すると、すべてのリスクにレベルと対応の提案が出ます。ひな型から始められます。', 'Levels of impact and of likelihood, the level of each pair, and what is accepted. Once management approves them, every risk has a level and a proposed treatment. A template is ready.')}</Empty>}
    {now && <Section title={t('いまの基準', 'In force')} aside={<a href={`#/${org}/${P.criteria}/${now.id}`}>{t('くわしく見る', 'See all of it')}</a>}>
      <p className="mb-4"><a href={`#/${org}/${P.criteria}/${now.id}`}>{now.title}</a> <span className="meta">{now.number} {now.approved_post} {shortDay(now.approved_on ?? '')} {now.review_on && t(`次の見直し ${shortDay(now.review_on)}`, `review on ${shortDay(now.review_on)}`)}</span></p>
      <Preview org={org} criteria={now} /></Section>}
    <ReportLinks org={org} res={res} />
    {drafts.length > 0 && <Section title={t('案', 'Drafts')}><ul>{drafts.map(line)}</ul></Section>}
    {rest.length > 0 && <Section title={t('これまでの基準', 'Earlier criteria')}><ul>{rest.map(line)}</ul></Section>}
  </>
}

const noCount = () => undefined
const Preview = ({ org, criteria }: { org: string; criteria: Table }) =>
  <div className={sidesOf(criteria).likelihood > 5 ? '' : 'max-w-[32rem]'}><Grid sides={sidesOf(criteria)} criteria={criteria} count={noCount} choose={(i, l) => go(`/${org}/${P.matrix}?impact=${i}&likelihood=${l}`)} label={t('判定表', 'Table of levels')} />
    <p className="meta mt-2"><span className="line-key" aria-hidden="true" />{t('太い線の内側が受容の範囲', 'Inside the thick line: accepted')}</p></div>

function Levels({ steps, title }: { steps?: Step[]; title: string }) {
  return <table className="list-table mb-6"><caption className="text-left text-dns-16B-130 pb-1">{title}</caption>
    <thead><tr><th scope="col" className="lv-col">{t('段階', 'Level')}</th><th scope="col">{t('目安', 'What it means')}</th></tr></thead>
    <tbody>{[...steps ?? []].sort((a, b) => b.level - a.level).map(s => <tr key={s.level}><td className="whitespace-nowrap"><b>{s.level}</b> {s.name}</td><td>{s.description}</td></tr>)}</tbody></table>
}

export function CriteriaPage({ org, res, id, resources, me }: RecordProps) {
  const url = `/api/orgs/${org}/${P.criteria}/${id}`
  const q = useOne<Criteria>(url), c = q.data
  const { act, error } = useAct(url, c)
  if (!c) return <><PageHeader title={tx(res.label)} error={q.error} />{!q.error && <Loading />}</>
  const editable = c.state === 'draft' || c.state === 'returned'
  const date = (label: string, d?: string) => d && <div><dt className="meta">{label}</dt><dd><time dateTime={d}>{sayDay(d, lang())}</time></dd></div>
  return <>
    <PageHeader title={c.title} crumbs={[[tx(res.label), `/${org}/${P.criteria}`]]} tail={`${c.number} ${t(`第${c.version}版`, `version ${c.version}`)}`} chip={<StateChip res={res} rec={c} />} error={error}
      acts={<>{editable && mayAct(res, 'submit') && <button className="btn btn-fill btn-s" onClick={() => void act('submit', {})}>{t('提出', 'Submit')}</button>}
        {editable && res.can.includes('update') && <a className="btn btn-s" href={`#/${org}/${P.criteria}/${id}/edit`}>{t('編集', 'Edit')}</a>}
        <button className="btn btn-s" onClick={() => print()}>{t('印刷', 'Print')}</button></>} />
    <WithAside aside={<><h2 className="h2 mt-0">{t('決裁の経路', 'Route')}</h2><Route rec={c} url={url} me={mayAct(res, 'approve') ? me.post || t('経営層', 'Management') : undefined} />
      <dl className="mt-4 flex flex-col gap-2">{date(t('適用開始', 'Valid from'), c.valid_from)}{date(t('適用終了', 'Valid until'), c.valid_until)}{date(t('次の見直し', 'Review on'), c.review_on)}</dl>{c.state !== 'approved' && <Retire url={url} res={res} rec={c} />}</>}>
      {c.state !== 'approved' && <Changes {...{ org, url, id, resources, res }} />}
      {c.state === 'submitted' && mayAct(res, 'approve') && <Decide org={org} res={res} rec={c} url={url} resources={resources} post={me.post} />}
      {c.grounds && <Section title={t('考え方', 'Grounds')}><p className="max-w-[40em] whitespace-pre-wrap">{c.grounds}</p></Section>}
      <Section title={t('判定表', 'Table of levels')}><Preview org={org} criteria={c} /></Section>
      <Section title={t('段階の目安', 'What the levels mean')}><Levels title={t('影響', 'Impact')} steps={c.impacts} /><Levels title={t('起こりやすさ', 'Likelihood')} steps={c.likelihoods} /></Section>
      <Files url={url} can={res.can.includes('update')} />
      <Section title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={c._titles ?? {}} /></Section>
    </WithAside>
  </>
}

/* Told before anybody approves: how many risks would be judged otherwise, and which. */
function Changes({ org, url, id, res, resources }: { org: string; url: string; id: string; res: Resource; resources: Resource[] }) {
  const report = res.reports?.find(r => r.name === 'changes' && r.can)
  const q = useQuery({ queryKey: ['rec', url, 'report', 'changes', ''], queryFn: () => get<Answer>(`${url}/reports/changes`), enabled: !!report, staleTime: 0 })
  if (!report || q.error) return <Errors error={q.error} />
  const [counts, changes] = q.data?.tables ?? []
  return <Section title={tx(report.label)} aside={<a href={`#/${org}/${P.criteria}/${id}/reports/changes`}>{t('リスクごとに見る', 'Risk by risk')}</a>}>
    {!counts || !changes ? <Loading /> : changes.rows.length ? <ReportTable table={counts} org={org} resources={resources} /> : <p>{t('登録済みのリスクのレベルと評価は変わりません。', 'Level and evaluation of the registered risks stay as they are.')}</p>}</Section>
}

/* A ready set of three by three: described levels and a table that an organisation may change. */
function template(side: number): Partial<Criteria> {
  const texts: [string, string][][] = [
    [['小', 'サービスは続く。業務の手戻りや軽い遅れで済む'], ['中', 'サービスの一部が止まるか、半日程度の遅れが出る'], ['大', 'サービスが広く止まるか、健康・安全・法令に関わる']],
    [['低', '10年に一度あるかどうか。身近に例がない'], ['中', '数年に一度。他の組織で例がある'], ['高', '毎年のように起こる。自組織で例がある']]]
  const english: [string, string][][] = [
    [['small', 'The service goes on; some rework or a slight delay'], ['medium', 'Part of the service stops, or is late by about half a day'], ['large', 'The service stops widely, or health, safety or law is touched']],
    [['low', 'Once in ten years at most; no case nearby'], ['medium', 'Once in a few years; cases in other organisations'], ['high', 'Almost every year; cases in this organisation']]]
  const steps = (k: number) => (lang() === 'ja' ? texts : english)[k]!.slice(0, side).map(([name, description], i) => ({ level: i + 1, name, description }))
  const all = Array.from({ length: side }, (_, i) => i + 1)
  return { impacts: steps(0), likelihoods: steps(1), cells: all.flatMap(impact => all.map(likelihood => ({ impact, likelihood, level: impact * likelihood <= 2 ? 1 : impact * likelihood <= 4 ? 2 : 3, accepted: impact * likelihood <= 2 }))) }
}

export function CriteriaForm(p: RecordProps) {
  const url = `/api/orgs/${p.org}/${P.criteria}`
  const one = useOne<Criteria>(`${url}/${p.id}`, p.id !== 'new'), all = useAll<Criteria>(p.org, P.criteria, p.id === 'new')
  if (p.id === 'new' ? !all.data : !one.data) return <><PageHeader title={tx(p.res.label)} error={p.id === 'new' ? all.error : one.error} /><Loading /></>
  const now = all.data && inForce(all.data.items, today())
  return <Editor {...p} url={url} rec={p.id === 'new' ? undefined : one.data} from={now ?? template(3)} />
}

const keep = ['title', 'impacts', 'likelihoods', 'cells', 'grounds', 'valid_from', 'valid_until', 'review_on'] as const
function Editor({ org, res, resources, url, rec, from }: RecordProps & { url: string; rec?: Criteria; from: Partial<Criteria> }) {
  const client = useQueryClient()
  const [v, setV] = useState<Record<string, any>>(() => { const x: any = rec ?? from; return Object.fromEntries(keep.filter(k => x[k] !== undefined && (rec || !['title', 'valid_from', 'valid_until', 'review_on'].includes(k))).map(k => [k, x[k]])) })
  const [error, setError] = useState<unknown>(null), [tried, setTried] = useState<unknown>(null)
  const risks = useAll<Risk>(org, P.risks, resources.some(r => r.path === P.risks && r.can.includes('list')))
  const wrong = stillWrong(mistakesOf(error), tried, v)
  const cells: Cell[] = v.cells ?? [], sides = sidesOf(v as Criteria), words = scaleWords(v as Criteria), tops = upTo(Math.max(words.top, sides.impact, sides.likelihood))
  const at = (i: number, l: number) => cells.find(c => c.impact === i && c.likelihood === l) ?? { impact: i, likelihood: l, level: 1, accepted: false }
  const put = (c: Cell) => setV({ ...v, cells: [...cells.filter(x => x.impact !== c.impact || x.likelihood !== c.likelihood), c].sort((a, b) => a.impact - b.impact || a.likelihood - b.likelihood) })
  const step = (name: 'impacts' | 'likelihoods', i: number, change: Partial<Step>) => setV({ ...v, [name]: (v[name] as Step[]).map((s, k) => k === i ? { ...s, ...change } : s) })
  const judged = (i: number, l: number) => (risks.data?.items ?? []).filter(r => open(r) && r.judgement && point(r.impact) === i && point(r.likelihood) === l)
  const save = async () => {
    setError(null)
    setTried(v)
    try {
      const made = rec ? await call<Criteria>('PATCH', `${url}/${rec.id}`, v, match(rec.version)) : await call<Criteria>('POST', url, v)
      await client.invalidateQueries()
      go(`/${org}/${P.criteria}/${rec?.id ?? made.id}`)
    } catch (e) { setError(e instanceof Problem && e.status === 412 ? new Problem(412, t('編集している間に、ほかの人が変更しました。入力はこの画面に残っています。', 'Someone else changed this meanwhile. Your text is kept on this page.')) : e) }
  }
  const simple = (name: string) => { const f = field(res, name)!, bad = wrongAt(wrong, name); return <Row id={`f-${name}`} label={tx(f.label)} required={f.required} help={tx(f.help)} wrong={bad}><Input f={f} id={`f-${name}`} v={v[name]} set={x => setV({ ...v, [name]: x })} org={org} resources={resources} titles={{}} bad={bad.length > 0} /></Row> }
  const axis = (name: 'impacts' | 'likelihoods', title: string) => <Section title={title}>
    {wrongAt(wrong, name).map((m, i) => <p key={i} className="err" id={`f-${name}`} tabIndex={-1}>{m.text}</p>)}
    {(v[name] as Step[]).map((s, i) => ({ s, i })).reverse().map(({ s, i }) => <div key={s.level} className="mb-4 grid gap-x-4 tablet:grid-cols-[2rem_8rem_minmax(0,1fr)]">
      <b className="pt-3" aria-hidden="true">{s.level}</b>
      <div><label className="meta" htmlFor={`f-${name}-${i}-name`}>{t('呼び名', 'Name')}<span className="vh"> {title} {s.level}</span></label><input id={`f-${name}-${i}-name`} className="field w-full" value={s.name} onChange={e => step(name, i, { name: e.target.value })} /></div>
      <div><label className="meta" htmlFor={`f-${name}-${i}-description`}>{t('目安', 'What it means')}<span className="vh"> {title} {s.level}</span></label><textarea id={`f-${name}-${i}-description`} rows={2} className="field w-full" value={s.description} onChange={e => step(name, i, { description: e.target.value })} />
        {wrong.filter(m => m.path.startsWith(`${name}/${i}/`)).map((m, k) => <p key={k} className="err">{m.text}</p>)}</div></div>)}</Section>
  return <LevelScale.Provider value={words}><form className={sides.likelihood > 5 ? '' : 'max-w-[52rem]'} noValidate onSubmit={e => { e.preventDefault(); void save() }}>
    <PageHeader title={rec ? t('リスク判定基準の編集', 'Edit the criteria') : t('リスク判定基準を作る', 'Make criteria')} crumbs={[[tx(res.label), `/${org}/${P.criteria}`]]} tail={rec?.number} error={error} />
    {simple('title')}
    {axis('impacts', t('影響の段階', 'Levels of impact'))}
    {axis('likelihoods', t('起こりやすさの段階', 'Levels of likelihood'))}
    <Section title={t('判定表', 'Table of levels')}>
      <p className="mb-3 max-w-[40em]">{t('組み合わせごとにレベルを選び、受容する（追加の対策なしで受け入れる）セルに印を付けます。影響や起こりやすさが大きいほうを、低くはできません。', 'Choose the level of each pair and mark what is accepted without further measures. More impact or likelihood cannot give a lower level.')}</p>
      {wrong.filter(m => m.path.startsWith('cells')).map((m, i) => <p key={i} className="err" id="f-cells" tabIndex={-1}>{m.text}</p>)}
      <div className="mx-scroll"><table className={`mx mx-edit ${isWide(sides)}`}><caption className="vh">{t('判定表', 'Table of levels')}</caption><colgroup><col className="mx-head" />{upTo(sides.likelihood).map(k => <col key={k} />)}</colgroup>
        <thead><tr><th scope="col"><span className="vh">{t('影響', 'Impact')}</span></th>{upTo(sides.likelihood).map(l => <th key={l} scope="col">{l} {stepName(v as Criteria, 'likelihood', l)}</th>)}</tr></thead>
        <tbody>{upTo(sides.impact).reverse().map(i => <tr key={i}><th scope="row">{i} {stepName(v as Criteria, 'impact', i)}</th>
          {upTo(sides.likelihood).map(l => { const c = at(i, l), who = `${t('影響', 'impact')} ${i}, ${t('起こりやすさ', 'likelihood')} ${l}`, past = judged(i, l); return <td key={l} className={`lvs-${shade(c.level, words.top)}`}>
            <select className="field field-s w-full" aria-label={`${t('レベル', 'Level')} ${who}`} value={c.level} onChange={e => put({ ...c, level: Number(e.target.value) })}>{tops.map(n => <option key={n} value={n}>{n} {levelWord(n, words)}</option>)}</select>
            <label className="mt-1 flex min-h-6 items-center gap-2 text-dns-14N-130"><input type="checkbox" className="radio" checked={c.accepted} onChange={e => put({ ...c, accepted: e.target.checked })} />{t('受容', 'Accept')}<span className="vh"> {who}</span></label>
            {past.length > 0 && <p className="meta">{t(`人の判断：受け入れる${past.filter(r => r.judgement === 'accept').length}、ほか${past.filter(r => r.judgement !== 'accept').length}`, `Judged: accepted ${past.filter(r => r.judgement === 'accept').length}, other ${past.filter(r => r.judgement !== 'accept').length}`)}</p>}
            <i className="pat-b" aria-hidden="true"><LevelTile level={c.level} word={false} /></i></td> })}</tr>)}</tbody></table></div>
    </Section>
    <Section title={t('考え方と期間', 'Grounds and period')}>{simple('grounds')}{simple('valid_from')}{simple('valid_until')}{simple('review_on')}</Section>
    <button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button>
  </form></LevelScale.Provider>
}

// The editor of a plan: sections with an index at the left, one save, one version. Risks come in with what was decided for them.
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { RecordProps } from '../../page'
import type { Field, Rec, Resource } from '../../types'
import { call, get, match } from '../../api'
import { t, tx } from '../../i18n'
import { go } from '../../router'
import { Loading, PageHeader } from '../../ui/Page'
import { LevelTile } from '../../ui/Level'
import { Input } from '../../ui/Input'
import { Conflict, useEdit } from '../../ui/Merge'
import { RefInput } from '../../ui/RefInput'
import { mistakesOf, Row, stillWrong, wrongAt } from '../../ui/Row'
import { ownRows, Rows as ListRows } from '../../ui/Rows'
import { choice, field, P, riskMap, useAll, useCandidates, useCriteria, useOne, useRisks, worded, type Accepted, type Brought, type Measure, type Plan, type Risk, type RouteStep } from './model'

type Unit = Rec & { name: string }
export function PlanForm(p: RecordProps) {
  const url = `/api/orgs/${p.org}/${P.plans}`
  const one = useOne<Plan>(`${url}/${p.id}`, p.id !== 'new'), named = useRisks(p.org, p.id === 'new' ? {} : one.data), risks = useCandidates(p.org), units = useAll<Unit>(p.org, P.units)
  if ((p.id !== 'new' && !one.data) || named.isPending || !risks.data || !units.data) return <><PageHeader title={tx(p.res.label)} error={one.error ?? risks.error ?? units.error} /><Loading /></>
  return <Editor {...p} url={url} rec={one.data} risks={risks.data.items} more={risks.data.more} named={named.by} units={units.data.items} />
}

const sections = () => [['title', t('名称とねらい', 'Title and purpose')], ['measures', t('対策', 'Measures')], ['brings', t('対策が持ち込むリスク', 'Risks that measures bring in')], ['accepted', t('受容する残留リスク', 'Accepted residual risks')], ['route', t('決裁の経路', 'Route of the decision')], ['review_on', t('次の見直し', 'Review')]] as const
type Draft = { title?: string; purpose?: string; measures: Measure[]; brings: Brought[]; accepted: Accepted[]; route: RouteStep[]; review_on?: string | null }
/* Without one row; what comes after another measure still names the same one, by its new number. */
function without<T extends object>(rows: T[], i: number): T[] {
  const moved = (after?: number | null) => !after ? after : after === i + 1 ? null : after > i + 1 ? after - 1 : after
  return rows.filter((_, k) => k !== i).map(r => 'after' in r ? { ...r, after: moved(r.after as number | null) } : r)
}

type E = RecordProps & { url: string; rec?: Plan; risks: Risk[]; more: boolean; named: Map<string, Risk>; units: Unit[] }
function Editor({ org, res, resources, url, rec, risks, more, named, units, query }: E) {
  const [found, setFound] = useState<Risk[]>([])
  const client = useQueryClient()
  const own = (x?: Partial<Plan>): Draft => ({ title: x?.title, purpose: x?.purpose, measures: ownRows(field(res, 'measures'), x?.measures), brings: x?.brings ?? [], accepted: ownRows(field(res, 'accepted'), x?.accepted), route: ownRows(field(res, 'route'), x?.route), review_on: x?.review_on })
  const edit = useEdit(url, rec, r => own(r as Plan)), [v, setV] = useState<Draft>(() => own(rec))
  const [error, setError] = useState<unknown>(null), [tried, setTried] = useState<unknown>(null)
  const criteria = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  const at = query.get('at')
  /* After the shell, which gives the focus to the page. */
  useEffect(() => { const wait = setTimeout(() => { if (!at) return; const el = document.getElementById(`f-${at}`) ?? document.getElementById(`s-${at}`); el?.scrollIntoView({ block: 'center' }); el?.focus() }); return () => clearTimeout(wait) }, [at])
  const wrong = stillWrong(mistakesOf(error), tried, v), by = riskMap([...named.values(), ...risks, ...found]), riskRes = resources.find(r => r.path === P.risks)!
  const save = async () => {
    setError(null)
    setTried(v)
    try {
      const base = edit.base, made = base ? await call<Plan>('PATCH', `${url}/${base.id}`, edit.changed(v), match(base.version)) : await call<Plan>('POST', url, v)
      await client.invalidateQueries()
      go(`/${org}/${P.plans}/${rec?.id ?? made.id}`)
    } catch (e) { setError(await edit.failed(e)) }
  }
  const simple = (name: 'title' | 'purpose' | 'review_on') => { const f = field(res, name)!, bad = wrongAt(wrong, name); return <Row id={`f-${name}`} label={tx(f.label)} required={f.required} help={tx(f.help)} wrong={bad}><Input f={f} id={`f-${name}`} v={v[name]} set={x => setV({ ...v, [name]: x })} org={org} resources={resources} titles={{}} bad={bad.length > 0} /></Row> }
  const list = (name: 'brings' | 'route') => { const f = field(res, name)!; return <><span id={`f-${name}-label`} className="vh">{tx(f.label)}</span>{wrongAt(wrong, name).map((m, i) => <p key={i} className="err">{m.text}</p>)}
    <ListRows f={f} id={`f-${name}`} v={v[name]} set={x => setV({ ...v, [name]: x })} org={org} resources={resources} titles={rec?._titles ?? {}} bad={false} mistakes={wrong} /></> }
  const cell = (f: Field, id: string, value: unknown, set: (x: any) => void, path: string) => { const bad = wrongAt(wrong, path); return <div key={f.name} className={f.kind === 'long' || f.name === 'title' ? 'tablet:col-span-2' : ''}>
    <label htmlFor={id} className="text-dns-14B-130">{tx(f.label)}{f.required && <span className="meta"> {t('※必須', '(required)')}</span>}</label><span id={`${id}-help`} className="block">{bad.map((m, i) => <span key={i} className="err block">{m.text}</span>)}</span>
    {f.name === 'after' ? <select id={id} className="field w-full" aria-describedby={`${id}-help`} aria-invalid={bad.length > 0 || undefined} value={String(value ?? '')} onChange={e => set(e.target.value ? Number(e.target.value) : null)}><option value="">{t('（選んでいません）', '(not chosen)')}</option>{v.measures.map((m, n) => !path.startsWith(`measures/${n}/`) && <option key={n} value={n + 1}>{n + 1} {m.title}</option>)}</select>
      : f.target === 'unit' || f.name === 'owner' ? <select id={id} className="field w-full" aria-describedby={`${id}-help`} aria-invalid={bad.length > 0 || undefined} value={String(value ?? '')} onChange={e => set(e.target.value || null)}><option value="">{t('（選んでいません）', '(not chosen)')}</option>{units.map(u => <option key={u.id} value={u.id}>{u.name}</option>)}</select>
      : <Input f={f} id={id} v={value} set={set} org={org} resources={resources} titles={{}} bad={bad.length > 0} />}</div> }
  const name = (id: string) => { const r = by.get(id); return r ? <span className="inline-flex flex-wrap items-center gap-x-3"><span>{r.number} {r.title}</span><LevelTile level={r.level} />{r.option && <span className="meta">{tx(choice(riskRes, 'option', r.option))}</span>}</span> : edit.base?._titles?.[id]?.title ?? '' }
  const mf = (field(res, 'measures')?.fields ?? []).filter(f => !f.readonly && f.name !== 'risk').map(f => worded(f, criteria.now)), af = (field(res, 'accepted')?.fields ?? []).filter(f => f.name !== 'risk' && !f.readonly)
  const live = risks, pick = { org, resources, found: (r: Risk) => setFound([...found, r]), more }
  const treat = live.filter(r => r.option && r.option !== 'retain' && !v.measures.some(m => m.risk === r.id)), retain = live.filter(r => r.option === 'retain' && !v.accepted.some(a => a.risk === r.id))
  const addMeasures = (list: Risk[]) => setV({ ...v, measures: [...v.measures, ...list.map(r => ({ risk: r.id, title: '', kind: 'prevention', owner: r.owner }))] })
  const addAccepted = (list: Risk[]) => setV({ ...v, accepted: [...v.accepted, ...list.map(r => ({ risk: r.id, reason: r.option_grounds ?? '' }))] })
  const Rows = <T extends { risk: string }>({ part, rows, fields, set }: { part: 'measures' | 'accepted'; rows: T[]; fields: Field[]; set: (x: T[]) => void }) => <>{rows.map((row, i) => <fieldset key={i} className="plan-row" id={`f-${part}-${i}`} tabIndex={-1}>
    <legend className="text-dns-16B-130"><span className="flex gap-2"><span>{i + 1}</span>{name(row.risk)}</span></legend>
    <div className="grid gap-x-4 gap-y-3 tablet:grid-cols-2">{fields.map(f => cell(f, `f-${part}-${i}-${f.name}`, (row as any)[f.name], x => set(rows.map((y, k) => k === i ? { ...y, [f.name]: x } : y)), `${part}/${i}/${f.name}`))}</div>
    <p className="mt-2"><button type="button" className="btn btn-s" onClick={() => set(without(rows, i))}>{t('外す', 'Remove')}<span className="vh"> {i + 1}</span></button></p></fieldset>)}</>
  return <form noValidate onSubmit={e => { e.preventDefault(); void save() }}>
    <PageHeader title={rec ? t('リスク対応計画の編集', 'Edit the plan') : t('リスク対応計画を作る', 'Make a plan')} crumbs={[[t('リスク対応', 'Treatment of risks'), `/${org}/${P.plans}`]]} tail={rec?.number} error={error} />
    <Conflict {...{ edit, v, setV, org, resources }} fields={res.fields} />
    <div className="editor">
      <nav className="editor-index max-desktop:hidden" aria-label={t('この計画の節', 'Sections of this plan')}><ol>{sections().map(([id, label]) => <li key={id}><a href={`#s-${id}`} onClick={e => { e.preventDefault(); const el = document.getElementById(`s-${id}`); el?.scrollIntoView(); el?.focus() }}>{label}</a>{id === 'measures' || id === 'accepted' || id === 'brings' || id === 'route' ? <span className="meta"> {v[id].length}</span> : null}</li>)}</ol></nav>
      <div className="min-w-0 max-w-[52rem]">
        <section id="s-title" tabIndex={-1}><h2 className="h2 mt-0">{sections()[0][1]}</h2>{simple('title')}{simple('purpose')}</section>
        <section id="s-measures" tabIndex={-1}><h2 className="h2">{sections()[1][1]} <span className="meta">{t(`${v.measures.length}件`, `${v.measures.length}`)}</span></h2>
          {wrongAt(wrong, 'measures').map((m, i) => <p key={i} className="err">{m.text}</p>)}
          {Rows({ part: 'measures', rows: v.measures, fields: mf, set: measures => setV({ ...v, measures }) })}
          <Adder {...pick} id="f-measures" label={t('対策を加えるリスク', 'Risk to be treated')} ready={treat} all={live} add={addMeasures} verb={t('対策を追加', 'Add a measure')} hint={t('対応（修正・回避・共有）を選んだリスク', 'Risks with a chosen treatment')} /></section>
        <section id="s-brings" tabIndex={-1}><h2 className="h2">{sections()[2][1]} <span className="meta">{t(`${v.brings.length}件`, `${v.brings.length}`)}</span></h2>
          <p className="meta mb-3">{t('対策によって新しく生まれるリスクは、先にリスクとして登録し、ここで名指しします。', 'A risk that a measure brings in is registered as a risk first, then named here.')}</p>{list('brings')}</section>
        <section id="s-accepted" tabIndex={-1}><h2 className="h2">{sections()[3][1]} <span className="meta">{t(`${v.accepted.length}件`, `${v.accepted.length}`)}</span></h2>
          <p className="meta mb-3">{t('決裁した人の名で、受け入れたことが残ります。', 'The acceptance is kept under the name of the approver.')}</p>
          {Rows({ part: 'accepted', rows: v.accepted, fields: af, set: accepted => setV({ ...v, accepted }) })}
          <Adder {...pick} id="f-accepted" label={t('受容するリスク', 'Risk to be accepted')} ready={retain} all={live.filter(r => !v.accepted.some(a => a.risk === r.id))} add={addAccepted} verb={t('受容に追加', 'Add to the accepted')} hint={t('保有を選んだリスク', 'Risks to be retained')} /></section>
        <section id="s-route" tabIndex={-1}><h2 className="h2">{sections()[4][1]}</h2>
          <p className="meta mb-3">{t('決裁の前に合議する役職、承認する役職を上から順に書きます。空なら、承認できる人が決裁します。', 'Posts that are consulted or endorse before the decision, in order. Empty: whoever may approve decides.')}</p>{list('route')}</section>
        <section id="s-review_on" tabIndex={-1}><h2 className="h2">{sections()[5][1]}</h2>{simple('review_on')}</section>
        <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{t('保存', 'Save')}</button><a className="btn" href={`#/${org}/${P.plans}${rec ? `/${rec.id}` : ''}`}>{t('やめる', 'Cancel')}</a></p>
      </div>
    </div>
  </form>
}

/* Risks with a decision first: all of them at once, or one by one; where there are more than fit a list, by searching. */
type Adds = { id: string; label: string; ready: Risk[]; all: Risk[]; add: (list: Risk[]) => void; verb: string; hint: string; more: boolean; org: string; resources: Resource[]; found: (r: Risk) => void }
function Adder({ id, label, ready, all, add, verb, hint, more, org, resources, found }: Adds) {
  const [one, setOne] = useState('')
  const rest = all.filter(r => !ready.includes(r))
  return <div className="mt-4">
    {ready.length > 0 && <p className="mb-3"><button type="button" className="btn btn-s" onClick={() => add(ready)}>{t(`${hint} ${ready.length}件を加える`, `${hint}: add all ${ready.length}`)}</button></p>}
    <div className="flex flex-wrap items-end gap-2"><div className="min-w-0 grow"><label htmlFor={id} className="meta block">{label}</label><select id={id} className="field w-full" value={one} onChange={e => setOne(e.target.value)}><option value="">{t('（選んでいません）', '(not chosen)')}</option>
      {ready.length > 0 && <optgroup label={hint}>{ready.map(r => <option key={r.id} value={r.id}>{r.number} {r.title}</option>)}</optgroup>}
      <optgroup label={t('ほかのリスク（高い順）', 'Other risks, highest first')}>{rest.map(r => <option key={r.id} value={r.id}>{r.number} {r.title}</option>)}</optgroup></select></div>
      <button type="button" className="btn" onClick={() => { const r = all.find(x => x.id === one); if (r) { add([r]); setOne('') } }}>{verb}</button></div>
    {more && <div className="mt-3"><label htmlFor={`${id}-find`} className="meta block">{t('一覧にないリスクを番号や言葉で探して加える', 'Add a risk that is not in the list: find it by number or words')}</label><p id={`${id}-find-help`} className="vh">{label}</p>
      <RefInput f={{ name: 'risk', kind: 'ref', target: 'risk', label: { ja: label, en: label } } as Field} id={`${id}-find`} v={null} set={(x: string | null) => { if (x) void get<Risk>(`/api/orgs/${org}/${P.risks}/${x}`).then(r => { found(r); add([r]) }) }} org={org} resources={resources} titles={{}} bad={false} /></div>}
  </div>
}

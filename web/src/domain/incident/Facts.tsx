// Facts by who can know them: what is said, what is not known and why. One is told in a dialog that has the form of that fact.
import { useState } from 'react'
import type { Choice, Field, Resource } from '../../types'
import { lang, t, tx } from '../../i18n'
import { Input } from '../../ui/Input'
import { Chip, Section, Why } from '../../ui/Page'
import { control, mistakesOf, Row, wrongAt } from '../../ui/Row'
import { nameIn } from '../../ui/Value'
import { Box, useSend, type Ways } from './Segments'
import { useVerdicts } from './Verdicts'
import { codesOf, factOf, knowers, operators, ownField, sayCode, sayTold, P, splitCodes, unitWord, unknownChoices, type FactWord, type Told } from './model'

const factFields = (res: Resource) => res.fields.find(f => f.name === 'facts')?.fields ?? []
const asked = (w: FactWord) => tx(w.title) || tx(w.ask)
/* A set of the incident itself, told like the others. */
const isOperators = (w: FactWord) => w.id === 'operator_class'

function toldOf(rec: Ways['rec'], w: FactWord): Told[] {
  if (isOperators(w)) return rec.operator_class ? [{ fact: w.id, is: rec.operator_class }] : []
  return (rec.facts ?? []).filter(x => x.fact === w.id)
}

type One = Ways & { w: FactWord; told?: Told; close: () => void }
const pieces = (told?: Told) => ({ sure: splitCodes(told?.is), may: splitCodes(told?.may_be) })

/* Of a set each code is in it, may be, or is not. */
function SetInput({ codes, sure, may, set }: { codes: Choice[]; sure: string[]; may: string[]; set: (sure: string[], may: string[]) => void }) {
  const put = (code: string, to: string) => set(to === 'yes' ? [...sure.filter(c => c !== code), code] : sure.filter(c => c !== code), to === 'may' ? [...may.filter(c => c !== code), code] : may.filter(c => c !== code))
  return <>{codes.map(c => <div key={c.code} className="flex flex-wrap items-center justify-between gap-2 border-b border-solid-gray-200 py-1"><label htmlFor={`set-${c.code}`} className="min-w-0 flex-1">{tx(c.label)}</label>
    <select id={`set-${c.code}`} className="field field-s" value={sure.includes(c.code) ? 'yes' : may.includes(c.code) ? 'may' : 'no'} onChange={e => put(c.code, e.target.value)}><option value="no">{t('ない', 'No')}</option><option value="yes">{t('ある', 'Yes')}</option><option value="may">{t('ありうる', 'May be')}</option></select></div>)}
    <label className="mt-2 flex min-h-9 items-center gap-2"><input type="checkbox" className="size-5" checked={may.includes('*')} onChange={e => set(sure, e.target.checked ? [...may, '*'] : may.filter(c => c !== '*'))} />{t('ほかにもあるかもしれない', 'There may be others')}</label></>
}

/* One of them; while it is open which, all that it may be. */
function ChoiceInput({ codes, sure, may, set }: { codes: Choice[]; sure: string[]; may: string[]; set: (sure: string[], may: string[]) => void }) {
  const all = [...sure, ...may]
  const put = (next: string[]) => set(next.length === 1 ? next : [], next.length === 1 ? [] : next)
  return <>{codes.map(c => <label key={c.code} className="flex min-h-9 items-center gap-2"><input type="checkbox" className="size-5" checked={all.includes(c.code)} onChange={e => put(e.target.checked ? [...all.filter(x => x !== c.code), c.code] : all.filter(x => x !== c.code))} />{tx(c.label)}</label>)}</>
}

function Tell(p: One) {
  const { org, res, resources, rec, v, w, told, close } = p
  const [x, setX] = useState<Told>(told ?? { fact: w.id }), { error, send } = useSend(org, rec, close)
  const [known, setKnown] = useState(!x.unknown), [{ sure, may }, setCodes] = useState(pieces(told))
  const fields = factFields(res), f = (name: string): Field => fields.find(y => y.name === name)!
  const wrong = mistakesOf(error), codes = codesOf(v, w.class), judged = w.type === 'judgement', number = w.type === 'count' || w.type === 'duration'
  const put = (change: Partial<Told>) => setX({ ...x, ...change })
  const input = (field: Field, name: keyof Told, required = false) => <Row id={`f-${name}`} label={tx(field.label)} required={required} help={tx(field.help)} wrong={wrongAt(wrong, name)}>
    <Input f={field} id={`f-${name}`} v={x[name]} set={y => put({ [name]: y })} org={org} resources={resources} titles={rec._titles ?? {}} bad={wrongAt(wrong, name).length > 0} mistakes={wrong} /></Row>
  const body = (): Told => {
    const base = { fact: w.id, ...x.per ? { per: x.per } : {}, ...x.why ? { why: x.why } : {}, ...x.said_by ? { said_by: x.said_by } : {} }
    if (!known) return { ...base, unknown: x.unknown ?? 'not_asked' }
    if (number) return { ...base, number: x.number, ...x.bound ? { bound: x.bound } : {}, ...x.unit ? { unit: x.unit } : {}, ...x.estimate ? { estimate: true } : {} }
    if (w.type === 'time') return { ...base, at: x.at }
    if (w.type === 'bool' || judged) return { ...base, is: x.is }
    return { ...base, ...sure.length ? { is: sure.join(', ') } : {}, ...may.length ? { may_be: may.join(', ') } : {} }
  }
  const done = () => t(`「${asked(w)}」を書きました。`, `Stated: ${asked(w)}.`)
  const submit = () => isOperators(w) ? void send('', { operator_class: sure.join(', ') || null }, { operator_class: rec.operator_class ?? null }, done) : void send('tell', body(), { facts: rec.facts ?? [] }, done)
  const unit: Field = { ...f('unit'), kind: 'choice', choices: ['s', 'min', 'h', 'day'].map(code => ({ code, label: { ja: unitWord(code), en: unitWord(code) } })) }
  const codesWrong = [...wrongAt(wrong, 'is'), ...wrongAt(wrong, 'may_be'), ...wrongAt(wrong, 'operator_class')]
  return <Box title={asked(w)} error={error} verb={t('書く', 'State it')} submit={submit} close={close}>
    <p className="mb-4">{tx(w.ask)}</p>
    {!isOperators(w) && <fieldset className="mb-5"><legend className="vh">{t('分かっているか', 'Is it known?')}</legend>
      {[[true, t('分かっている', 'It is known')], [false, t('分からない', 'It is not known')]].map(([k, label]) => <label key={String(k)} className="mr-6 inline-flex min-h-9 items-center gap-2"><input type="radio" name="known" className="radio" checked={known === k} onChange={() => setKnown(!!k)} />{label}</label>)}</fieldset>}
    {w.per && input({ ...f('per'), kind: 'choice', choices: codesOf(v, factOf(v, w.per)?.class) }, 'per')}
    {!known && <Row id="f-unknown" label={tx(f('unknown').label)} required wrong={wrongAt(wrong, 'unknown')}><select className="field" {...control('f-unknown', wrongAt(wrong, 'unknown'))} value={x.unknown ?? 'not_asked'} onChange={e => put({ unknown: e.target.value })}>{unknownChoices(res).map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select></Row>}
    {known && number && <>{input({ ...f('number'), label: { ja: `${f('number').label.ja}${unitIn(w, 'ja')}`, en: `${f('number').label.en}${unitIn(w, 'en')}` } }, 'number', true)}{w.type === 'duration' && input(unit, 'unit')}{input(f('bound'), 'bound')}{input(f('estimate'), 'estimate')}</>}
    {known && w.type === 'time' && input(f('at'), 'at', true)}
    {known && (w.type === 'bool' || judged) && <Row id="f-is" label={t('答え', 'Answer')} required wrong={wrongAt(wrong, 'is')}><select className="field" {...control('f-is', wrongAt(wrong, 'is'))} value={x.is ?? ''} onChange={e => put({ is: e.target.value || undefined })}><option value="">{t('（選んでいません）', '(not chosen)')}</option><option value="true">{t('はい', 'Yes')}</option><option value="false">{t('いいえ', 'No')}</option></select></Row>}
    {known && (w.type === 'set' || w.type === 'choice') && <fieldset id="f-is" tabIndex={-1} className="mb-5"><legend className="text-std-16B-170">{t('当てはまるもの', 'What applies')}</legend>
      {w.type === 'choice' && <p className="meta mb-1">{t('決まっていれば一つだけ、まだ決まらなければ、ありうるものをすべて選びます。', 'One where it is settled; else all that it may be.')}</p>}
      {codesWrong.map((m, i) => <p key={i} className="err">{m.text}</p>)}
      {isOperators(w) ? operators(v).map(c => <label key={c.code} className="flex min-h-9 items-center gap-2"><input type="checkbox" className="size-5" checked={sure.includes(c.code)} onChange={e => setCodes({ sure: e.target.checked ? [...sure, c.code] : sure.filter(y => y !== c.code), may: [] })} />{tx(c.label)}</label>)
        : w.type === 'set' ? <SetInput codes={codes} sure={sure} may={may} set={(a, b) => setCodes({ sure: a, may: b })} /> : <ChoiceInput codes={codes} sure={sure} may={may} set={(a, b) => setCodes({ sure: a, may: b })} />}</fieldset>}
    {!isOperators(w) && <>{judged && input(f('said_by'), 'said_by', known)}{input({ ...f('why'), kind: 'long' }, 'why', judged && known)}</>}
  </Box>
}
const unitIn = (w: FactWord, l: 'ja' | 'en') => { const u = l === lang() ? unitWord(w.unit) : ''; return u && w.type === 'count' ? (l === 'ja' ? `（${u}）` : ` (${u})`) : '' }

/* What is said, or how it is not known. */
function Said({ told, w, p }: { told: Told[]; w: FactWord; p: Ways }) {
  if (!told.length) return <Chip tone="open">{sayCode(unknownChoices(p.res), 'not_asked')}</Chip>
  return <>{told.map((x, i) => <span key={i} className="block">{x.per && <span className="meta">{sayCode(codesOf(p.v, factOf(p.v, w.per)?.class), x.per)}{t('：', ': ')}</span>}
    {x.unknown ? <Chip tone="open">{sayTold(x, w, p.v, p.res)}</Chip> : sayTold(x, w, p.v, p.res)}
    {(x.why || x.said_by) && <Why>{x.why && <p className="whitespace-pre-wrap">{x.why}</p>}{x.said_by && <p>{t('言った人：', 'Said by: ')}{nameIn(p.rec._titles, x.said_by)}</p>}</Why>}</span>)}</>
}

const isKnown = (told: Told[]) => told.some(x => !x.unknown)
export function Facts(p: Ways) {
  const { res, rec, v } = p
  const [open, setOpen] = useState<{ w: FactWord; told?: Told } | null>(null)
  const edits = !!res.actions?.find(a => a.name === 'tell')?.can && rec.state !== 'closed' && !rec.removed
  const every = v.facts.filter(w => !ownField(v, w.id)), named = new Set(v.facts.map(w => w.id))
  const uses = useVerdicts(`/api/orgs/${p.org}/${P.incidents}/${rec.id}`, rec.version).data?.uses
  /* What no rule for this operator looks at is folded away, unless something is said of it. */
  const apart = (w: FactWord) => !!uses && !isOperators(w) && !uses.includes(w.id) && !toldOf(rec, w).length
  const words = every.filter(w => !apart(w)), rest = every.filter(apart)
  const strangers = (rec.facts ?? []).filter(x => !named.has(x.fact))
  const group = (who: string) => words.filter(w => (w.known_by ?? '') === who).sort((a, b) => (a.ask_cost ?? 5) - (b.ask_cost ?? 5))
  const groups = knowers().map(([who, label]) => ({ who, label, list: group(who) })).filter(g => g.list.length > 0)
  const told = words.filter(w => isKnown(toldOf(rec, w))).length
  const button = (w: FactWord, x?: Told, name = '') => edits && <button type="button" className="btn btn-s" onClick={() => setOpen({ w, told: x })}>{x ? t('直す', 'Change') : t('書く', 'State')}<span className="vh"> {asked(w)}{name}</span></button>
  const row = (w: FactWord) => { const list = toldOf(rec, w); return <li key={w.id} className="fact-row"><span><span className="block">{asked(w)}</span>{w.title && <span className="meta block">{tx(w.ask)}</span>}</span>
        <span><Said told={list} w={w} p={p} /></span>
        <span className="no-print flex flex-wrap gap-2">{w.per ? <>{list.map((x, i) => <span key={i}>{button(w, x, ` ${sayCode(codesOf(v, factOf(v, w.per)?.class), x.per)}`)}</span>)}{!(list.length === 1 && !list[0]!.per) && button(w)}</> : button(w, list[0])}</span></li> }
  return <Section title={t('事実', 'Facts')} aside={words.length > 0 && t(`${words.length}件のうち${told}件が分かっています`, `${told} of ${words.length} are known`)}>
    {words.length === 0 && strangers.length === 0 && <p>{t('事実の用語を持つパックがありません。', 'No pack has words for facts.')}</p>}
    {groups.map(g => <section key={g.who} className="mb-6"><h3 className="text-std-16B-170 mb-1">{g.label} <span className="meta">{t(`${g.list.length}件のうち${g.list.filter(w => isKnown(toldOf(rec, w))).length}件`, `${g.list.filter(w => isKnown(toldOf(rec, w))).length} of ${g.list.length}`)}</span></h3>
      <ul>{g.list.map(row)}</ul></section>)}
    {rest.length > 0 && <details className="mb-6"><summary>{t(`この事業者の規定では使わない事実（${rest.length}件）`, `Facts that no rule for this operator uses (${rest.length})`)}</summary><ul>{rest.map(row)}</ul></details>}
    {strangers.length > 0 && <section className="mb-6"><h3 className="text-std-16B-170 mb-1">{t('パックの用語にないもの', 'In no pack')}</h3><ul>{strangers.map((x, i) => <li key={i} className="fact-row"><code>{x.fact}</code><span>{sayTold(x, undefined, v, res)}</span></li>)}</ul></section>}
    {open && <Tell {...p} w={open.w} told={open.told} close={() => setOpen(null)} />}
  </Section>
}

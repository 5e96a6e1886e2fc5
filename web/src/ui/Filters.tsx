// Conditions of a list: each a chip with × in the address; a further one is made of a field and a value, a span, or "none".
import { useState, type ReactNode } from 'react'
import type { Field, Resource, Titles } from '../types'
import { lang, t, tx } from '../i18n'
import { readDay, sayDay, shortDay } from '../dates'
import { useTitles } from './Diff'
import { sayMoney } from './figures'
import { RefInput } from './RefInput'

export type Condition = { f: Field; keys: string[]; text: string }
const spans = (f: Field) => ['int', 'money', 'date', 'instant'].includes(f.kind)
export const filterable = (res: Resource) => res.fields.filter(f => f.filter || (f.sort && spans(f)))

function sayValue(f: Field, v: string, titles: Titles): string {
  if (f.kind === 'choice') return tx(f.choices?.find(c => c.code === v)?.label) || v
  if (f.kind === 'bool') return v === 'true' ? t('はい', 'Yes') : t('いいえ', 'No')
  if (f.kind === 'date') return shortDay(v)
  if (f.kind === 'money') return sayMoney(Number(v), lang())
  if (f.kind === 'ref' || f.kind === 'refs') return titles[v]?.title ?? '…'
  return v
}
export function useConditions(org: string, res: Resource, resources: Resource[], query: URLSearchParams, known: Titles): Condition[] {
  const refs = res.fields.filter(f => (f.kind === 'ref' || f.kind === 'refs') && query.get(f.name))
  const titles = useTitles(org, resources, refs, refs.map(f => ({ [f.name]: f.kind === 'refs' ? [query.get(f.name)] : query.get(f.name) })), known)
  return filterable(res).flatMap(f => {
    const eq = query.get(f.name), min = query.get(`${f.name}.min`), max = query.get(`${f.name}.max`), label = tx(f.label), out: Condition[] = []
    const say = (v: string) => sayValue(f, v, titles)
    if (eq !== null) out.push({ f, keys: [f.name], text: `${label} ${say(eq)}` })
    if (min !== null || max !== null) out.push({ f, keys: [`${f.name}.min`, `${f.name}.max`], text: min !== null && max !== null ? `${label} ${say(min)}〜${say(max)}` : min !== null ? t(`${label} ${say(min)}${f.kind === 'date' ? '以降' : '以上'}`, `${label} from ${say(min)}`) : t(`${label} ${say(max!)}${f.kind === 'date' ? '以前' : '以下'}`, `${label} up to ${say(max!)}`) })
    if (query.get(`${f.name}.none`) !== null) out.push({ f, keys: [`${f.name}.none`], text: t(`${label} 空のもの`, `${label}: empty`) })
    return out
  })
}

type P = { org: string; res: Resource; resources: Resource[]; add: (change: Record<string, string>) => void; close: () => void }
export function AddCondition({ org, res, resources, add, close }: P) {
  const list = filterable(res)
  const [name, setName] = useState(''), [value, setValue] = useState<any>(null), [from, setFrom] = useState(''), [to, setTo] = useState(''), [none, setNone] = useState(false)
  const f = list.find(x => x.name === name)
  const read = (s: string) => { const n = s.normalize('NFKC').trim(); return f?.kind === 'date' ? readDay(n) ?? '' : n.replace(/,/g, '') }
  const ready = f && (none || (spans(f) ? read(from) !== '' || read(to) !== '' : value))
  const done = () => { if (f && ready) add(none ? { [`${f.name}.none`]: '1' } : spans(f) ? { [`${f.name}.min`]: read(from), [`${f.name}.max`]: read(to) } : { [f.name]: f.kind === 'refs' ? value[0] : String(value) }) }
  const box = (id: string, label: string, v: string, set: (s: string) => void): ReactNode => <div><label htmlFor={id} className="meta block">{label}</label><input id={id} className="field field-s w-40" value={v} onChange={e => set(e.target.value)} />{f?.kind === 'date' && <span className="meta block">{readDay(v) ? sayDay(readDay(v)!, lang()) : t('例: R8.11.20', 'e.g. 2026/11/20')}</span>}</div>
  return <form className="panel" onSubmit={e => { e.preventDefault(); done() }}>
    <div className="flex flex-wrap items-start gap-4">
      <div><label htmlFor="c-field" className="meta block">{t('項目', 'Field')}</label><select id="c-field" autoFocus className="field field-s" value={name} onChange={e => { setName(e.target.value); setValue(null); setFrom(''); setTo('') }}><option value="">{t('（選んでください）', '(choose)')}</option>{list.map(x => <option key={x.name} value={x.name}>{tx(x.label)}</option>)}</select></div>
      {f && !none && (spans(f) ? <>{box('c-from', t('から', 'From'), from, setFrom)}{box('c-to', t('まで', 'To'), to, setTo)}</>
        : f.kind === 'choice' || f.kind === 'bool' ? <div><label htmlFor="c-value" className="meta block">{t('値', 'Value')}</label><select id="c-value" className="field field-s" value={value ?? ''} onChange={e => setValue(e.target.value)}><option value="">{t('（選んでください）', '(choose)')}</option>
          {f.kind === 'bool' ? <><option value="true">{t('はい', 'Yes')}</option><option value="false">{t('いいえ', 'No')}</option></> : f.choices?.map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select></div>
        : f.kind === 'ref' || f.kind === 'refs' ? <div className="w-80 max-w-full"><label htmlFor="c-value" className="meta block">{t('探して選ぶ', 'Find and choose')}</label><span id="c-value-help" className="vh">{t('名称か番号', 'name or number')}</span><RefInput f={f} v={value} set={setValue} id="c-value" org={org} resources={resources} titles={{}} bad={false} /></div>
        : <div><label htmlFor="c-value" className="meta block">{t('値（すべて一致）', 'Value (exactly)')}</label><input id="c-value" className="field field-s" value={value ?? ''} onChange={e => setValue(e.target.value)} /></div>)}
      {f && <label className="mt-5 flex min-h-9 items-center gap-2"><input type="checkbox" className="size-5" checked={none} onChange={e => setNone(e.target.checked)} />{t('空のもの', 'Empty ones')}</label>}
    </div>
    <p className="mt-3 flex flex-wrap items-center gap-2">{ready ? <button type="submit" className="btn btn-s">{t('この条件で絞り込む', 'Apply')}</button> : <span className="meta">{t('項目と値を選ぶと、絞り込めます。', 'Choose a field and a value.')}</span>}<button type="button" className="btn btn-s" onClick={close}>{t('閉じる', 'Close')}</button></p>
  </form>
}

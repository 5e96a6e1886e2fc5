// A text that the packs have proposals for: choosing one also fills the fields that hang on it, where they are empty. Anything else may be written.
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Text } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Combo } from './Combo'
import type { InputProps } from './Input'

type Packs = { items: { code: string; kinds: { kind: string }[] }[] }
type Item = { id: string; title: Text; _titles?: Record<string, Text>; [k: string]: unknown }
export const usePacks = () => useQuery({ queryKey: ['packs'], queryFn: () => get<Packs>('/api/packs'), staleTime: Infinity })

function useItems(kind: string, q: string, on: boolean) {
  const packs = usePacks()
  const code = packs.data?.items.find(p => p.kinds.some(k => k.kind === kind))?.code
  const found = useQuery({ queryKey: ['pack', code, kind, q], enabled: on && !!code, placeholderData: x => x, queryFn: () => get<{ items: Item[] }>(`/api/packs/${code}/${kind}?q=${encodeURIComponent(q.trim())}`) })
  return { items: found.data?.items ?? [], loading: found.isFetching }
}
const words = (item: Item, from: string) => { const ref = typeof item[from] === 'string' ? item._titles?.[item[from] as string] : undefined; const v = ref ? tx(ref) : item[from]; return typeof v === 'object' && v !== null && 'ja' in v ? tx(v as Text) : v }
const filled = (p: InputProps, item: Item) => ({ [p.f.name]: tx(item.title), ...Object.fromEntries((p.f.fills ?? []).map(x => [x.field, words(item, x.from)]).filter(x => typeof x[1] === 'string')) })

export function Suggest(p: InputProps) {
  const [on, setOn] = useState(false)
  const { items, loading } = useItems(p.f.suggest!, String(p.v ?? ''), on)
  const options = items.slice(0, 30).map(i => ({ key: i.id, label: tx(i.title) }))
  return <Combo id={p.id} text={String(p.v ?? '')} setText={s => p.set(s === '' ? null : s)} options={options} loading={loading} describedBy={`${p.id}-help`} invalid={p.bad} onOpen={() => setOn(true)}
    pick={o => { const item = items.find(i => i.id === o.key)!; if (p.fill) p.fill(filled(p, item)); else p.set(o.label) }} none={t('候補にない言葉も、そのまま書けます。', 'Anything else may be written.')} />
}

/* Under a long text: proposals that are put in, or added to what stands there. */
export function SuggestText(p: InputProps) {
  const [q, setQ] = useState(''), [on, setOn] = useState(false)
  const { items, loading } = useItems(p.f.suggest!, q, on)
  return <details className="why mt-1"><summary>{t('候補から選ぶ', 'Choose a proposal')}</summary><div className="mt-2"><Combo id={`${p.id}-suggest`} label={`${tx(p.f.label)} ${t('の候補', 'proposals')}`} text={q} setText={setQ} loading={loading} onOpen={() => setOn(true)}
    options={items.slice(0, 30).map(i => ({ key: i.id, label: tx(i.title) }))} none={t('候補はありません。', 'No proposals.')}
    pick={o => { p.set(p.v ? `${p.v}\n${o.label}` : o.label); setQ('') }} /></div></details>
}

// The form of a notice: it begins with a wording of the pack, filled from the facts of the incident, and says what the guideline expects.
import { useState } from 'react'
import type { Text } from '../../types'
import type { RecordProps } from '../../page'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { FormPage } from '../../pages/Form'
import { Errors } from '../../ui/Fields'
import { keepDraft } from '../../ui/keep'
import { Section } from '../../ui/Page'
import { P } from './model'
import { MINUTE, path } from './NoticeRows'

type Guide = { words: Text; status: string; expected: 'yes' | 'no' | 'unknown'; by?: string }
type Wording = { wording?: string; heading?: Text; text?: Text; blanks?: number; guide?: Guide }
/* The guideline is no law, and is not meant for everybody. */
function GuidePart({ g }: { g: Guide }) {
  const whose = { yes: t('自組織に向けた目安です。', 'It is meant for this organisation.'), no: t('自組織は指定公共機関ではないので、できるだけ早く。', 'This organisation is not a designated public institution: as early as possible.'), unknown: t('指定公共機関かどうかが記録されていません。', 'Whether this organisation is a designated public institution is not recorded.') }[g.expected]
  return <p className="note">{t('指針の目安（法令の期限ではない）：', 'Guideline (not a deadline of the law): ')}{tx(g.words)}{t('。', '. ')}{whose}{g.by && g.expected !== 'no' && <> {t('目安の時刻：', 'By: ')}<time dateTime={g.by}>{sayTime(g.by, lang())}</time>{t('。', '.')}</>} <span className="meta">{t('二次資料による。', 'From a secondary source.')}</span></p>
}

const waits = [0, 30, 60, 120, 180]
const later = (minutes: number) => { const d = new Date(Math.ceil(Date.now() / MINUTE) * MINUTE + minutes * MINUTE); return d.toISOString() }

export function NoticeForm(p: RecordProps) {
  const incident = p.query.get('incident'), url = `/api/orgs/${p.org}/${P.incidents}/${incident}`, key = `/api/orgs/${p.org}/${path}/new`
  const [stage, setStage] = useState(p.query.get('stage') ?? 'first'), [audience, setAudience] = useState(p.query.get('audience') ?? 'public'), [wait, setWait] = useState(60)
  const [begun, setBegun] = useState(0), [query, setQuery] = useState(p.query), [error, setError] = useState<unknown>(null), [made, setMade] = useState<Wording | null>(null)
  if (p.id !== 'new' || !incident) return <FormPage {...p} />
  const take = async () => {
    setError(null)
    const next = wait ? later(wait) : null
    try {
      const w = await get<Wording>(`${url}/reports/wording?stage=${stage}&audience=${audience}${next ? `&next_at=${encodeURIComponent(next)}` : ''}`)
      const q = new URLSearchParams({ incident, stage, audience })
      if (next) q.set('next_at', next)
      if (w.heading && w.text) q.set('title', w.heading.ja), q.set('text', w.text.ja), q.set('text_en', w.text.en ?? '')
      keepDraft(key, null)
      setMade(w), setQuery(q), setBegun(begun + 1)
    } catch (e) { setError(e) }
  }
  const pick = (name: string, value: string, set: (v: string) => void) => { const f = p.res.fields.find(x => x.name === name)!; return <span><label className="block" htmlFor={`w-${name}`}>{t(`文例の${tx(f.label)}`, `Wording: ${tx(f.label)}`)}</label><select id={`w-${name}`} className="field" value={value} onChange={e => set(e.target.value)}>{f.choices!.map(c => <option key={c.code} value={c.code}>{tx(c.label)}</option>)}</select></span> }
  return <FormPage key={begun} {...p} query={query} before={<Section id="wording" title={t('文例から始める', 'Begin with a wording')}>
      <p className="max-w-[40em]">{t('記録された事実で埋めます。分からない所は［　　　］のまま出るので、出す前に書いてください。', 'Filled from the recorded facts. What is not known stays as [________]: fill it in before it is put out.')}</p>
      <div className="flex flex-wrap items-end gap-3">{pick('stage', stage, setStage)}{pick('audience', audience, setAudience)}
        <span><label className="block" htmlFor="w-next">{t('次のお知らせまで', 'Until the next notice')}</label><select id="w-next" className="field" value={wait} onChange={e => setWait(Number(e.target.value))}>{waits.map(m => <option key={m} value={m}>{!m ? t('約束しない', 'Not promised') : m < 60 ? t(`${m}分後`, `in ${m} min`) : t(`${m / 60}時間後`, `in ${m / 60} h`)}</option>)}</select></span>
        <button type="button" className="btn btn-s" onClick={() => void take()}>{t('文例を入れる', 'Put the wording in')}</button></div>
      <Errors error={error} />
      {made && <p role="status">{!made.text ? t('この段階と相手の文例はありません。', 'There is no wording for this stage and audience.') : made.blanks ? t(`空欄が${made.blanks}か所あります。`, `${made.blanks} blanks are left.`) : t('空欄はありません。', 'No blank is left.')}</p>}
      {made?.guide && <GuidePart g={made.guide} />}</Section>} />
}

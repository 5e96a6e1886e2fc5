// What is done to a risk in a dialog: moving it on the matrix, judging it, choosing an option. Each needs its reason.
import { useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Mistake, Resource } from '../../types'
import { call, match, Problem } from '../../api'
import { t, tx } from '../../i18n'
import { Dialog } from '../../ui/Page'
import { Errors } from '../../ui/Fields'
import { say } from '../../ui/notice'
import { LevelTile } from '../../ui/Level'
import { control, mistakesOf, Row, wrongAt } from '../../ui/Row'
import { cellAt, choice, field, onScale, P, point, sidesIn, stepText, upTo, type Criteria, type Risk } from './model'

type Act = { org: string; res: Resource; risk: Risk; criteria?: Criteria; close: () => void }
const missing = (path: string, text: string): Mistake => ({ path, code: 'required', text })
const incomplete = (list: Mistake[]) => new Problem(422, t('足りないところがあります。', 'Something is missing.'), list)

/* Saves a part of the risk with its reason; all pages read again afterwards. */
function useSave(org: string, risk: Risk, close: () => void) {
  const client = useQueryClient()
  const [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  const save = async (need: Mistake[], body: Record<string, unknown>, reason: string, done: () => string) => {
    if (need.length) return setError(incomplete(need))
    setBusy(true)
    try {
      const url = `/api/orgs/${org}/${P.risks}/${risk.id}`, back = Object.fromEntries(Object.keys(body).map(k => [k, risk[k] ?? null]))
      const made = await call<Risk>('PATCH', url, body, { ...match(risk.version), 'X-Reason': encodeURIComponent(reason) })
      say(done, () => call('PATCH', url, back, { ...match(made.version), 'X-Reason': encodeURIComponent(t('直前の変更を元に戻した', 'The change just made was undone')) }))
      close()
      await client.invalidateQueries()
    } catch (e) { setError(e); setBusy(false) }
  }
  return { error, busy, save }
}

function Frame({ title, risk, error, busy, verb, send, close, children }: { title: string; risk: Risk; error: unknown; busy: boolean; verb: string; send: () => void; close: () => void; children: ReactNode }) {
  return <Dialog title={title} close={close}>
    <form noValidate onSubmit={e => { e.preventDefault(); if (!busy) send() }}>
      <Errors error={error} />
      <p className="mb-4">{risk.number} {risk.title}</p>
      {children}
      <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{verb}</button><button type="button" className="btn" onClick={close}>{t('やめる', 'Cancel')}</button></p>
    </form>
  </Dialog>
}

const Steps = ({ id, axis, v, set, criteria, side, wrong }: { id: string; axis: 'impact' | 'likelihood'; v: number | null; set: (v: number | null) => void; criteria?: Criteria; side: number; wrong: Mistake[] }) =>
  <select className="field" {...control(id, wrong)} value={v ?? ''} onChange={e => set(e.target.value ? Number(e.target.value) : null)}>
    <option value="">{t('（選んでいません）', '(not chosen)')}</option>
    {upTo(side).reverse().map(n => <option key={n} value={n}>{stepText(criteria, axis, n)}</option>)}</select>

export function Move({ org, res, risk, criteria, close }: Act) {
  const same = onScale(risk, criteria), byView = !!risk.views?.length
  const [impact, setImpact] = useState(same ? point(risk.impact) : null), [likelihood, setLikelihood] = useState(same ? point(risk.likelihood) : null), [reason, setReason] = useState('')
  const { error, busy, save } = useSave(org, risk, close)
  const wrong = mistakesOf(error), sides = sidesIn(res)
  const now = same ? cellAt(criteria, risk.impact, risk.likelihood) : undefined, then = cellAt(criteria, byView ? risk.impact : impact, likelihood)
  const send = () => save([
    ...impact === null && !byView ? [missing('impact', t('影響を選んでください。', 'Choose the impact.'))] : [],
    ...likelihood === null ? [missing('likelihood', t('起こりやすさを選んでください。', 'Choose the likelihood.'))] : [],
    ...reason.trim() ? [] : [missing('reason', t('理由を書いてください。後から見た人が判断を確かめられます。', 'Give the reason, so that others can check the judgement later.'))]], byView ? { likelihood } : { impact, likelihood }, reason.trim(), () => t(`${risk.number}を移しました。`, `${risk.number} was moved.`))
  return <Frame title={t('リスクを移す', 'Move the risk')} {...{ risk, error, busy, close }} verb={t('移す', 'Move')} send={() => void send()}>
    <div className="grid gap-x-6 tablet:grid-cols-2">
      {byView ? <p className="mb-5">{tx(field(res, 'impact')?.label)}{t('：', ': ')}{stepText(criteria, 'impact', risk.impact)}<span className="meta block">{t('観点ごとの影響から決まります。編集で直せます。', 'It follows from the impact by viewpoint; edit the risk to change it.')}</span></p>
        : <Row id="f-impact" label={tx(field(res, 'impact')?.label)} required wrong={wrongAt(wrong, 'impact')}><Steps id="f-impact" axis="impact" v={impact} set={setImpact} criteria={criteria} side={sides.impact} wrong={wrongAt(wrong, 'impact')} /></Row>}
      <Row id="f-likelihood" label={tx(field(res, 'likelihood')?.label)} required wrong={wrongAt(wrong, 'likelihood')}><Steps id="f-likelihood" axis="likelihood" v={likelihood} set={setLikelihood} criteria={criteria} side={sides.likelihood} wrong={wrongAt(wrong, 'likelihood')} /></Row>
    </div>
    {criteria && <p className="mb-4 flex flex-wrap items-center gap-2" aria-live="polite">{t('レベル', 'Level')} <LevelTile level={now?.level} /> <span aria-hidden="true">→</span><span className="vh">{t('から', 'to')}</span> <LevelTile level={then?.level} />
      {then && <span>{then.accepted ? t('受容の範囲', 'within acceptance') : t('受容できない', 'outside acceptance')}</span>}</p>}
    <Row id="f-reason" label={t('理由', 'Reason')} required help={t('実績、試算、聞き取りなど、動かす根拠を書きます。履歴に残ります。', 'Records, estimates, interviews: the grounds. It stays in the history.')} wrong={wrongAt(wrong, 'reason')}>
      <textarea className="field w-full" rows={3} {...control('f-reason', wrongAt(wrong, 'reason'))} value={reason} onChange={e => setReason(e.target.value)} /></Row>
  </Frame>
}

export function Judge({ org, res, risk, close, post }: Act & { post?: string }) {
  const [what, setWhat] = useState(risk.judgement ?? ''), [by, setBy] = useState(risk.judged_by ?? post ?? ''), [reason, setReason] = useState('')
  const { error, busy, save } = useSave(org, risk, close)
  const wrong = mistakesOf(error), verdict = risk.verdict
  const send = () => save([
    ...what ? [] : [missing('judgement', t('判断を選んでください。', 'Choose the judgement.'))],
    ...by.trim() ? [] : [missing('judged_by', t('だれの判断かを役職で書いてください。', 'Say by post whose judgement it is.'))],
    ...reason.trim() ? [] : [missing('judgement_reason', t('判断の理由を書いてください。', 'Give the reason of the judgement.'))]],
  { judgement: what, judged_by: by.trim(), judgement_reason: reason.trim() }, reason.trim(), () => t(`${risk.number}の判断を記録しました。`, `The judgement of ${risk.number} was recorded.`))
  return <Frame title={t('経営層・有識者の判断', 'Judgement of management or experts')} {...{ risk, error, busy, close }} verb={t('判断を記録', 'Record the judgement')} send={() => void send()}>
    <p className="meta mb-4">{verdict === 'accept' || verdict === 'treat' ? (verdict === 'accept' ? t('判定基準では受容の範囲です。', 'The criteria accept it.') : t('判定基準では受容できません。受け入れる場合は「基準と異なる判断」の印が残ります。', 'The criteria do not accept it. Accepting it leaves the mark “judged against the criteria”.'))
      : t('承認された判定基準による結果ではなく、人の判断として残ります。', 'It is kept as a judgement of people, not as a result of approved criteria.')}</p>
    <fieldset className={`mb-5 ${wrongAt(wrong, 'judgement').length ? 'border-l-4 border-error-2 pl-4' : ''}`} id="f-judgement" tabIndex={-1}><legend className="text-std-16B-170">{tx(field(res, 'judgement')?.label)} <span className="meta">{t('※必須', '(required)')}</span></legend>
      {wrongAt(wrong, 'judgement').map((m, i) => <p key={i} className="err">{m.text}</p>)}
      {field(res, 'judgement')?.choices?.map(c => <label key={c.code} className="mt-2 flex min-h-6 items-center gap-2"><input type="radio" name="judgement" className="radio" value={c.code} checked={what === c.code} onChange={() => setWhat(c.code)} />{tx(c.label)} <span className="meta">{tx(c.help)}</span></label>)}</fieldset>
    <Row id="f-judged_by" label={tx(field(res, 'judged_by')?.label)} required help={t('例：水道事業管理者、庁議、外部の有識者', 'e.g. the board, an outside expert')} wrong={wrongAt(wrong, 'judged_by')}>
      <input className="field w-full" {...control('f-judged_by', wrongAt(wrong, 'judged_by'))} value={by} onChange={e => setBy(e.target.value)} /></Row>
    <Row id="f-judgement_reason" label={tx(field(res, 'judgement_reason')?.label)} required help={t('同じような理由が集まると、判定基準になります。', 'Reasons like these grow into criteria.')} wrong={wrongAt(wrong, 'judgement_reason')}>
      <textarea className="field w-full" rows={3} {...control('f-judgement_reason', wrongAt(wrong, 'judgement_reason'))} value={reason} onChange={e => setReason(e.target.value)} /></Row>
  </Frame>
}

export function ChooseOption({ org, res, risk, close }: Act) {
  const [what, setWhat] = useState(risk.option ?? risk.proposal ?? ''), [grounds, setGrounds] = useState(risk.option_grounds ?? '')
  const { error, busy, save } = useSave(org, risk, close)
  const wrong = mistakesOf(error)
  const send = () => save([
    ...what ? [] : [missing('option', t('対応の選択肢を選んでください。', 'Choose an option.'))],
    ...grounds.trim() ? [] : [missing('option_grounds', t('その選択肢を選んだ根拠を書いてください。', 'Give the grounds for the option.'))]], { option: what, option_grounds: grounds.trim() }, grounds.trim(), () => t(`${risk.number}の対応を決めました。`, `The treatment of ${risk.number} was decided.`))
  return <Frame title={t('対応を選ぶ', 'Choose the treatment')} {...{ risk, error, busy, close }} verb={t('決める', 'Decide')} send={() => void send()}>
    {risk.proposal_why && <p className="meta mb-4">{risk.proposal && <b>{t('提案：', 'Proposed: ')}{tx(choice(res, 'option', risk.proposal))}　</b>}{risk.proposal_why}</p>}
    <fieldset className={`mb-5 ${wrongAt(wrong, 'option').length ? 'border-l-4 border-error-2 pl-4' : ''}`} id="f-option" tabIndex={-1}><legend className="text-std-16B-170">{tx(field(res, 'option')?.label)} <span className="meta">{t('※必須', '(required)')}</span></legend>
      {wrongAt(wrong, 'option').map((m, i) => <p key={i} className="err">{m.text}</p>)}
      {field(res, 'option')?.choices?.map(c => <label key={c.code} className="mt-2 flex min-h-6 items-center gap-2"><input type="radio" name="option" className="radio" value={c.code} checked={what === c.code} onChange={() => setWhat(c.code)} />{tx(c.label)} <span className="meta">{tx(c.help)}{c.code === risk.proposal && t('（提案）', ' (proposed)')}</span></label>)}</fieldset>
    <Row id="f-option_grounds" label={tx(field(res, 'option_grounds')?.label)} required help={tx(field(res, 'option_grounds')?.help)} wrong={wrongAt(wrong, 'option_grounds')}>
      <textarea className="field w-full" rows={3} {...control('f-option_grounds', wrongAt(wrong, 'option_grounds'))} value={grounds} onChange={e => setGrounds(e.target.value)} /></Row>
  </Frame>
}

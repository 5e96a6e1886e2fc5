// The time line as rows: what was hit, from when to when, how many. Each row ends, goes on with another number, is mended or taken away in a dialog.
import { useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Field, Mistake, Resource } from '../../types'
import { call, match, Problem } from '../../api'
import { t } from '../../i18n'
import { Errors, Fields } from '../../ui/Fields'
import { say } from '../../ui/notice'
import { Dialog, Section } from '../../ui/Page'
import { mistakesOf } from '../../ui/Row'
import { Line } from './Line'
import { classes, kinds, P, sayCode, sayEnd, sayLine, sayMany, sayWhen, segmentFields, thisMinute, timeline, unitWord, type Incident, type Vocabulary } from './model'

type Values = Record<string, any>
export type Ways = { org: string; res: Resource; resources: Resource[]; rec: Incident; v: Vocabulary }

/* Saves, reads all again, says what was done; `back` puts it back as it was. The path of a mistake is that of the dialog: segments/3/to is "to". Who saved before is read at
   once, so that a second try is made on what stands there now. */
export function useSend(org: string, rec: Incident, close: () => void) {
  const client = useQueryClient(), url = `/api/orgs/${org}/${P.incidents}/${rec.id}`
  const [error, setError] = useState<unknown>(null), [busy, setBusy] = useState(false)
  /* An act by its name; without one the incident itself is changed. */
  const send = async (act: string, body: Values, back: Values, said: () => string) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const made = await call<Incident>(act ? 'POST' : 'PATCH', `${url}${act && `/${act}`}`, body, match(rec.version))
      await client.invalidateQueries()
      say(said, () => call('PATCH', url, back, match(made.version)))
      close()
    } catch (e) {
      if (e instanceof Problem && e.status === 412) await client.invalidateQueries()
      setError(e instanceof Problem ? new Problem(e.status, e.message, e.mistakes.map((m): Mistake => ({ ...m, path: m.path.replace(/^(segments|facts)\/\d+\//, '') })), e.code, e.more) : e)
      setBusy(false)
    }
  }
  return { error, setError, busy, send }
}

type Box = { title: string; error: unknown; verb: string; submit: () => void; close: () => void; children: ReactNode; more?: ReactNode }
export function Box({ title, error, verb, submit, close, children, more }: Box) {
  return <Dialog title={title} close={close}><form noValidate onSubmit={e => { e.preventDefault(); submit() }}>
    <Errors error={error} />{children}
    <p className="flex flex-wrap gap-2"><button type="submit" className="btn btn-fill">{verb}</button><button type="button" className="btn" onClick={close}>{t('やめる', 'Cancel')}</button>{more}</p>
  </form></Dialog>
}

const clean = (v: Values) => Object.fromEntries(Object.entries(v).filter(([, x]) => x !== null && x !== undefined))
const actFields = (res: Resource, act: string) => res.actions?.find(a => a.name === act)?.fields ?? []
type Kind = { what: 'begin' } | { what: 'edit' | 'end' | 'continue'; at: number }

function RowDialog({ org, res, resources, rec, v, kind, close }: Ways & { kind: Kind; close: () => void }) {
  const rows = rec.segments ?? [], [row] = useState(kind.what === 'begin' ? undefined : rows[kind.at]!)
  const begun: Values = kind.what === 'begin' ? { from: rec.occurred_at ?? thisMinute() } : kind.what === 'edit' ? { ...row } : { at: thisMinute(), ...kind.what === 'continue' ? { value: null } : {} }
  const [values, setValues] = useState<Values>(begun)
  const { error, setError, send } = useSend(org, rec, close)
  const fields: Field[] = kind.what === 'begin' || kind.what === 'edit' ? segmentFields(res, v).filter(f => kind.what === 'edit' || f.name !== 'open') : actFields(res, kind.what).filter(f => f.name !== 'segment')
  const titles = { begin: t('影響を追加', 'Add to the time line'), edit: t('行を直す', 'Change the row'), end: t('影響を終える', 'End the row'), continue: t('数を変えて続ける', 'Go on with another number') }
  const verbs = { begin: t('追加', 'Add'), edit: t('保存', 'Save'), end: t('終える', 'End'), continue: t('続ける', 'Go on') }
  /* The row by what it says: others may have put rows before it meanwhile. */
  const at = row ? rows.findIndex(r => JSON.stringify(r) === JSON.stringify(row)) : -1, n = at + 1, name = row ? sayLine(row, v) : '', back = { segments: rows }
  const gone = () => setError(new Problem(409, t('この行は、ほかの人が先に変えました。閉じて、いまの行を確かめてください。', 'Somebody else changed this row meanwhile. Close this and look at the row as it is now.')))
  const submit = () => {
    if (kind.what === 'begin') return void send('begin', clean(values), back, () => t('影響を追加しました。', 'Added to the time line.'))
    if (at < 0) return gone()
    if (kind.what === 'edit') return void send('', { segments: rows.map((r, i) => i === at ? clean(values) : r) }, back, () => t(`${n}行目を直しました。`, `Row ${n} was changed.`))
    if (kind.what === 'end') return void send('end', { ...clean(values), segment: n }, back, () => t(`「${name}」を終えました。`, `Ended: ${name}.`))
    return void send('continue', { ...clean(values), segment: n }, back, () => t(`「${name}」は数を変えて続いています。`, `Goes on: ${name}.`))
  }
  const remove = kind.what === 'edit' && <button type="button" className="btn" onClick={() => at < 0 ? gone() : void send('', { segments: rows.filter((_, i) => i !== at) }, back, () => t(`${n}行目を消しました。`, `Row ${n} was removed.`))}>{t('この行を消す', 'Remove this row')}</button>
  return <Box title={titles[kind.what]} error={error} verb={verbs[kind.what]} submit={submit} close={close} more={remove}>
    {row && kind.what !== 'edit' && <p className="mb-4">{n > 0 && n} {name}{t('、', ', ')}{sayWhen(row.from)}{t('から', ' on')}</p>}
    {kind.what === 'begin' && <p className="meta mb-4">{t('終わりを空にすると、継続中になります。', 'Without an end it still goes on.')}</p>}
    <Fields fields={fields} values={values} set={setValues} mistakes={mistakesOf(error)} org={org} resources={resources} titles={rec._titles ?? {}} />
  </Box>
}

export function Segments(p: Ways) {
  const { res, rec, v } = p, rows = rec.segments ?? []
  const [open, setOpen] = useState<Kind | null>(null)
  const may = (name: string) => !!res.actions?.find(a => a.name === name)?.can && !rec.removed
  const live = rec.state === 'open', edits = res.can.includes('update') && rec.state !== 'closed' && !rec.removed
  const unit = unitWord(timeline(v)?.unit)
  const add = may('begin') && rec.state !== 'closed' && <button type="button" className={`btn btn-s ${rows.length ? '' : 'btn-fill'}`} onClick={() => setOpen({ what: 'begin' })}>{t('影響を追加', 'Add')}</button>
  const heads = [t('行', 'Row'), t('区分と種類', 'Class and kind'), t('始まり', 'From'), t('終わり', 'To'), t('影響の大きさ', 'How many'), ...edits ? [t('操作', 'Acts')] : []]
  return <Section title={t('影響の時系列', 'Time line')} aside={<span className="no-print">{add}</span>}>
    {rows.length === 0 ? <p className="max-w-[40em]">{rec.near_miss ? t('影響は記録されていません。', 'No effect is recorded.') : t('まだ書かれていません。誰が、いつから、どれだけ影響を受けているかを、分かるところから書きます。', 'Nothing yet. Write who is hit, since when, and how many, as far as it is known.')}</p>
      : <><Line list={rows} v={v} unit={unit} />
        <table className="list-table fit"><caption className="vh">{t('影響の時系列', 'Time line')}</caption>
          <thead><tr>{heads.map((h, i) => <th key={h} scope="col" className={i === 4 ? 'num' : ''}>{h}</th>)}</tr></thead>
          <tbody>{rows.map((s, i) => <tr key={i}><td data-label={t('行', 'Row')}>{i + 1}</td>
            <th scope="row" className="row-head">{s.class ? sayCode(classes(v), s.class) : t('区分なし', 'no class')}<span className="block text-dns-14N-130">{[sayCode(kinds(v), s.kind), s.area, s.group].filter(Boolean).join(t('・', ' · '))}</span>{s.note && <span className="meta block">{s.note}</span>}</th>
            <td data-label={t('始まり', 'From')}>{sayWhen(s.from)}</td>
            <td data-label={t('終わり', 'To')}>{s.open ? <><span className="chip chip-act">{t('継続中', 'going on')}</span>{s.planned_end && <span className="meta block">{t(`見込み ${sayWhen(s.planned_end)}`, `expected ${sayWhen(s.planned_end)}`)}</span>}</> : sayEnd(s)}</td>
            <td data-label={t('影響の大きさ', 'How many')} className="num">{sayMany(s.value, s.bound, s.estimate, unit) || <span className="meta">{t('未確認', 'unknown')}</span>}</td>
            {edits && <td className="no-print"><span className="flex gap-2">{s.open && may('end') && <button type="button" className="btn btn-s" onClick={() => setOpen({ what: 'end', at: i })}>{t('終える', 'End')}<span className="vh"> {t(`${i + 1}行目`, `row ${i + 1}`)}</span></button>}
              {live && may('continue') && <button type="button" className="btn btn-s" onClick={() => setOpen({ what: 'continue', at: i })}>{t('続ける', 'Go on')}<span className="vh"> {t(`${i + 1}行目を数を変えて`, `row ${i + 1} with another number`)}</span></button>}
              <button type="button" className="btn btn-s" onClick={() => setOpen({ what: 'edit', at: i })}>{t('直す', 'Change')}<span className="vh"> {t(`${i + 1}行目`, `row ${i + 1}`)}</span></button></span></td>}</tr>)}</tbody></table></>}
    {open && <RowDialog {...p} kind={open} close={() => setOpen(null)} />}
  </Section>
}

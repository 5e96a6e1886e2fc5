// Where one is in a job of several pages. Steps that are done can be gone back to.
import { t } from '../i18n'

export function Steps({ names, now, open, to }: { names: string[]; now: number; open: (n: number) => boolean; to: (n: number) => void }) {
  return <nav aria-label={t('手順', 'Steps')} className="no-print"><ol className="steps">{names.map((name, i) => {
    const inside = <><span className="step-n" aria-hidden="true">{i + 1}</span><span>{name}</span>{i < now && <span className="vh">{t('（済み）', ' (done)')}</span>}</>
    return <li key={name} className={i === now ? 'step step-now' : i < now ? 'step step-done' : 'step'} aria-current={i === now ? 'step' : undefined}>
      {i !== now && open(i) ? <button type="button" className="step-in" onClick={() => to(i)}>{inside}</button> : <span className="step-in">{inside}</span>}</li> })}</ol></nav>
}

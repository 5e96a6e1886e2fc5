// One row of a form: label, mandatory mark, help, control, error, in that order; and the mistakes of one path.
import type { ReactNode } from 'react'
import type { Mistake } from '../types'
import { Problem } from '../api'
import { t } from '../i18n'

export const mistakesOf = (error: unknown): Mistake[] => error instanceof Problem ? error.mistakes : []
export const wrongAt = (mistakes: Mistake[], path: string) => mistakes.filter(m => m.path.replaceAll('.', '/') === path)

const at = (v: unknown, path: string) => path.split(/[./]/).reduce<any>((x, k) => x?.[k], v)
/* What was not touched since the refusal: a mended field stops complaining at once. */
export const stillWrong = (mistakes: Mistake[], then: unknown, now: unknown) => mistakes.filter(m => JSON.stringify(at(then, m.path)) === JSON.stringify(at(now, m.path)))

type P = { id: string; label: string; required?: boolean; help?: string; wrong?: Mistake[]; children: ReactNode }
export function Row({ id, label, required, help, wrong = [], children }: P) {
  return <div className={`mb-5 ${wrong.length ? 'border-l-4 border-error-2 pl-4' : ''}`}>
    <label htmlFor={id} className="text-std-16B-170">{label} <span className="meta">{required ? t('※必須', '(required)') : t('任意', '(optional)')}</span></label>
    <div id={`${id}-help`} className={help || wrong.length ? 'mb-2' : ''}>{help && <p className="meta max-w-[36em]">{help}</p>}{wrong.map((m, i) => <p key={i} className="err">{m.text}</p>)}</div>
    {children}
  </div>
}
/* What a control of such a row carries. */
export const control = (id: string, wrong: Mistake[] = []) => ({ id, 'aria-describedby': `${id}-help`, 'aria-invalid': wrong.length > 0 || undefined })

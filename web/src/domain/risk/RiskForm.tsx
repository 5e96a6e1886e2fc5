// The form of a risk is the one drawn from meta; its steps carry the words of the criteria in force, its numbers the questions that lead to honest ranges.
import type { RecordProps } from '../../page'
import type { Field } from '../../types'
import { FormPage } from '../../pages/Form'
import { Loading } from '../../ui/Page'
import { LossHelp, TimesHelp } from './Elicit'
import { P, useCriteria, worded } from './model'

const helped = (f: Field): Field => f.name === 'per_century' ? { ...f, helper: TimesHelp } : f.name === 'loss' || f.name === 'secondary_loss' ? { ...f, helper: LossHelp } : f
export function RiskForm(p: RecordProps) {
  const criteria = useCriteria(p.org, p.resources.some(r => r.path === P.criteria && r.can.includes('list')))
  if (criteria.isLoading) return <Loading />
  return <FormPage {...p} res={{ ...p.res, fields: p.res.fields.map(f => helped(worded(f, criteria.now))) }} />
}

// The form of a risk is the one drawn from meta; its steps carry the words of the criteria in force.
import type { RecordProps } from '../../page'
import { FormPage } from '../../pages/Form'
import { Loading } from '../../ui/Page'
import { P, useCriteria, worded } from './model'

export function RiskForm(p: RecordProps) {
  const criteria = useCriteria(p.org, p.resources.some(r => r.path === P.criteria && r.can.includes('list')))
  if (criteria.isLoading) return <Loading />
  return <FormPage {...p} res={{ ...p.res, fields: p.res.fields.map(f => worded(f, criteria.now)) }} />
}

// Levels on every page carry the names that the criteria in force give them.
import type { ReactNode } from 'react'
import type { PageProps } from '../../page'
import { LevelScale } from '../../ui/Level'
import { field, P, scaleWords, useCriteria } from './model'

export function Around({ org, resources, children }: PageProps & { children: ReactNode }) {
  const { now } = useCriteria(org, resources.some(r => r.path === P.criteria && r.can.includes('list')))
  const top = Math.max(3, field(resources.find(r => r.path === P.risks), 'level')?.max ?? 3)
  return <LevelScale.Provider value={now ? scaleWords(now) : { top, names: {} }}>{children}</LevelScale.Provider>
}

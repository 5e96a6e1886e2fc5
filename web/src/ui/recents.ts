// What this reader opened last, for the palette. Kept in this browser, gone at log out.
import { choice, keepChoice } from './keep'

export type Recent = { to: string; label: string; hint: string }
export const recents = (org: string) => choice<Recent[]>(`recent:${org}`) ?? []
export const seen = (org: string, r: Recent) => keepChoice(`recent:${org}`, [r, ...recents(org).filter(x => x.to !== r.to)].slice(0, 12))

// Both languages side by side: t('日本語', 'English') keeps each sentence with its twin.
import { useSyncExternalStore } from 'react'
import type { Text } from './types'

export type Lang = 'ja' | 'en'
const listeners = new Set<() => void>()
let now: Lang = (localStorage.getItem('lang') as Lang | null) ?? (navigator.language.startsWith('ja') ? 'ja' : 'en')
document.documentElement.lang = now
export const lang = () => now
export function setLang(l: Lang) {
  now = l
  localStorage.setItem('lang', l)
  document.documentElement.lang = l
  listeners.forEach(f => f())
}
export const useLang = () => useSyncExternalStore(f => { listeners.add(f); return () => listeners.delete(f) }, lang)
export const t = (ja: string, en: string) => now === 'ja' ? ja : en
/* English counts: 1 measure, 2 measures. */
export const many = (n: number, one: string, more = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : more}`
export const tx = (x?: Text) => x ? (x[now] || x.ja) : ''

// The address after # is the page; what the reader chose (filters, sort) is its query.
import { useSyncExternalStore } from 'react'
const read = () => location.hash || '#/'
/* The event comes a moment after the change: a box that shows what the address says would fall back meanwhile. */
const listeners = new Set<() => void>()
addEventListener('hashchange', () => listeners.forEach(f => f()))
const listen = (f: () => void) => { listeners.add(f); return () => { listeners.delete(f) } }
export function useRoute() {
  const hash = useSyncExternalStore(listen, read)
  const [path = '', query = ''] = hash.slice(1).split('?')
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query), path }
}
export const go = (to: string) => { location.hash = to; listeners.forEach(f => f()) }

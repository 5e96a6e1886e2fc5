// The address after # is the page; what the reader chose (filters, sort) is its query.
import { useSyncExternalStore } from 'react'
const read = () => location.hash || '#/'
export function useRoute() {
  const hash = useSyncExternalStore(f => { addEventListener('hashchange', f); return () => removeEventListener('hashchange', f) }, read)
  const [path = '', query = ''] = hash.slice(1).split('?')
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query), path }
}
export const go = (to: string) => { location.hash = to }

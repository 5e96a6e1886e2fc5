// What the browser remembers: drafts for as long as the tab lives, choices of the reader for longer. A full or forbidden store is no error.
const read = (s: Storage, key: string) => { try { return JSON.parse(s.getItem(key) ?? 'null') } catch { return null } }
const write = (s: Storage, key: string, v: unknown) => { try { if (v === null) s.removeItem(key); else s.setItem(key, JSON.stringify(v)) } catch { /* full */ } }
export const draft = <T,>(key: string): T | null => read(sessionStorage, `draft:${key}`)
export const keepDraft = (key: string, v: unknown) => write(sessionStorage, `draft:${key}`, v)
export const choice = <T,>(key: string): T | null => read(localStorage, key)
export const keepChoice = (key: string, v: unknown) => write(localStorage, key, v)
/* When somebody logs out, nothing of their work stays behind; the language does. */
export const forget = () => { try { sessionStorage.clear(); for (const k of Object.keys(localStorage)) if (k.startsWith('recent:')) localStorage.removeItem(k) } catch { /* forbidden */ } }

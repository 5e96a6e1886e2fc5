// One way to the server: language, CSRF, idempotency and problem+json in one place.
import type { Mistake } from './types'
import { lang } from './i18n'

let csrf = ''
export const setCsrf = (v: string) => { csrf = v }

export class Problem extends Error {
  constructor(public status: number, message: string, public mistakes: Mistake[] = [], public code = '', public more = 0) { super(message) }
}

const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('')

export async function call<T>(method: string, url: string, body?: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<T> {
  const h: Record<string, string> = { 'Accept-Language': lang(), ...headers }
  if (method !== 'GET') { h['X-CSRF-Token'] = csrf; h['Idempotency-Key'] = key() }
  const raw = body instanceof Blob
  /* A file goes as bytes, whatever the browser takes it for: the server looks at what is in it. */
  if (body !== undefined) h['Content-Type'] = raw ? 'application/octet-stream' : 'application/json'
  const r = await fetch(url, { method, headers: h, body: body === undefined ? undefined : raw ? body : JSON.stringify(body), credentials: 'same-origin', signal })
  const text = await r.text()
  let data: any = text
  if ((r.headers.get('content-type') ?? '').includes('json') && text) data = JSON.parse(text)
  if (!r.ok) throw new Problem(r.status, data?.detail ?? data?.title ?? `${r.status}`, data?.mistakes ?? [], data?.code ?? String(data?.type ?? '').replace('urn:kaname:', ''), data?.more ?? 0)
  return data as T
}
export const get = <T,>(url: string) => call<T>('GET', url)
export const match = (v: number, reason = '') => ({ 'If-Match': `"${v}"`, ...(reason.trim() ? { 'X-Reason': encodeURIComponent(reason.trim()) } : {}) })

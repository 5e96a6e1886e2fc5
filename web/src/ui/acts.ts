// What is done to records, in words. Acts of a resource have their own label in meta.
import type { Resource } from '../types'
import { t, tx } from '../i18n'

export function sayAct(action: string, res?: Resource): string {
  const plain: Record<string, [string, string]> = { create: ['追加', 'Added'], update: ['変更', 'Changed'], remove: ['廃止', 'Retired'], restore: ['復元', 'Restored'], dispose: ['廃棄', 'Disposed of'] }
  const own = res?.actions?.find(a => a.name === action)
  const words = plain[action]
  return own ? tx(own.label) : words ? t(words[0], words[1]) : action
}

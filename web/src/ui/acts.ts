// What is done, in words. Acts of a resource have their own label in meta.
import type { Resource } from '../types'
import { t, tx } from '../i18n'

const plain: Record<string, [string, string]> = { create: ['追加', 'Added'], update: ['変更', 'Changed'], remove: ['廃止', 'Retired'], restore: ['復元', 'Restored'], dispose: ['個人情報の廃棄', 'Personal data disposed of'],
  attach: ['ファイルの添付', 'File attached'], detach: ['ファイルを外す', 'File taken off'] }
export function sayAct(action: string, res?: Resource): string {
  const own = res?.actions?.find(a => a.name === action)
  const words = plain[action]
  return own ? tx(own.label) : words ? t(words[0], words[1]) : action
}

const others: Record<string, [string, string]> = {
  account: ['人と役割', 'People and roles'], org: ['組織', 'Organisation'], token: ['API トークン', 'API tokens'],
  'account.create': ['人の追加', 'Person added'], 'account.update': ['人の情報の変更', 'Person changed'], 'account.roles': ['役割の変更', 'Roles changed'], 'account.disable': ['人の停止', 'Person disabled'], 'account.enable': ['人の再開', 'Person enabled'],
  'account.link': ['ログイン用リンクの発行', 'Login link made'], 'account.totp_reset': ['二段階認証の解除', 'Second factor taken off'], 'account.totp': ['二段階認証の開始', 'Second factor set up'], 'account.password': ['パスワードの変更', 'Password changed'],
  'org.create': ['組織の作成', 'Organisation made'], 'org.update': ['組織の名称の変更', 'Organisation renamed'], 'token.create': ['API トークンの作成', 'API token made'], 'token.remove': ['API トークンの削除', 'API token removed'],
  disclosure: ['上の組織への開示', 'Disclosure upwards'], 'disclosure.create': ['上の組織に示すことの決定', 'Disclosure upwards decided'], 'disclosure.update': ['上の組織に示すことの変更', 'Disclosure upwards changed'],
  log: ['履歴の続き', 'Continuation of the history'], 'log.restore': ['バックアップからの復元', 'Restored from a backup'], 'log.origin': ['バックアップからの復元（新しい履歴名）', 'Restored from a backup (new origin)'],
}
export function sayLogAct(action: string, resources: Resource[]): string {
  const words = others[action]
  if (words) return t(words[0], words[1])
  const [name, act = ''] = action.split('.')
  const r = resources.find(x => x.name === name)
  return r ? t(`${tx(r.label)}：${sayAct(act, r)}`, `${tx(r.label)}: ${sayAct(act, r).toLowerCase()}`) : action
}

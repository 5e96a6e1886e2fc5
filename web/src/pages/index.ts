// The visible list of pages that know no domain resource: the address after the organisation → page.
import type { NavItem, PageProps, Pages } from '../page'
import { Import } from './Import'
import { Log } from './Log'
import { Kind, Packs } from './Packs'
import { People } from './People'
import { PersonPage } from './Person'
import { SettingsPage } from './Settings'
import { Search } from './Search'
import { WebhookPage, Webhooks } from './Webhooks'

export const pages: Pages = { search: Search, log: Log, import: Import, people: People, 'people/new': PersonPage, 'people/:person': PersonPage, settings: SettingsPage, webhooks: Webhooks, 'webhooks/new': WebhookPage, 'webhooks/:hook': WebhookPage, packs: Packs, 'packs/:pack/:kind': Kind }

/* Their places in the menu, under 記録 and 設定. */
export const recordItems = (): NavItem[] => [{ label: { ja: '履歴', en: 'History' }, to: 'log', key: 'l' }, { label: { ja: 'パック', en: 'Packs' }, to: 'packs' }]
export const settingItems = (p: PageProps): NavItem[] => [{ label: { ja: '人と役割', en: 'People and roles' }, to: 'people', key: 'u' }, { label: { ja: '組織の設定', en: 'Organisation' }, to: 'settings' }, { label: { ja: '外部への通知', en: 'Webhooks' }, to: 'webhooks', show: p.me.roles.includes('admin') }]

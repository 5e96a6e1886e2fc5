// The visible list of pages that know no domain resource: first word of the address after the organisation → page.
import type { NavItem, PageProps, Pages } from '../page'
import { Import } from './Import'
import { Log } from './Log'
import { Search } from './Search'

export const pages: Pages = { search: Search, log: Log, import: Import }

/* Their places in the menu, under 記録 and 設定. */
export const recordItems = (): NavItem[] => [{ label: { ja: '履歴', en: 'History' }, to: 'log' }]
export const settingItems = (_: PageProps): NavItem[] => []

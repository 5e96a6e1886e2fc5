// What a page is given, and how pages and menus are named in the two lists (pages/index.ts, domain/index.ts).
import type { ComponentType } from 'react'
import type { Meta, Org, Resource, Session, Text } from './types'

export type PageProps = { org: string; me: Org; session: Session; meta: Meta; resources: Resource[]; parts: string[]; query: URLSearchParams }
export type RecordProps = PageProps & { res: Resource; id: string }
export type Pages = Record<string, ComponentType<PageProps>>
/* Pages of one resource by what follows its name in the address: '' is the list, then new, :id, :id/edit and further ones of a record. */
export type ResourcePages = Record<string, ComponentType<RecordProps>>
/* `to` follows the organisation in the address; `needs`: a resource that the reader must be able to list; `waiting`: an address of a list whose total waits for this reader. */
export type NavItem = { label: Text; to: string; key?: string; /* g and this letter goes there */ step?: number; needs?: string; waiting?: string; show?: boolean }
export type NavGroup = { label: Text; items: NavItem[] }

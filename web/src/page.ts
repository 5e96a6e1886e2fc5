// What a page is given, and how pages and menus are named in the two lists (pages/index.ts, domain/index.ts).
import type { ComponentType } from 'react'
import type { Meta, Org, Resource, Session, Text } from './types'

export type PageProps = { org: string; me: Org; session: Session; meta: Meta; resources: Resource[]; parts: string[]; query: URLSearchParams }
export type RecordProps = PageProps & { res: Resource; id: string }
export type Pages = Record<string, ComponentType<PageProps>>
/* Pages of one resource that replace the ones drawn from meta; `sub` are further pages of one record: …/{id}/{name}. */
export type Special = { list?: ComponentType<PageProps & { res: Resource }>; record?: ComponentType<RecordProps>; form?: ComponentType<RecordProps>; sub?: Record<string, ComponentType<RecordProps>> }
/* `to` follows the organisation in the address; `needs`: a resource that the reader must be able to list; `waiting`: an address of a list whose total waits for this reader. */
export type NavItem = { label: Text; to: string; key?: string; /* g and this letter goes there */ step?: number; needs?: string; waiting?: string; show?: boolean }
export type NavGroup = { label: Text; items: NavItem[] }

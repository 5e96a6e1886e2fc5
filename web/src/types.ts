// What GET /api/meta and the lists answer (docs/api.md).
export type Text = { ja: string; en: string }
export type Choice = { code: string; label: Text; help?: Text }
export type Field = {
  name: string; kind: 'text' | 'long' | 'int' | 'money' | 'bool' | 'date' | 'instant' | 'choice' | 'ref' | 'refs' | 'list'
  label: Text; help?: Text; begins?: Text; required?: boolean; unique?: boolean; readonly?: boolean; derived?: boolean; range?: boolean; sort?: boolean; order?: boolean
  filter?: boolean; search?: boolean; title?: boolean; column?: boolean; min?: number; max?: number
  choices?: Choice[]; target?: string; fields?: Field[]; personal?: boolean; locked?: boolean; suggest?: string; fills?: { field: string; from: string }[]
  words?: Record<number, string> /* what its numbers are called, where a page knows it */
  helper?: React.ComponentType<{ v: unknown; id: string }> /* what helps to give it, where a page knows it */
}
export type Action = { name: string; label: Text; help?: Text; can?: boolean; from?: string[]; fields?: Field[] }
export type Report = { name: string; label: Text; help?: Text; can: boolean; of_record: boolean; document?: boolean /* for programs: no page draws it */; file?: boolean /* to be kept or printed */; fields: Field[] }
export type Resource = { name: string; path: string; prefix: string; label: Text; label_many?: Text; help?: Text; can: string[]; fields: Field[]; actions?: Action[]; reports?: Report[]; receives?: boolean /* files of another program */ }
export type Role = { code: string; label: Text; help: Text }
export type Meta = { resources: Resource[]; roles: string[]; all_roles: Role[]; group: boolean /* there are organisations below, and this reader may see what they show */ }
export type Rec = { id: string; number?: string; version: number; created?: string; updated?: string; removed?: boolean; _titles?: Titles; [k: string]: unknown }
export type Titles = Record<string, { number?: string; title: string; href?: string; removed?: boolean }>
export type Page = { items: Rec[]; total: number; total_capped?: boolean; next?: string | null; _titles?: Titles }
export type Org = { id: string; name: string; kind: string; level?: number; roles: string[]; post?: string }
export type Session = { account: { id: string; login: string; name: string; instance_admin?: boolean }; csrf: string; orgs: Org[] }
export type Mistake = { path: string; code: string; text: string; value?: string }

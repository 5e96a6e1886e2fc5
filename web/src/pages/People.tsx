// 人と役割: who belongs here, what they may do, how they get in. A person may have no login: then they are named, but cannot enter.
import { useQuery } from '@tanstack/react-query'
import type { PageProps } from '../page'
import type { Role } from '../types'
import { get } from '../api'
import { t, tx } from '../i18n'
import { Chip, Empty, Loading, PageHeader, Section } from '../ui/Page'

export type Person = { id: string; login?: string | null; mail?: string | null; name: string; kana?: string; post?: string; roles: string[]; subtree?: boolean; disabled?: boolean; totp?: boolean }
export const peopleUrl = (org: string) => `/api/orgs/${org}/people`
/* Read anew by every page: people change their second factor themselves. */
export const usePeople = (org: string) => useQuery({ queryKey: ['people', org], staleTime: 0, queryFn: () => get<{ items: Person[] }>(peopleUrl(org)) })
export const sayRole = (roles: Role[], code: string) => tx(roles.find(r => r.code === code)?.label) || code

export function People({ org, me, meta, query }: PageProps) {
  const people = usePeople(org)
  const may = me.roles.includes('admin')
  const all = people.data?.items ?? []
  const role = query.get('role') ?? ''
  const list = all.filter(x => (!role || x.roles.includes(role)))
  const title = (x: Person) => x.name || x.login || ''
  return <>
    <PageHeader title={t('人と役割', 'People and roles')} error={people.error} acts={may && <a className="btn btn-fill btn-s" href={`#/${org}/people/new`}>{t('人を追加', 'Add a person')}</a>} />
    {!people.data && !people.error && <Loading />}
    {people.data && <>
      <p className="meta mb-4" role="status">{role ? t(`${all.length}人のうち、${sayRole(meta.all_roles, role)} ${list.length}人`, `${list.length} of ${all.length}: ${sayRole(meta.all_roles, role)}`) : t(`${all.length}人`, `${all.length} people`)}
        {role && <> <a href={`#/${org}/people`}>{t('解除', 'Clear')}</a></>}</p>
      {list.length === 0 ? <Empty>{t('この役割の人はいません。', 'Nobody has this role.')}</Empty> :
        <table className="list-table"><caption className="vh">{t('人と役割', 'People and roles')}</caption>
          <thead><tr><th scope="col">{t('氏名', 'Name')}</th><th scope="col">{t('役職', 'Post')}</th><th scope="col">{t('役割', 'Roles')}</th><th scope="col">{t('ログイン', 'Login')}</th><th scope="col">{t('状態', 'State')}</th></tr></thead>
          <tbody>{list.map(x => <tr key={x.id}><th scope="row" className="row-head text-dns-16N-130">{may ? <a href={`#/${org}/people/${x.id}`}>{title(x)}</a> : title(x)}{x.kana && <span className="meta block">{x.kana}</span>}</th>
            <td data-label={t('役職', 'Post')}>{x.post}</td><td data-label={t('役割', 'Roles')}>{x.roles.map(r => sayRole(meta.all_roles, r)).join(t('、', ', '))}{x.subtree && <span className="meta block">{t('下の組織でも', 'below as well')}</span>}</td>
            <td data-label={t('ログイン', 'Login')}>{x.login ?? (x.login === null ? <span className="text-solid-gray-700">{t('なし', 'none')}</span> : '')}{x.login && x.totp && <span className="meta block">{t('二段階認証', 'second factor')}</span>}</td>
            <td>{x.disabled ? <Chip tone="settled">{t('停止中', 'Disabled')}</Chip> : ''}</td></tr>)}</tbody></table>}
    </>}
    <Section title={t('役割でできること', 'What the roles may do')}>
      <dl className="record-fields max-w-[60rem]">{meta.all_roles.map(r => { const n = all.filter(x => x.roles.includes(r.code) && !x.disabled).length
        return <div key={r.code} className="record-field"><dt>{tx(r.label)}</dt><dd>{tx(r.help)} {n === 0 ? <span className="meta whitespace-nowrap">{t('いません', 'nobody')}</span> : <a className="meta whitespace-nowrap" href={`#/${org}/people?role=${r.code}`}>{t(`${n}人`, `${n}`)}<span className="vh"> {t(`${tx(r.label)}の人を見る`, `with the role ${tx(r.label)}`)}</span></a>}</dd></div> })}</dl></Section>
    {!may && <p className="meta mt-6">{t('追加や変更は、組織の管理者が行います。', 'Additions and changes are made by the administrators of the organisation.')}</p>}
  </>
}

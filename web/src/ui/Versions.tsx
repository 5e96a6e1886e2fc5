// The versions of a record, newest first: who, when, why, and what changed against the one before.
import { useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Resource, Titles } from '../types'
import { get } from '../api'
import { t } from '../i18n'
import { shortTime } from '../dates'
import { changedFields, Diff, useTitles } from './Diff'
import { Errors } from './Fields'
import { sayAct } from './acts'

export type Version = { version: number; at: string; author: string; post: string; action: string; reason: string; leaf: number; values?: Record<string, unknown> }
type Page = { versions: Version[]; next?: number }
export const useVersions = (url: string) => useInfiniteQuery({ queryKey: ['rec', url, 'versions'], initialPageParam: 0, queryFn: ({ pageParam }) => get<Page>(`${url}/versions${pageParam ? `?before=${pageParam}` : ''}`), getNextPageParam: (p: Page) => p.next })

type P = { url: string; org: string; res: Resource; resources: Resource[]; titles: Titles }
export function Versions({ url, org, res, resources, titles }: P) {
  const pages = useVersions(url)
  const [open, setOpen] = useState<number | null>(null)
  const list = pages.data?.pages.flatMap(p => p.versions) ?? []
  const i = list.findIndex(v => v.version === open)
  const names = useTitles(org, resources, res.fields, i < 0 ? [] : [list[i]?.values ?? {}, list[i + 1]?.values ?? {}], titles)
  const show = (v: Version) => {
    setOpen(open === v.version ? null : v.version)
    if (v === list[list.length - 1] && v.version > 1 && pages.hasNextPage) void pages.fetchNextPage()
  }
  return <>
    <Errors error={pages.error} />
    <table className="list-table versions-table"><caption className="vh">{t('版の履歴', 'Versions')}</caption><thead><tr><th scope="col">{t('版', 'Version')}</th><th scope="col">{t('日時', 'When (JST)')}</th><th scope="col">{t('だれが', 'Who')}</th><th scope="col">{t('何を・なぜ', 'What and why')}</th><th scope="col"><span className="vh">{t('差分と受領証', 'Changes and receipt')}</span></th></tr></thead>
      {list.map((v, k) => { const before = list[k + 1]; const n = before?.values && v.values ? changedFields(res.fields, before.values, v.values) : null
        return <tbody key={v.version}><tr><th scope="row" className="row-head whitespace-nowrap">{t(`第${v.version}版`, `Version ${v.version}`)}</th><td><time dateTime={v.at}>{shortTime(v.at)}</time></td><td>{v.post && <>{v.post}<br /></>}<span className={v.post ? 'text-solid-gray-700' : ''}>{v.author || t('（システム）', '(system)')}</span></td>
          <td>{sayAct(v.action, res)}{n && n.length > 0 && <span className="text-solid-gray-700">{t('：', ': ')}{n.slice(0, 3).map(f => t(f.label.ja, f.label.en)).join(t('、', ', '))}{n.length > 3 ? t(`ほか${n.length - 3}項目`, ` and ${n.length - 3} more`) : ''}</span>}{v.reason && <p className="mt-1"><span className="text-solid-gray-700">{t('理由：', 'Reason: ')}</span>{v.reason}</p>}</td>
          <td className="versions-acts">{v.values && v.version > 1 && <button className="btn btn-s" aria-expanded={open === v.version} aria-controls={`diff-${v.version}`} onClick={() => show(v)}>{t('差分', 'Changes')}<span className="vh"> {t(`第${v.version}版`, `version ${v.version}`)}</span></button>}
            <a className="text-link" href={`${url}/receipt?version=${v.version}`} download={`receipt-${v.version}.txt`}>{t('受領証', 'Receipt')}<span className="vh"> {t(`第${v.version}版`, `version ${v.version}`)}</span></a></td></tr>
          {open === v.version && <tr id={`diff-${v.version}`} className="diff-row"><td colSpan={5}>{before?.values && v.values ? <Diff fields={res.fields} a={before.values} b={v.values} titles={names} resources={resources} org={org} old={t(`旧（第${before.version}版）`, `Old (version ${before.version})`)} new_={t(`新（第${v.version}版）`, `New (version ${v.version})`)} />
            : <p role="status">{t('前の版を読み込んでいます。', 'Loading the version before.')}</p>}</td></tr>}</tbody> })}</table>
    {pages.hasNextPage && <p className="mt-4"><button className="btn btn-s" onClick={() => void pages.fetchNextPage()}>{t('前の版を見る', 'Earlier versions')}</button></p>}
  </>
}

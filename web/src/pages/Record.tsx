// One record as its fields tell it: what stands there, what can be done, what it is used by, how it came about.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Rec, Resource } from '../types'
import type { RecordProps } from '../page'
import { call, get, match } from '../api'
import { lang, t, tx } from '../i18n'
import { sayTime } from '../dates'
import { Files } from '../ui/Files'
import { say } from '../ui/notice'
import { Chip, Loading, PageHeader, Section, Why, WithAside } from '../ui/Page'
import { Referrers } from '../ui/Referrers'
import { RowsTable } from '../ui/RowsTable'
import { partsOf } from '../ui/sections'
import { seen } from '../ui/recents'
import { ReportLinks } from '../ui/Reports'
import { Value } from '../ui/Value'
import { Versions } from '../ui/Versions'

export const titleOf = (res: Resource, r: Rec) => String(r[res.fields.find(f => f.title)?.name ?? 'name'] ?? r.number ?? '')
export const isEmpty = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)

export function RecordPage(p: RecordProps) {
  const { org, res, resources, id, me } = p
  const url = `/api/orgs/${org}/${res.path}/${id}`, at = `/${org}/${res.path}/${id}`
  const client = useQueryClient()
  const rec = useQuery({ queryKey: ['rec', url], queryFn: async () => { const r = await get<Rec>(url); seen(org, { to: at, label: titleOf(res, r), hint: `${tx(res.label)} ${r.number ?? ''}` }); return r } })
  const [error, setError] = useState<unknown>(null)
  const r = rec.data
  if (!r) return rec.error ? <PageHeader title={tx(res.label)} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${res.path}`]]} error={rec.error} /> : <Loading />
  const retire = async () => {
    setError(null)
    try {
      await call('DELETE', url, undefined, match(r.version))
      say(() => t(`${tx(res.label)}「${titleOf(res, r)}」を廃止しました。`, `${tx(res.label)} “${titleOf(res, r)}” was retired.`), () => restore(r.version + 1))
    } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  const restore = (version: number) => call('POST', `${url}/restore`, {}, match(version))
  const bring = async () => {
    setError(null)
    try { await restore(r.version); say(() => t('復元しました。', 'Restored.'), () => call('DELETE', url, undefined, match(r.version + 1))) } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  const acts = (res.actions ?? []).filter(a => a.can && !r.removed && (!a.from || a.from.includes(String(r.state))))
  const next = acts.find(a => a.from) /* what the life of the record asks for comes before a change of its text */
  const fields = res.fields.filter(f => !f.title)
  const empty = fields.filter(f => isEmpty(r[f.name]) && !f.readonly && !f.derived)
  const personal = res.fields.filter(f => f.personal && !isEmpty(r[f.name]))
  return <>
    <PageHeader title={titleOf(res, r)} crumbs={[[tx(res.label_many ?? res.label), `/${org}/${res.path}`]]} tail={r.number} error={error} chip={r.removed && <Chip tone="settled">{t('廃止', 'Retired')}</Chip>}
      acts={<>{next && <a className="btn btn-fill btn-s" href={`#${at}/act/${next.name}`}>{tx(next.label)}</a>}
        {res.can.includes('update') && !r.removed && <a className={`btn btn-s ${next ? '' : 'btn-fill'}`} href={`#${at}/edit`}>{t('編集', 'Edit')}</a>}
        {r.removed && res.can.includes('remove') && <button className="btn btn-fill btn-s" onClick={() => void bring()}>{t('復元', 'Restore')}</button>}
        {acts.filter(a => a !== next).map(a => <a key={a.name} className="btn btn-s" href={`#${at}/act/${a.name}`}>{tx(a.label)}</a>)}</>} />
    <ReportLinks org={org} res={res} id={id} />
    <WithAside aside={<>
      <h2 className="h2 mt-0">{t('この記録', 'This record')}</h2>
      <dl className="facts">
        <dt>{t('版', 'Version')}</dt><dd><a href={`#${at}`} onClick={e => { e.preventDefault(); document.getElementById('versions')?.scrollIntoView() }}>{t(`第${r.version}版`, `Version ${r.version}`)}</a></dd>
        {r.updated && <><dt>{t('更新', 'Changed')}</dt><dd><time dateTime={r.updated}>{sayTime(r.updated, lang())}</time></dd></>}
        {r.created && <><dt>{t('作成', 'Made')}</dt><dd><time dateTime={r.created}>{sayTime(r.created, lang())}</time></dd></>}
      </dl>
      <p className="mt-4"><a className="btn btn-s" href={`${url}/receipt`} download={`receipt-${r.number ?? 'record'}-${r.version}.txt`}>{t('受領証を保存', 'Save the receipt')}</a></p>
      <div className="mt-2"><ReceiptHelp /></div>
      <div className="no-print mt-6 flex flex-col items-start gap-3">
        {res.can.includes('remove') && !r.removed && <><button className="btn btn-s" onClick={() => void retire()}>{t('廃止', 'Retire')}</button><p className="meta">{t('一覧から外します。記録と履歴は残り、いつでも復元できます。', 'Takes it off the list. Record and history stay; it can be restored at any time.')}</p></>}
        {personal.length > 0 && me.roles.includes('ciso') && <><a className="btn btn-s" href={`#${at}/dispose`}>{t('個人情報の廃棄', 'Dispose of personal data')}</a><p className="meta">{t('保存期間が終わった値を消します。元に戻せません。', 'Destroys a value whose time is over. It cannot be undone.')}</p></>}
      </div>
    </>}>
      {partsOf(fields, f => !isEmpty(r[f.name])).map(part => { const list = <dl className="record-fields">{part.fields.map(f => <div key={f.name} className="record-field"><dt>{tx(f.label)}</dt><dd>{f.kind === 'list' ? <RowsTable f={f} v={r[f.name]} titles={r._titles} resources={resources} org={org} /> : <Value f={f} v={r[f.name]} titles={r._titles} resources={resources} org={org} />}</dd></div>)}</dl>
        return part.begins ? <Section key={part.id} title={tx(part.begins)}>{list}</Section> : <div key={part.id}>{list}</div> })}
      {empty.length > 0 && <p className="mt-4 text-dns-14N-130 text-solid-gray-700">{t('まだ書かれていない項目: ', 'Not filled in yet: ')}{empty.map(f => tx(f.label)).join(t('、', ', '))}</p>}
      <Referrers url={url} org={org} resources={resources} />
      <Files url={url} can={res.can.includes('update') && !r.removed} />
      <Section id="versions" title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={r._titles ?? {}} /></Section>
    </WithAside>
  </>
}

export const ReceiptHelp = () => <Why label={t('受領証とは、確かめ方', 'What a receipt is and how to verify it')}>
  <p>{t('この版がこの時刻にこの内容で記録されたことを、このサーバーがなくても確かめられるファイルです。あとから内容や順序が変えられていれば、検証は失敗します。', 'A file that shows, without this server, that this version was recorded at this time with this content. If content or order were changed later, it does not verify.')}</p>
  <p className="mt-2">{t('確かめ方: ', 'To verify: ')}<code>kaname receipt verify {t('ファイル', 'FILE')} --key {t('検証鍵', 'KEY')}</code></p>
  <p className="mt-2">{t('検証鍵は、設置したときに表示された1行です。受領証とは別に保管してください。', 'The key is the line shown at the installation. Keep it apart from the receipts.')}</p></Why>

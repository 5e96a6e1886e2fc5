// Disposal of personal data: which value, on what ground, and a check page that names what cannot be taken back.
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Rec } from '../types'
import type { RecordProps } from '../page'
import { call, get, match, Problem } from '../api'
import { t, tx } from '../i18n'
import { go } from '../router'
import { Loading, PageHeader } from '../ui/Page'
import { say } from '../ui/notice'
import { Value } from '../ui/Value'
import { isEmpty, titleOf } from './Record'

export function DisposePage({ org, res, resources, id }: RecordProps) {
  const client = useQueryClient()
  const url = `/api/orgs/${org}/${res.path}/${id}`, at = `/${org}/${res.path}/${id}`
  const rec = useQuery({ queryKey: ['rec', url], queryFn: () => get<Rec>(url) })
  const [field, setField] = useState(''), [ground, setGround] = useState(''), [sure, setSure] = useState(false), [error, setError] = useState<unknown>(null)
  const r = rec.data
  if (!r) return rec.error ? <PageHeader title={t('個人情報の廃棄', 'Disposal of personal data')} error={rec.error} /> : <Loading />
  const personal = res.fields.filter(f => f.personal && !isEmpty(r[f.name]))
  const f = personal.find(x => x.name === field)
  const run = async () => {
    setError(null)
    try {
      await call('POST', `${url}/dispose`, { field, ground }, match(r.version))
      go(at)
      setTimeout(() => say(() => t(`「${tx(f!.label)}」を廃棄しました。履歴には廃棄した事実と根拠が残ります。`, `“${tx(f!.label)}” was disposed of. The history keeps the fact and the ground.`)), 0)
      await client.invalidateQueries()
    } catch (e) { setError(e); setSure(false) }
  }
  const next = () => {
    const m = [...(f ? [] : [{ path: 'field', code: 'required', text: t('廃棄する項目を選んでください。', 'Choose what to dispose of.') }]), ...(ground.trim() ? [] : [{ path: 'ground', code: 'required', text: t('廃棄の根拠を書いてください。', 'Give the ground.') }])]
    setError(m.length ? new Problem(422, t('直すところがあります', 'Some things need correcting'), m) : null)
    if (!m.length) { setSure(true); scrollTo(0, 0) }
  }
  const crumbs: [string, string][] = [[tx(res.label_many ?? res.label), `/${org}/${res.path}`], [titleOf(res, r), at]]
  if (sure && f) return <div className="max-w-[44rem]">
    <PageHeader title={t('内容の確認：個人情報の廃棄', 'Check: disposal of personal data')} crumbs={crumbs} error={error} />
    <dl className="facts mb-6"><dt>{t('対象', 'Record')}</dt><dd>{r.number} {titleOf(res, r)}</dd><dt>{tx(f.label)}</dt><dd><Value f={f} v={r[f.name]} titles={r._titles} resources={resources} org={org} /></dd><dt>{t('根拠', 'Ground')}</dt><dd className="whitespace-pre-wrap">{ground}</dd></dl>
    <div className="note-bad"><p className="text-std-16B-170">{t('元に戻せないこと', 'What cannot be taken back')}</p><ul className="list-disc pl-6">
      <li>{t('この値は、いまの記録とすべての過去の版、検索、データファイルから消えます。', 'The value is destroyed in the record, in all its versions, in the search and in the data file.')}</li>
      <li>{t('いつ、だれが、どの項目を、何を根拠に廃棄したかは履歴に残り、履歴の検証はこれまでどおり通ります。', 'When, who, which field and on what ground stays in the history, which still verifies.')}</li>
      <li>{t('取り出し済みの控え、書き出したファイル、印刷物は消えません。', 'Backups, exported files and prints made before are not touched.')}</li></ul></div>
    <p className="mt-6 flex flex-wrap gap-3"><button className="btn btn-fill" onClick={() => void run()}>{t('廃棄', 'Dispose of it')}</button><button className="btn" onClick={() => setSure(false)}>{t('戻って直す', 'Back')}</button></p>
  </div>
  return <form className="max-w-[44rem]" noValidate onSubmit={e => { e.preventDefault(); next() }}>
    <PageHeader title={t('個人情報の廃棄', 'Disposal of personal data')} crumbs={crumbs} error={error} />
    <p className="mb-6 max-w-[40em]">{t('保存期間が終わった、または本人の求めがあった個人情報の値を消します。次の画面で内容を確かめてから廃棄します。', 'Destroys a personal value whose time is over or whose person asked for it. You check everything on the next page first.')}</p>
    {personal.length === 0 ? <p>{t('廃棄できる値はありません。', 'There is nothing to dispose of.')}</p> : <>
      <fieldset className="mb-6" id="f-field" tabIndex={-1}><legend className="text-std-16B-170">{t('廃棄する項目', 'What to dispose of')} <span className="meta">{t('※必須', '(required)')}</span></legend>
        {personal.map(x => <label key={x.name} className="flex min-h-11 items-center gap-3"><input type="radio" name="field" checked={field === x.name} onChange={() => setField(x.name)} /><span>{tx(x.label)}{t('：', ': ')}<Value f={x} v={r[x.name]} titles={r._titles} resources={resources} org={org} short /></span></label>)}</fieldset>
      <div className="mb-6"><label htmlFor="f-ground" className="text-std-16B-170">{t('根拠', 'Ground')} <span className="meta">{t('※必須', '(required)')}</span></label><p id="ground-help" className="meta mb-1">{t('規程の条項や、本人からの求めの受付番号など。', 'The rule of retention, or the number of the request.')}</p>
        <textarea id="f-ground" rows={3} className="field w-full" aria-describedby="ground-help" value={ground} onChange={e => setGround(e.target.value)} /></div>
      <p className="flex flex-wrap gap-3"><button type="submit" className="btn btn-fill">{t('内容の確認へ進む', 'Go on to the check')}</button><a className="btn" href={`#${at}`}>{t('やめる', 'Cancel')}</a></p></>}
  </form>
}

// One incident: what is known of it now, the time line, the facts, what can be done next. Its form leaves the lists to this page.
import type { PageProps, RecordProps } from '../../page'
import type { Resource } from '../../types'
import { useQuery } from '@tanstack/react-query'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { FormPage } from '../../pages/Form'
import { List } from '../../pages/List'
import { Files } from '../../ui/Files'
import { Chip, Loading, PageHeader, Section, WithAside } from '../../ui/Page'
import { Referrers } from '../../ui/Referrers'
import { Retire } from '../../ui/Retire'
import { Value } from '../../ui/Value'
import { Versions } from '../../ui/Versions'
import { Facts } from './Facts'
import { operators, P, sayCode, splitCodes, useVocabulary, type Incident } from './model'
import { DutiesOf } from './DutyRows'
import { NoticesOf } from './NoticeRows'
import { Segments } from './Segments'
import { Verdicts } from './Verdicts'
import { WhatIf } from './WhatIf'

const tones = { open: 'act', restored: 'settled', closed: 'settled' } as const
const lists = ['segments', 'facts']

export function IncidentPage({ org, res, resources, id }: RecordProps) {
  const url = `/api/orgs/${org}/${P.incidents}/${id}`, at = `/${org}/${P.incidents}/${id}`
  const q = useQuery({ queryKey: ['rec', url], queryFn: () => get<Incident>(url) }), words = useVocabulary(), rec = q.data, v = words.data
  if (!rec || !v) return <><PageHeader title={tx(res.label)} crumbs={[[tx(res.label_many), `/${org}/${P.incidents}`]]} error={q.error ?? words.error} />{!q.error && !words.error && <Loading />}</>
  const field = (name: string) => res.fields.find(f => f.name === name)!
  const show = (name: string) => rec[name] === null || rec[name] === undefined || (Array.isArray(rec[name]) && !(rec[name] as unknown[]).length) ? null : <div key={name}><dt>{tx(field(name).label)}</dt><dd><Value f={field(name)} v={rec[name]} titles={rec._titles} resources={resources} org={org} /></dd></div>
  const can = (name: string) => !rec.removed && !!res.actions?.find(a => a.name === name)?.can
  const next = rec.state === 'open' ? (rec.near_miss ? ['close'] : ['recover']) : rec.state === 'restored' ? ['close', 'reopen'] : ['reopen']
  const acts = next.filter(can).map((name, i) => <a key={name} className={`btn btn-s ${i === 0 && name !== 'reopen' ? 'btn-fill' : ''}`} href={`#${at}/act/${name}`}>{tx(res.actions!.find(a => a.name === name)!.label)}</a>)
  const missing = rec.state !== 'closed' && !rec.near_miss ? ['occurred_at', 'known_at'].filter(n => rec[n] === null || rec[n] === undefined) : []
  const ways = { org, res, resources, rec, v }
  return <>
    <PageHeader title={rec.title} crumbs={[[tx(res.label_many), `/${org}/${P.incidents}`]]} tail={`${rec.number} ${t(`第${rec.version}版`, `version ${rec.version}`)}`}
      chip={<><Chip tone={tones[rec.state]}>{tx(field('state').choices?.find(c => c.code === rec.state)?.label)}</Chip>{rec.near_miss && <> <Chip tone="open">{tx(field('near_miss').label)}</Chip></>}{rec.removed && <> <Chip tone="settled">{t('廃止', 'Retired')}</Chip></>}</>}
      acts={<>{acts}{res.can.includes('update') && !rec.removed && rec.state !== 'closed' && <a className="btn btn-s" href={`#${at}/edit`}>{t('編集', 'Edit')}</a>}</>} />
    <WithAside aside={<>
      <h2 className="h2 mt-0">{t('いまの状況', 'As it stands')}</h2>
      <dl className="kv kv-narrow">{['occurred_at', 'known_at', 'restored_at', 'closed_at', 'place', 'services', 'assets', 'sector', 'owner'].map(show)}
        {splitCodes(rec.operator_class).length > 0 && <div><dt>{tx(field('operator_class').label)}</dt><dd><ul>{splitCodes(rec.operator_class).map(c => <li key={c}>{sayCode(operators(v), c)}</li>)}</ul></dd></div>}</dl>
      {missing.length > 0 && <><h2 className="h2">{t('足りないもの', 'Missing')}</h2><ul className="list-disc pl-6">{missing.map(n => <li key={n}>{res.can.includes('update') ? <a href={`#${at}/edit`}>{tx(field(n).label)}</a> : tx(field(n).label)}</li>)}</ul></>}
      {rec.updated && <p className="meta mt-4">{t('最後の変更', 'Last changed')} <time dateTime={rec.updated}>{sayTime(rec.updated, lang())}</time></p>}
      <p className="no-print mt-4"><a className="btn btn-s" href={`${url}/receipt`} download={`receipt-${rec.number}-${rec.version}.txt`}>{t('受領証を保存', 'Save the receipt')}</a></p>
      <Retire url={url} res={res} rec={rec} /></>}>
      {rec.outcome && <Section title={tx(field('outcome').label)}><p className="max-w-[40em] whitespace-pre-wrap">{rec.outcome}</p></Section>}
      {rec.summary && <Section title={tx(field('summary').label)}><p className="max-w-[40em] whitespace-pre-wrap">{rec.summary}</p></Section>}
      {!rec.near_miss && <><Verdicts url={url} version={rec.version} /><WhatIf {...{ url, rec, v, res }} /><DutiesOf {...{ org, resources }} incident={id} version={rec.version} /><NoticesOf {...{ org, resources }} incident={id} version={rec.version} /></>}
      <Segments {...ways} />
      <Facts {...ways} />
      <Referrers url={url} org={org} resources={resources} />
      <Files url={url} can={res.can.includes('update') && !rec.removed} />
      <Section id="versions" title={t('版の履歴', 'Versions')}><Versions url={url} org={org} res={res} resources={resources} titles={rec._titles ?? {}} /></Section>
    </WithAside>
  </>
}

/* What is chosen among the words of a pack is told on the page of the incident. */
const plain = (res: Resource, inPack: boolean): Resource => ({ ...res, fields: res.fields.filter(f => !lists.includes(f.name) && !(inPack && f.name === 'operator_class')) })
export function IncidentForm(p: RecordProps) {
  const v = useVocabulary().data
  return v ? <FormPage {...p} res={plain(p.res, operators(v).length > 0)} /> : <Loading />
}

export function IncidentList(p: PageProps & { res: Resource }) {
  return <>{p.res.can.includes('create') && <p className="no-print mb-2"><a className="btn btn-s" href={`#/${p.org}/${P.incidents}/${P.nearMiss}`}>{t('ヒヤリ・ハットを報告', 'Report a near miss')}</a></p>}<List {...p} /></>
}

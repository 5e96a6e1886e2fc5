// The versions of one record, newest first: who, when, which act, why.
import { useQuery } from '@tanstack/react-query'
import type { Resource } from '../../types'
import { get } from '../../api'
import { lang, t, tx } from '../../i18n'
import { sayTime } from '../../dates'
import { Section } from '../../ui/Page'

type Version = { version: number; at: string; author?: string; post?: string; action: string; reason?: string }
const words: Record<string, () => string> = { create: () => t('作成', 'created'), update: () => t('変更', 'changed'), remove: () => t('廃止', 'retired'), restore: () => t('元に戻した', 'restored') }
export function History({ url, res }: { url: string; res: Resource }) {
  const q = useQuery({ queryKey: ['rec', url, 'versions'], queryFn: () => get<{ versions: Version[] }>(`${url}/versions`) })
  const act = (a: string) => words[a]?.() ?? (tx(res.actions?.find(x => x.name === a)?.label) || a)
  return <Section title={t('履歴', 'History')}><ol>{q.data?.versions.map(v => <li key={v.version} className="border-b border-solid-gray-200 py-2 text-dns-14N-130">
    <b>{t(`第${v.version}版`, `Version ${v.version}`)}</b> {act(v.action)} <time dateTime={v.at}>{sayTime(v.at, lang())}</time> {v.post} {v.author}{v.reason && <p className="mt-1">{t('理由：', 'Reason: ')}{v.reason}</p>}</li>)}</ol></Section>
}

// Takes a record off its list, or brings it back: at once, with 元に戻す in the status line.
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Rec, Resource } from '../types'
import { call, match } from '../api'
import { t, tx } from '../i18n'
import { Errors } from './Fields'
import { say } from './notice'

export function Retire({ url, res, rec }: { url: string; res: Resource; rec: Rec }) {
  const client = useQueryClient()
  const [error, setError] = useState<unknown>(null)
  if (!res.can.includes('remove')) return null
  const off = (version: number) => call('DELETE', url, undefined, match(version)), back = (version: number) => call('POST', `${url}/restore`, {}, match(version))
  const act = async () => {
    setError(null)
    try {
      if (rec.removed) { await back(rec.version); say(() => t('復元しました。', 'Restored.'), () => off(rec.version + 1)) }
      else { await off(rec.version); say(() => t(`${tx(res.label)}を廃止しました。`, `${tx(res.label)} retired.`), () => back(rec.version + 1)) }
    } catch (e) { setError(e) }
    await client.invalidateQueries()
  }
  return <div className="no-print mt-8"><Errors error={error} /><button className="btn btn-s" onClick={() => void act()}>{rec.removed ? t('復元', 'Restore') : t('廃止', 'Retire')}</button>
    {!rec.removed && <p className="meta mt-2">{t('一覧から外します。記録と履歴は残り、いつでも復元できます。', 'Takes it off the list. Record and history stay; it can be restored at any time.')}</p>}</div>
}

// A day that something is due: the day, and how far away it is; overdue is filled, soon is outlined.
import { lang, t } from '../i18n'
import { sayDay, shortDay } from '../dates'
import { Chip } from './Page'

export const todayInJapan = () => new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10)
export const daysTo = (day: string) => Math.round((Date.parse(day.slice(0, 10)) - Date.parse(todayInJapan())) / 86400e3)
export function DueChip({ day }: { day: string }) {
  const n = daysTo(day)
  if (n < 0) return <Chip tone="late">{t(`${-n}日超過`, `${-n} days over`)}</Chip>
  if (n <= 30) return <Chip tone="soon">{n === 0 ? t('今日まで', 'today') : t(`あと${n}日`, `in ${n} days`)}</Chip>
  return null
}
export const Due = ({ day, short }: { day: string; short?: boolean }) => <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1"><time dateTime={day} className="whitespace-nowrap">{short ? shortDay(day) : sayDay(day, lang())}</time><DueChip day={day} /></span>

// Levels: tile with numeral, pattern and word, so that hue is never the only sign. Not assessed: dashed.
import { t } from '../i18n'

/* Three levels take fills 2, 3 and 5 of the five. */
export const shade = (level: number, of: number) => of === 3 ? ([2, 3, 5][level - 1] ?? 0) : Math.ceil(level * 5 / Math.max(of, 5))
const three = () => [t('低', 'low'), t('中', 'medium'), t('高', 'high')]
export const levelWord = (level: number, of: number) => of === 3 ? three()[level - 1] ?? '' : ''

export type Span = number | { from?: number | null; to?: number | null } | { unknown: string } | null | undefined
export function LevelTile({ level, of = 3, word = true }: { level: Span; of?: number; word?: boolean }) {
  if (level === null || level === undefined) return <span className="level"><span className="tile lv-0">－</span>{word && <span>{t('未評価', 'Not assessed')}</span>}</span>
  if (typeof level === 'number') return <span className="level"><span className={`tile lv-${shade(level, of)}`}><b>{level}</b><i className="pat" aria-hidden="true" /></span>{word && <span>{levelWord(level, of)}</span>}</span>
  if ('unknown' in level) return <span className="level"><span className="tile lv-0">？</span>{word && <span>{t('未確認', 'Unknown')}</span>}</span>
  return <span className="level"><LevelTile level={level.from} of={of} word={false} /><span aria-hidden="true">〜</span><span className="vh">{t('から', 'to')}</span><LevelTile level={level.to} of={of} word={false} />{word && <span>{levelWord(level.from ?? 0, of)}{t('〜', ' to ')}{levelWord(level.to ?? 0, of)}</span>}</span>
}

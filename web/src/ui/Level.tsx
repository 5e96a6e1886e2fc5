// Levels: tile with numeral, pattern and word, so that hue is never the only sign. Not assessed: dashed.
import { createContext, useContext } from 'react'
import { t } from '../i18n'

/* The highest level and what each is called; without names three levels have the usual words. */
export type Scale = { top: number; names: Record<number, string> }
export const LevelScale = createContext<Scale>({ top: 3, names: {} })
const BARE: Scale = { top: 0, names: {} }

/* Five fills: three levels take 2, 3 and 5; four leave out the first; more share them. */
export const shade = (level: number, top: number) => top <= 3 ? ([2, 3, 5][level - 1] ?? 5) : top === 4 ? Math.min(5, level + 1) : Math.min(5, Math.ceil(level * 5 / top))
const three = () => [t('低', 'low'), t('中', 'medium'), t('高', 'high')]
export const levelWord = (level: number, { top, names }: Scale) => names[level] ?? (top === 3 && !Object.keys(names).length ? three()[level - 1] ?? '' : '')

export type Span = number | { from?: number | null; to?: number | null } | { unknown: string } | null | undefined
/* `of`: another highest level than that of the scale in force; its words are then not known. */
export function LevelTile({ level, of, word = true }: { level: Span; of?: number; word?: boolean }) {
  const here = useContext(LevelScale), scale = of === undefined || of === here.top ? here : { ...BARE, top: of }
  const say = (n: number | null | undefined) => levelWord(n ?? 0, scale)
  if (level === null || level === undefined) return <span className="level"><span className="tile lv-0">－</span>{word && <span>{t('未評価', 'Not assessed')}</span>}</span>
  if (typeof level === 'number') return <span className="level"><span className={`tile lv-${shade(level, scale.top)}`}><b>{level}</b><i className="pat" aria-hidden="true" /></span>{word && <span>{say(level)}</span>}</span>
  if ('unknown' in level) return <span className="level"><span className="tile lv-0">？</span>{word && <span>{t('未確認', 'Unknown')}</span>}</span>
  return <span className="level"><LevelTile level={level.from} of={of} word={false} /><span aria-hidden="true">〜</span><span className="vh">{t('から', 'to')}</span><LevelTile level={level.to} of={of} word={false} />{word && <span>{say(level.from)}{t('〜', ' to ')}{say(level.to)}</span>}</span>
}

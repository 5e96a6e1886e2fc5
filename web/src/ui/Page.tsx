// Parts of every page: header with its way back, section, aside, empty state, why, dialog.
import { useId, useRef, type ReactNode } from 'react'
import { t } from '../i18n'
import { Errors } from './Fields'
import { useModal } from './modal'
import { useTitle } from './title'

type Head = { title: string; crumbs?: [string, string][]; tail?: ReactNode; chip?: ReactNode; acts?: ReactNode; error?: unknown }
export function PageHeader({ title, crumbs = [], tail, chip, acts, error }: Head) {
  useTitle(title)
  return <div className="mb-6">
    {(crumbs.length > 0 || tail) && <p className="meta no-print">{crumbs.map(([label, href], i) => <span key={href}>{i > 0 && <span aria-hidden="true">&gt; </span>}<a href={`#${href}`}>{label}</a> </span>)}{tail && crumbs.length > 0 && <span aria-hidden="true">&gt; </span>}{tail}</p>}
    <Errors error={error} />
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <h1 className="h1">{title}{chip && <span className="ml-3 inline-block align-middle">{chip}</span>}</h1>
      {acts && <div className="no-print flex flex-wrap gap-2">{acts}</div>}
    </div>
  </div>
}

export function Section({ title, aside, children, id }: { title: ReactNode; aside?: ReactNode; children: ReactNode; id?: string }) {
  return <section className="section" id={id}><div className="flex flex-wrap items-baseline justify-between gap-x-4"><h2 className="h2">{title}</h2>{aside && <div className="meta">{aside}</div>}</div>{children}</section>
}

/* Main column and a 21rem aside at its right; on narrow screens state and next act come first. */
export const WithAside = ({ children, aside }: { children: ReactNode; aside: ReactNode }) => <div className="with-aside"><aside className="aside">{aside}</aside><div className="with-main">{children}</div></div>

export const Loading = () => <p role="status">{t('読み込んでいます。', 'Loading.')}</p>

/* No such address, or none that this reader may see. */
export const NotFound = ({ org }: { org: string }) => <><PageHeader title={t('ページが見つかりません', 'Page not found')} />
  <p className="max-w-[40em]">{t('アドレスが違うか、見る権限のないページです。', 'The address is wrong, or the page is not yours to see.')} <a href={`#/${org}`}>{t('ホームへ', 'Go home')}</a></p></>

/* The program was changed while this tab was open. */
export const Outdated = () => <><PageHeader title={t('読み直してください', 'Reload the page')} />
  <p className="max-w-[40em]">{t('このページを読み込めませんでした。通信が切れたか、新しい版になっています。ブラウザーで読み直してください。', 'This page could not be fetched: the line was cut, or there is a new version. Reload it in the browser.')}</p>
  <p className="mt-3"><button type="button" className="btn btn-s" onClick={() => location.reload()}>{t('読み直す', 'Reload')}</button></p></>

/* Nothing here yet: why it matters, and the first act. */
export const Empty = ({ children, act }: { children: ReactNode; act?: ReactNode }) => <div className="empty"><p className="max-w-[40em]">{children}</p>{act && <p className="mt-3 flex flex-wrap gap-2">{act}</p>}</div>

/* 根拠: the same control beside every computed value. */
export const Why = ({ children, label }: { children: ReactNode; label?: ReactNode }) => <details className="why"><summary>{label ?? t('根拠', 'Why')}</summary><div className="why-body">{children}</div></details>

export type Tone = 'act' | 'settled' | 'open' | 'late' | 'soon'
/* Filled: act. Outline: settled. Dashed: not settled. */
export const Chip = ({ tone, children }: { tone: Tone; children: ReactNode }) => <span className={`chip chip-${tone}`}>{children}</span>

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useModal(box)
  return <dialog ref={box} className="dialog" aria-labelledby={id} onCancel={e => { e.preventDefault(); close() }}>
    <h2 id={id} className="text-std-18B-160 mb-4">{title}</h2>{children}
  </dialog>
}

// The title of the window: what the page is called, and that it has mistakes.
import { useEffect } from 'react'
import { lang, t } from '../i18n'

let page = '', mistakes = 0
const show = () => { document.title = `${mistakes ? t('エラー：', 'Error: ') : ''}${page} ${t('かなめ', 'Kaname')}` }
export function useTitle(title: string) {
  const l = lang()
  useEffect(() => { page = title; show() }, [title, l])
}
export function useErrorTitle(on: boolean) {
  useEffect(() => {
    if (!on) return
    mistakes++
    show()
    return () => { mistakes--; show() }
  }, [on])
}

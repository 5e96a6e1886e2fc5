// A modal dialog opens with its component; when it goes, the focus is back where it was, or on the page if that is gone.
import { useLayoutEffect, type RefObject } from 'react'

export function useModal(box: RefObject<HTMLDialogElement | null>) {
  useLayoutEffect(() => {
    const before = document.activeElement, dialog = box.current
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus()
      else document.getElementById('main')?.focus()
    }
  }, [box])
}

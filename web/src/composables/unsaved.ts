/**
 * What is unsaved, and the question before it is left behind. A page, or a part of one, says when it holds something;
 * going to another page, logging out and closing the tab ask.
 */
import { useEventListener } from '@vueuse/core'
import { onBeforeUnmount } from 'vue'
import { actBegins } from '@/accidental-input'
import { t } from '@/i18n'
import { confirmAct } from '@/ui/messages'

/** Whether something would be lost on the way to `path`; where that is left out, the whole page ends. */
export type Unsaved = (path?: string) => boolean

const holders = new Set<Unsaved>()
/** The user has agreed to go before the page knows where. */
let isAgreed = false

/** Makes the browser ask before the tab closes while something is unsaved. Called once, from main.ts. */
export function installUnsaved(): void {
  useEventListener(window, 'beforeunload', (event) => {
    if (isAnythingUnsaved()) event.preventDefault()
  })
}

/** For as long as the component lives. */
export function useUnsaved(isUnsaved: Unsaved): void {
  holders.add(isUnsaved)
  onBeforeUnmount(() => holders.delete(isUnsaved))
}

/** Whether the user may go to another page: nothing is unsaved, or he has been asked. */
export async function confirmLeaving(path: string): Promise<boolean> {
  if (isAgreed || !isAnythingUnsaved(path)) return true
  // The browser's own way back is asked for by nothing that the page sees.
  actBegins()
  return confirmAct(t('unsaved.title'), t('unsaved.leave'), t('unsaved.go'))
}

/** Asks before `act` makes the thing that it then goes to: nothing is made for a user who stays. */
export async function confirmThen(act: () => Promise<void>): Promise<void> {
  if (!await confirmLeaving('')) return
  isAgreed = true
  try {
    await act()
  } finally {
    isAgreed = false
  }
}

/** The same for the end of the session. */
export async function confirmLogOut(): Promise<boolean> {
  return !isAnythingUnsaved() || confirmAct(t('unsaved.title'), t('unsaved.logout'), t('app.logout'))
}

/** The user has said that it may be lost: the browser does not ask again. */
export function dropUnsaved(): void {
  holders.clear()
}

function isAnythingUnsaved(path?: string): boolean {
  return [...holders].some((isUnsaved) => isUnsaved(path))
}

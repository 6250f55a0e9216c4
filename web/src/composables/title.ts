/** The title of the tab: what the page shows, if it shows one thing, then the page and the product. */
import { computed, onActivated, onDeactivated, onScopeDispose, shallowRef, watchEffect } from 'vue'
import { t, type Key } from '@/i18n'

/** An appointment as far as a title needs it. */
interface Titled {
  pre_entry_no: string
  state_label: string
}

const shown = shallowRef('')

/** As long as this page is there: the state, which is what changes, and the number. */
export function useTitle(of: () => Titled | undefined): void {
  usePageTitle(() => {
    const found = of()
    return found ? `${found.state_label} ${found.pre_entry_no}` : ''
  })
}

/** The same in words. */
export function usePageTitle(words: () => string): void {
  const own = computed(words)
  watchEffect(() => shown.value = own.value)
  onActivated(() => shown.value = own.value)
  onDeactivated(() => shown.value = '')
  onScopeDispose(() => shown.value = '')
}

export function titleOf(page: Key | undefined): string {
  return [shown.value, page && t(page), t('app.name')].filter(Boolean).join(' · ')
}

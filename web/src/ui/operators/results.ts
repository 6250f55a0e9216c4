/** Results of an act on several things, item by item: any operators' page opens it, `ResultsDialog` shows it. */
import { computed, readonly, ref, shallowRef } from 'vue'

export interface ItemResult {
  label: string
  state: 'waiting' | 'done' | 'failed'
  /** Why it failed, and what to do. */
  text: string
}

const heading = ref('')
const results = shallowRef<readonly ItemResult[]>([])
const isOpen = ref(false)

export const shownResults = {
  title: readonly(heading),
  items: readonly(results),
  isOpen: readonly(isOpen),
  counts: computed(() => {
    const count = (state: ItemResult['state']) => results.value.filter((each) => each.state === state).length
    return { all: results.value.length, done: count('done'), failed: count('failed'), waiting: count('waiting') }
  }),
  close: () => isOpen.value = false,
}

/**
 * Opens the dialog with all items in progress; returns the function that settles one of them.
 * @public
 */
export function openResults(title: string, labels: readonly string[]) {
  heading.value = title
  results.value = labels.map((label) => ({ label, state: 'waiting', text: '' }))
  isOpen.value = true
  return (index: number, state: 'done' | 'failed', text = ''): void => {
    results.value = results.value.map((each, at) => at === index ? { ...each, state, text } : each)
  }
}

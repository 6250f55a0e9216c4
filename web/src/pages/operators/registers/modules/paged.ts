/** A list that the server gives page by page: the present page, and the way to the next and back to the first. */
import { computed, ref, shallowRef } from 'vue'
import type { ListPage } from '@/api/operators-registers'
import { showProblem } from '@/ui/messages'

export function usePaged<Item>(read: (cursor?: string) => Promise<ListPage<Item>>) {
  const page = shallowRef<ListPage<Item>>()
  const busy = ref(false)
  const isFirst = ref(true)
  let asked = 0

  async function load(cursor?: string): Promise<void> {
    const own = ++asked
    busy.value = true
    try {
      const found = await read(cursor)
      // An answer to what was asked before is dropped.
      if (own !== asked) return
      page.value = found
      isFirst.value = cursor === undefined
    } catch (problem) {
      showProblem(problem)
    } finally {
      if (own === asked) busy.value = false
    }
  }

  return {
    busy,
    isFirst,
    items: computed(() => page.value?.items ?? []),
    isRead: computed(() => page.value !== undefined),
    hasNext: computed(() => Boolean(page.value?.next_cursor)),
    first: () => load(),
    next: () => load(page.value?.next_cursor ?? undefined),
  }
}

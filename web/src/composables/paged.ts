/** A list that the server gives page by page, and acts on its rows. */
import { computed, onMounted, ref, shallowRef } from 'vue'
import { showProblem } from '@/ui/messages'

interface Page<Item> {
  items: Item[]
  next_cursor?: string | null
}

/** Reads the first page when the component opens, and after each act; `more` adds the next page. */
export function usePaged<Item>(read: (cursor?: string) => Promise<Page<Item>>) {
  const items = shallowRef<readonly Item[]>([])
  const next = ref<string | null>()
  const running = ref(0)
  /** Several reads may be on their way: the last one that was asked for counts. */
  let turn = 0

  async function load(cursor?: string): Promise<void> {
    const own = ++turn
    const page = await read(cursor)
    if (own !== turn) return
    items.value = cursor === undefined ? page.items : [...items.value, ...page.items]
    next.value = page.next_cursor ?? null
  }

  /** Whether it was done; what was refused is said, unless `refused` takes it. */
  async function run(work: () => Promise<void>, refused: (problem: unknown) => void = showProblem): Promise<boolean> {
    running.value++
    try {
      await work()
      return true
    } catch (problem) {
      refused(problem)
      return false
    } finally {
      running.value--
    }
  }

  const reload = () => run(() => load())
  const more = () => run(() => load(next.value ?? undefined))
  /** Carries out an act and reads the list again. */
  const act = (work: () => Promise<void>, refused?: (problem: unknown) => void) => run(async () => {
    await work()
    await load()
  }, refused)

  onMounted(reload)
  const hasMore = computed(() => next.value != null)
  const busy = computed(() => running.value > 0)
  /** What the table of its rows shows beside them. */
  const table = computed(() => ({ count: items.value.length, more: hasMore.value, busy: busy.value }))
  return { items, table, busy, reload, more, act }
}

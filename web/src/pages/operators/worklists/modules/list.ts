/** The rows of a worklist that were read so far, and which of them are chosen. */
import { computed, shallowRef } from 'vue'
import { worklist, type Kind, type Params, type WorkItem, type Worklist } from '@/api/operators-worklists'

const PAGE = 50
const MOST_OF_A_PAGE = 100
/** As many as one act takes. */
export const MOST_CHOSEN = 200

export function useList() {
  const page = shallowRef<Worklist>()
  const rows = shallowRef<readonly WorkItem[]>([])
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  let asked: { kind: Kind, params: Params } | undefined

  const selected = computed(() => rows.value.filter((row) => chosen.value.has(row.key)))

  /** Reads the first page; what is chosen stays so while it waits. */
  async function read(kind: Kind, params: Params): Promise<void> {
    const mine = { kind, params }
    asked = mine
    const limit = Math.min(MOST_OF_A_PAGE, Math.max(PAGE, rows.value.length))
    const found = await worklist(kind, { ...params, limit })
    if (asked !== mine) return // another question was asked meanwhile
    page.value = found
    rows.value = found.items
  }

  /** Reads the next page; false when there is none. */
  async function more(limit = PAGE): Promise<boolean> {
    const mine = asked
    const cursor = page.value?.next_cursor
    if (!mine || !cursor) return false
    const found = await worklist(mine.kind, { ...mine.params, cursor, limit })
    if (asked !== mine) return false
    page.value = found
    rows.value = [...rows.value, ...found.items]
    return true
  }

  /** Chooses the first rows of the whole list, as many as one act takes, also those that are not shown yet. */
  async function chooseFirst(): Promise<void> {
    while (rows.value.length < MOST_CHOSEN && await more(MOST_OF_A_PAGE));
    chosen.value = new Set(rows.value.slice(0, MOST_CHOSEN).map((row) => row.key))
  }

  function forget(): void {
    rows.value = []
    page.value = undefined
    chosen.value = new Set()
  }

  return { page, rows, chosen, selected, read, more, chooseFirst, forget }
}

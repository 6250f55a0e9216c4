/** The result of a query: pages by cursor, kept up to date row by row. */
import { readonly, ref, shallowReadonly, shallowRef } from 'vue'
import { list, view, type Params, type Row } from '@/api/query'
import { Problem } from '@/api/problems'

/** The longest page the API gives. */
const PAGE = 100
/** More news at a time than this, and reading the pages again is cheaper. */
const MANY = 20

export function useResult() {
  const rows = shallowRef<readonly Row[]>([])
  const asked = shallowRef<Params>()
  const next = ref<string | null>(null)
  const busy = ref(false)
  // An answer to an older question comes too late.
  let turn = 0
  let reading: Promise<unknown> = Promise.resolve()

  /** Starts a new query. */
  async function search(params: Params): Promise<void> {
    asked.value = params
    await read([], null, PAGE)
  }

  async function more(): Promise<void> {
    if (next.value !== null) await read(rows.value, next.value, rows.value.length + PAGE)
  }

  /** Reads as many rows again as are shown. */
  async function refresh(): Promise<void> {
    if (asked.value) await read([], null, Math.max(PAGE, rows.value.length))
  }

  async function read(before: readonly Row[], cursor: string | null, count: number): Promise<void> {
    const mine = ++turn
    busy.value = true
    const pending = pages(asked.value ?? {}, before, cursor, count)
    reading = pending
    try {
      const found = await pending
      if (mine === turn) [rows.value, next.value] = [found.rows, found.next]
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  /** These have changed: rows that are shown are read again; others appear if they answer to what is asked. */
  async function follow(numbers: ReadonlySet<string>): Promise<void> {
    // Pages that were read before the news would undo it.
    await Promise.allSettled([reading])
    if (!asked.value) return
    if (numbers.size > MANY) return refresh()
    const mine = turn
    for (const number of numbers) {
      const isShown = rows.value.some((row) => row.pre_entry_no === number)
      const row = await (isShown ? one(number) : matching(asked.value, number))
      if (mine !== turn) return
      // Only the server knows the place of a new row in another order than the newest first.
      if (row && !isShown && asked.value.sort) return refresh()
      if (row) rows.value = placed(rows.value, row)
      else if (isShown) remove([number])
    }
  }

  function remove(numbers: readonly string[]): void {
    rows.value = rows.value.filter((row) => !numbers.includes(row.pre_entry_no))
  }

  const shown = { rows: shallowReadonly(rows), asked: shallowReadonly(asked) }
  return { ...shown, next: readonly(next), busy: readonly(busy), search, more, refresh, follow, remove }
}

async function pages(asked: Params, before: readonly Row[], cursor: string | null, count: number) {
  let rows = before
  let next = cursor
  do {
    const query: Params = next === null ? { ...asked, limit: PAGE } : { ...asked, limit: PAGE, cursor: next }
    const page = await list(query)
    rows = [...rows, ...page.items]
    next = page.next_cursor
  } while (next !== null && rows.length < count)
  return { rows, next }
}

async function one(number: string): Promise<Row | undefined> {
  try {
    return await view(number)
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return undefined
    throw problem
  }
}

async function matching(asked: Params, number: string): Promise<Row | undefined> {
  if (asked.pre_entry_no && asked.pre_entry_no !== number) return undefined
  const query = { ...asked, pre_entry_no: number }
  return (await list(query)).items[0]
}

/** In place of its older self, or where the newest-first order has it. */
export function placed(rows: readonly Row[], row: Row): readonly Row[] {
  const at = rows.findIndex((each) => each.pre_entry_no === row.pre_entry_no)
  if (at >= 0) return (rows[at]?.version ?? 0) > row.version ? rows : spliced(rows, at, 1, row)
  const older = rows.findIndex((each) => Date.parse(each.created_at) <= Date.parse(row.created_at))
  return spliced(rows, older < 0 ? rows.length : older, 0, row)
}

/** A copy; `toSpliced` is younger than the oldest browser we serve. */
function spliced(rows: readonly Row[], at: number, gone: number, row: Row): Row[] {
  const copy = [...rows]
  copy.splice(at, gone, row)
  return copy
}

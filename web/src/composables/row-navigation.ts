/** Walking through the rows by keyboard, and the place where one was: both are there again when the page comes back. */
import { computed, nextTick, onActivated, ref, type ComputedRef, type Ref } from 'vue'

/** So near to the end, in pixels, the next rows are wanted. */
const NEAR = 900

interface Elements {
  scroller: Ref<HTMLElement | null>
  lines: Ref<HTMLElement[] | null>
}

interface Acts {
  open: (number: string) => void
  select: (number: string) => void
  end: () => void
}

/** Rows are marked by `data-number`. `tabIndexOf` is 0 for the one row of all that Tab stops at. */
export function useRowNavigation({ scroller, lines }: Elements, numbers: ComputedRef<readonly string[]>, acts: Acts) {
  const current = ref('')
  const tabStop = computed(() => numbers.value.includes(current.value) ? current.value : numbers.value[0])
  let place = { top: 0, left: 0 }

  /** Arrows, Home and End lead to another row; on a row Enter opens it and Space selects it. */
  function onKey(event: KeyboardEvent): void {
    const row = rowOf(event)
    if (!row || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const next = rowAfter(row, event.key)
    const act = event.target === row ? { Enter: acts.open, ' ': acts.select }[event.key] : undefined
    if (next) next.focus()
    else act?.(row.dataset.number ?? '')
    if (next ?? act) event.preventDefault()
  }

  function onFocus(event: FocusEvent): void {
    current.value = rowOf(event)?.dataset.number ?? current.value
  }

  function onScroll(): void {
    const of = scroller.value
    if (!of) return
    place = { top: of.scrollTop, left: of.scrollLeft }
    if (of.scrollHeight - of.scrollTop - of.clientHeight < NEAR) acts.end()
  }

  // What is taken out of the document loses its place and the cursor.
  onActivated(async () => {
    const was = { ...place, number: current.value }
    await nextTick()
    scroller.value?.scrollTo(was)
    lines.value?.find((each) => each.dataset.number === was.number)?.focus({ preventScroll: true })
  })

  return { onKey, onFocus, onScroll, tabStop, tabIndexOf: (number: string) => number === tabStop.value ? 0 : -1 }
}

function rowOf({ target }: Event): HTMLElement | null {
  return target instanceof HTMLElement ? target.closest<HTMLElement>('[data-number]') : null
}

/** Where a key leads from a row. */
function rowAfter(row: HTMLElement, key: string): HTMLElement | null {
  const found = {
    ArrowDown: row.nextElementSibling,
    ArrowUp: row.previousElementSibling,
    Home: row.parentElement?.firstElementChild,
    End: row.parentElement?.lastElementChild,
  }[key]
  return found instanceof HTMLElement ? found : null
}

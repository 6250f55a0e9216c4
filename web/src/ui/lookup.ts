/** What a list that is searched while typing does: asks, keeps the newest answer, lights one entry, takes it. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { tell } from './messages'

export interface Option {
  value: string
  label: string
}

/** Long enough for a fast typist's next key, short enough not to be felt. */
const PAUSE_MS = 120

export function useLookup(search: (q: string) => Promise<Option[]>, taken: (option: Option) => void) {
  const options = shallowRef<Option[]>([])
  const lit = ref(0)
  const shown = ref(false)
  const pending = ref(false)
  /** Enter came before the answer did: the best entry is taken when it is there. */
  let hasty = false
  let turn = 0
  let waiting: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(close)

  /** The keyboard's Enter is the list's as long as this holds. */
  const isOpen = computed(() => shown.value && (pending.value || options.value.length > 0))

  function ask(q: string, pause = PAUSE_MS): void {
    clearTimeout(waiting)
    const mine = ++turn
    shown.value = pending.value = true
    waiting = setTimeout(() => void answer(q, mine), pause)
  }

  async function answer(q: string, mine: number): Promise<void> {
    const found = await search(q).catch((problem: unknown) => {
      tell(problem)
      return []
    })
    if (mine !== turn) return
    options.value = found
    lit.value = 0
    pending.value = false
    if (hasty) take()
    hasty = false
  }

  function take(option = options.value[lit.value]): void {
    if (pending.value) hasty = true
    else if (option) {
      close()
      taken(option)
    }
  }

  function move(by: 1 | -1): void {
    const count = options.value.length
    if (count > 0) lit.value = (lit.value + by + count) % count
  }

  function close(): void {
    clearTimeout(waiting)
    turn++
    shown.value = pending.value = hasty = false
  }

  return { options, lit, isOpen, pending, ask, take, move, close }
}

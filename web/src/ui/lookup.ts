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
  /** Enter came before the answer did: the best entry is taken when it is there, wherever the cursor is by then. */
  const owed = ref(false)
  let turn = 0
  let waiting: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(close)

  /** The keyboard's Enter is the list's as long as this holds; the next one moves on. */
  const isOpen = computed(() => shown.value && !owed.value && (pending.value || options.value.length > 0))
  let asked = ''

  function ask(q: string, pause = PAUSE_MS): void {
    owed.value = false
    shown.value = pending.value = true
    asked = q
    send(pause)
  }

  function send(pause: number): void {
    clearTimeout(waiting)
    const mine = ++turn
    const q = asked
    waiting = setTimeout(() => {
      waiting = undefined
      void answer(q, mine)
    }, pause)
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
    if (owed.value) take()
    owed.value = false
  }

  function take(option = options.value[lit.value]): void {
    if (pending.value) {
      owed.value = true
      // Nothing more is typed: there is nothing to wait for.
      if (waiting !== undefined) send(0)
    } else if (option) {
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
    waiting = undefined
    turn++
    shown.value = pending.value = owed.value = false
  }

  return { options, lit, isOpen, pending, owed, ask, take, move, close }
}

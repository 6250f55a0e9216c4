/** What a list that is searched while typing does: asks, keeps the newest answer, lights one entry, takes it. */
import { computed, onScopeDispose, ref, shallowRef, type InjectionKey } from 'vue'
import { showProblem } from './messages'

export interface Option {
  value: string
  label: string
  /** A word beside it: why it is listed. */
  mark?: string
}

/** What a LookupField searches and shows; provided by the component around it. */
export interface Source {
  search: (q: string) => Promise<Option[]>
  /** Returns what the field shows for a value. */
  labelOf: (value: string) => string
  normalise: (text: string) => string
  /** Returns true when the text needs no list any more: Enter moves on at once. */
  isComplete?: (text: string) => boolean
}

export const LOOKUP: InjectionKey<Source> = Symbol('lookup')

/** What is taken: the entry that is lit, or the only one there is. */
export type Wish = 'lit' | 'sole'

/** Long enough for a fast typist's next key, short enough not to be felt. */
export const PAUSE_MS = 120

/** `current` is the value so far: its entry is the one that is lit first. */
export function useLookup(search: Source['search'], taken: (option: Option) => void, current: () => string) {
  const answers = useAnswers(search, heard)
  const { options, pending } = answers
  const lit = ref(0)
  const shown = ref(false)
  /** A key came before the answer did: the entry is taken when it is there, wherever the cursor is by then. */
  const owes = ref<Wish>()
  const owed = computed(() => owes.value !== undefined)
  onScopeDispose(close)

  /** The keyboard's Enter is the list's as long as this holds; the next one moves on. */
  const isOpen = computed(() => shown.value && !owed.value && (pending.value || options.value.length > 0))

  function ask(q: string, pause: number): void {
    owes.value = undefined
    shown.value = true
    answers.ask(q, pause)
  }

  function heard(): void {
    lit.value = Math.max(0, options.value.findIndex(({ value }) => value === current()))
    if (owes.value) take(owes.value)
    owes.value = undefined
  }

  function take(wish: Wish = 'lit'): void {
    if (!shown.value) return
    if (pending.value) {
      owes.value = wish
      answers.hurry()
    } else if (wish === 'lit' || options.value.length === 1) {
      pick(options.value[lit.value])
    }
  }

  function pick(option: Option | undefined): void {
    if (!option) return
    close()
    taken(option)
  }

  function move(by: 1 | -1): void {
    const count = options.value.length
    if (count > 0) lit.value = (lit.value + by + count) % count
  }

  function close(): void {
    answers.drop()
    owes.value = undefined
    shown.value = false
  }

  return { options, lit, isOpen, pending, owed, ask, take, pick, move, close }
}

/** What the field tells of its list; a `plain` one stays a text box, and tells the keyboard's rules by data-open. */
export function rolesOf(id: string, isOpen: boolean, lit: number | undefined, plain: boolean) {
  const isListed = isOpen && lit !== undefined
  const common = {
    'aria-autocomplete': 'list' as const,
    'aria-controls': isListed ? id : undefined,
    'aria-activedescendant': isListed ? `${id}-${lit}` : undefined,
  }
  return plain
    ? { ...common, 'aria-haspopup': 'listbox' as const, 'data-open': isOpen }
    : { ...common, containerRole: 'combobox', 'aria-expanded': isOpen }
}

/** The star key makes the entry that is lit a favourite, or none any more. */
export function starKey(event: Event, lit: Option | undefined, star: (value: string) => void): void {
  if (!(event instanceof KeyboardEvent) || event.key !== '*' || !lit) return
  event.preventDefault()
  star(lit.value)
}

/** The newest question, and its answer. */
function useAnswers(search: Source['search'], heard: () => void) {
  const options = shallowRef<Option[]>([])
  const pending = ref(false)
  let asked = ''
  let turn = 0
  let waiting: ReturnType<typeof setTimeout> | undefined

  function ask(q: string, pause: number): void {
    pending.value = true
    asked = q
    send(pause)
  }

  function send(pause: number): void {
    clearTimeout(waiting)
    const mine = ++turn
    waiting = setTimeout(() => {
      waiting = undefined
      void answer(mine)
    }, pause)
  }

  async function answer(mine: number): Promise<void> {
    const found = await search(asked).catch((problem: unknown) => {
      showProblem(problem)
      return []
    })
    if (mine !== turn) return
    options.value = found
    pending.value = false
    heard()
  }

  /** Nothing more is typed: there is nothing to wait for. */
  function hurry(): void {
    if (waiting !== undefined) send(0)
  }

  function drop(): void {
    clearTimeout(waiting)
    waiting = undefined
    turn++
    pending.value = false
  }

  return { options, pending, ask, hurry, drop }
}

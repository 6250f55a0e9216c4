/** What a list that is searched while typing does: asks, keeps the newest answer, highlights one entry, takes it. */
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

/** What is taken: the entry that is highlighted, or the only one there is. */
export type Choice = 'highlighted' | 'sole'

/** Long enough for a fast typist's next key, short enough not to be felt. */
export const PAUSE_MS = 120

/** `current` is the value so far: its entry is the one that is highlighted first. */
export function useLookup(search: Source['search'], taken: (option: Option) => void, current: () => string) {
  const answers = useAnswers(search, onAnswer)
  const { options, pending } = answers
  const highlighted = ref(0)
  const shown = ref(false)
  /** A key came before the answer did: the entry is taken when it is there, wherever the cursor is by then. */
  const deferred = ref<Choice>()
  const isDeferred = computed(() => deferred.value !== undefined)
  onScopeDispose(close)

  /** The keyboard's Enter is the list's as long as this holds; the next one moves on. */
  const isOpen = computed(() => shown.value && !isDeferred.value && (pending.value || options.value.length > 0))

  function ask(q: string, pause: number): void {
    deferred.value = undefined
    shown.value = true
    answers.ask(q, pause)
  }

  function onAnswer(): void {
    highlighted.value = Math.max(0, options.value.findIndex(({ value }) => value === current()))
    if (deferred.value) take(deferred.value)
    deferred.value = undefined
  }

  function take(choice: Choice = 'highlighted'): void {
    if (!shown.value) return
    if (pending.value) {
      deferred.value = choice
      answers.hurry()
    } else if (choice === 'highlighted' || options.value.length === 1) {
      pick(options.value[highlighted.value])
    }
  }

  function pick(option: Option | undefined): void {
    if (!option) return
    close()
    taken(option)
  }

  function move(by: 1 | -1): void {
    const count = options.value.length
    if (count > 0) highlighted.value = (highlighted.value + by + count) % count
  }

  function close(): void {
    answers.drop()
    deferred.value = undefined
    shown.value = false
  }

  return { options, highlighted, isOpen, pending, isDeferred, ask, take, pick, move, close }
}

/** What the field tells of its list; a `plain` one stays a text box, and tells the keyboard's rules by data-open. */
export function rolesOf(id: string, isOpen: boolean, highlighted: number | undefined, plain: boolean) {
  const isListed = isOpen && highlighted !== undefined
  const common = {
    'aria-autocomplete': 'list' as const,
    'aria-controls': isListed ? id : undefined,
    'aria-activedescendant': isListed ? `${id}-${highlighted}` : undefined,
  }
  return plain
    ? { ...common, 'aria-haspopup': 'listbox' as const, 'data-open': isOpen }
    : { ...common, containerRole: 'combobox', 'aria-expanded': isOpen }
}

/** The star key makes the entry that is highlighted a favourite, or none any more. */
export function starKey(event: Event, highlighted: Option | undefined, star: (value: string) => void): void {
  if (!(event instanceof KeyboardEvent) || event.key !== '*' || !highlighted) return
  event.preventDefault()
  star(highlighted.value)
}

/** The newest question, and its answer. */
function useAnswers(search: Source['search'], onAnswer: () => void) {
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
    onAnswer()
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

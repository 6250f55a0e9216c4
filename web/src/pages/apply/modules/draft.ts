/** One application on this screen: what the server has (`view`), what both agreed on last (`base`), what is typed. */
import { computed, ref, shallowRef } from 'vue'
import type { Appointment } from '@/api/appointments'
import type { Purpose } from '@/api/drafts'
import { usePrefill, type Prefill } from './prefill'
import { EMPTY_LINE } from './goods-entry'
import { blank, clone, formOf, same } from './form'
import { useKeptInput, type Creation, type KeptInput, type TypedInput } from './kept-input'

/** A file on its way to an application, or refused. */
export interface Upload {
  id: number
  /** The application that it is for, whichever is on the screen by then. */
  number: string
  purpose: Purpose
  file: File
  name: string
  percent: number
  /** Empty while it is on its way. */
  fault: string
}

export type Draft = ReturnType<typeof useDraft>

const untouched = (): TypedInput => ({
  form: ref(blank()),
  base: ref(blank()),
  version: ref(0),
  entry: ref({ ...EMPTY_LINE }),
  numbers: ref<string[]>([]),
  text: ref(''),
  leftGoods: ref<string[]>([]),
  leftNumbers: ref<string[]>([]),
  creation: shallowRef<Creation>(),
})

/** What is typed beside the form, or on its way. */
function isAnythingLeft({ creation, numbers, leftGoods, leftNumbers, text, entry }: TypedInput): boolean {
  return creation.value !== undefined
    || [numbers, leftGoods, leftNumbers].some(({ value }) => value.length > 0)
    || [text.value, entry.value.hs_code, entry.value.name].some((each) => each !== '')
}

export function useDraft(user: string) {
  const view = shallowRef<Appointment>()
  const typed = untouched()
  const { form, base, version, entry, numbers, text, leftGoods, leftNumbers, creation } = typed
  const restored = ref(false)
  /** Files that are not attached yet, or were refused. */
  const uploads = shallowRef<readonly Upload[]>([])

  const number = computed(() => view.value?.pre_entry_no)
  const may = (action: string) => view.value?.permitted_actions.includes(action) ?? action === 'save'
  const isDirty = computed(() => !same(form.value, base.value))
  const isUnsaved = computed(() => isDirty.value || isAnythingLeft(typed))
  const begun = usePrefill(form, base, number, isUnsaved)
  const keptInput = useKeptInput(typed, computed(() => `apply.${user}.${number.value ?? 'new'}`), () => isUnsaved.value)

  /** The server's view, without touching what is typed; a content that somebody else saved is left to the next save. */
  function take(found: Appointment): void {
    const theirs = formOf(found.content)
    const isAtEase = !isDirty.value || !found.permitted_actions.includes('save')
    if (isAtEase) form.value = clone(theirs)
    if (isAtEase || same(theirs, base.value)) agree(found)
    else view.value = found
  }

  /** Both know this version now: what differs from it is unsaved. */
  function agree(found: Appointment): void {
    // A new one has its number now, under which it is kept from here on.
    if (!view.value) keptInput.drop()
    creation.value = undefined
    view.value = found
    base.value = formOf(found.content)
    version.value = found.version
  }

  /** Another application, or a fresh one: with what was typed into it before, if that was not saved. */
  function open(found?: Appointment, beginning?: Prefill): void {
    view.value = found
    begun.begun.value = beginning
    base.value = found ? formOf(found.content) : clone(beginning?.form ?? blank())
    form.value = clone(base.value)
    version.value = found?.version ?? 0
    entry.value = { ...EMPTY_LINE }
    numbers.value = []
    text.value = ''
    leftGoods.value = leftNumbers.value = []
    creation.value = undefined
    // What was refused is tried again where it was refused, or not at all; what is on its way goes on.
    uploads.value = uploads.value.filter((each) => each.fault === '')
    restore(keptInput.before())
    restored.value = isUnsaved.value
  }

  function restore(before: KeptInput | undefined): void {
    if (!before) return
    numbers.value = may('feedback') ? before.numbers : []
    leftNumbers.value = may('feedback') ? before.leftNumbers : []
    text.value = may('explain') ? before.text : ''
    if (!may('save')) return
    entry.value = before.entry
    leftGoods.value = before.leftGoods
    form.value = before.form
    base.value = before.base
    version.value = before.version
    creation.value = before.creation
  }

  /** 放弃: back to what the server has, or to a beginning. */
  function giveUp(beginning = begun.begun.value): void {
    keptInput.drop()
    open(view.value, beginning)
  }

  return { ...typed, ...begun, view, restored, uploads, number, may, isDirty, isUnsaved, take, agree, open, giveUp }
}

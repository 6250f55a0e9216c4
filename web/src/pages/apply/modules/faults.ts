/** Faults of a refusal, each at its field until the field is corrected. */
import { computed, ref, watch, type Ref } from 'vue'
import type { Fault } from '@/api/problems'
import { sentences } from '@/i18n'
import { differing, FIELDS, clone, type Field, type Form } from './form'

/** The window is judged by more fields than its own. */
const JUDGED_WITH: Partial<Record<Field, Field>> = {
  declaration_port: 'window_start', entry_exit_port: 'window_start', consignee_code: 'window_start',
}
const LOCAL = ['declaration_numbers', 'text', 'attachment_id']

export type Faults = ReturnType<typeof useFaults>

export function useFaults(form: Ref<Form>) {
  const all = ref<readonly Fault[]>([])
  let before = clone(form.value)

  watch(form, (now) => {
    const changed = new Set(differing(before, now).flatMap((field) => [field, JUDGED_WITH[field] ?? field]))
    before = clone(now)
    if (changed.size > 0) all.value = all.value.filter((fault) => !changed.has(rootOf(fault)))
  }, { deep: true, flush: 'sync' })

  /** Returns the texts of the faults of a field; `goods[0].name` belongs to its own cell. */
  const at = (field: string): string => sentences(...new Set(
    all.value.filter((fault) => fault.field === field).map((fault) => fault.message)))

  const elsewhere = computed(() => all.value.filter((fault) => !hasPlace(fault)))
  return { all, at, elsewhere }
}

/** What the page has found itself, as the server would write it. */
export const localFault = (code: string, field: string, message: string): Fault =>
  ({ code, field, message, remedy: '', facts: {} })

/** In the order of the screen; what has no field comes last. */
function ordered(faults: readonly Fault[]): Fault[] {
  const place = (fault: Fault) => hasPlace(fault) ? FIELDS.indexOf(rootOf(fault)) : FIELDS.length
  return [...faults].sort((one, other) => place(one) - place(other))
}

/** Each fault once: two questions may answer with the same. */
export function mergeFaults(...lists: (readonly Fault[])[]): Fault[] {
  const each = new Map(lists.flat().map((fault) => [`${fault.code} ${fault.field ?? ''}`, fault]))
  return ordered([...each.values()])
}

export function hasPlace(fault: Fault): boolean {
  return FIELDS.includes(rootOf(fault)) || LOCAL.includes(fault.field ?? '')
}

function rootOf(fault: Fault): Field {
  return (fault.field ?? '').split(/[[.]/)[0] as Field
}

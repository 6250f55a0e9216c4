/** What a fresh application begins with: the template that was chosen, or what this user used last. */
import { computed, shallowRef, type Ref } from 'vue'
import { lastUsed, template } from '@/api/templates'
import { withHour } from '@/dates'
import { showProblem } from '@/ui/messages'
import { blank, formOf, type Form, type TextField } from './form'

export interface Prefill {
  from: 'last' | 'template'
  form: Form
  /** Of a template. */
  name: string
  /** Which goes with a date that is typed alone. */
  hour: string | undefined
}

/** In the order of the screen; all other fields start empty. */
const REMEMBERED = [
  'contact_name', 'contact_mobile', 'declaration_port', 'entry_exit_port', 'transport_mode', 'direction',
] as const satisfies readonly TextField[]

export type Remembered = typeof REMEMBERED[number]

export async function loadPrefill(templateId: string | undefined): Promise<Prefill | undefined> {
  return templateId === undefined ? ofLast() : ofTemplate(templateId)
}

async function ofTemplate(id: string): Promise<Prefill> {
  const found = await template(id)
  return { from: 'template', form: formOf(found.content), name: found.name, hour: found.window_time ?? undefined }
}

async function ofLast(): Promise<Prefill | undefined> {
  const found = await lastUsed().catch(showProblem)
  if (!found) return undefined
  const given = REMEMBERED.flatMap((field) => found[field] ? [[field, found[field]] as const] : [])
  if (given.length === 0) return undefined
  return { from: 'last', form: { ...blank(), ...Object.fromEntries(given) }, name: '', hour: undefined }
}

/** The beginning of the application on this screen: leaving it loses nothing until something is typed. */
export function usePrefill(form: Ref<Form>, base: Ref<Form>, number: Ref<string | undefined>, isUnsaved: Ref<boolean>) {
  const begun = shallowRef<Prefill>()
  /** Nothing typed and no template chosen: not worth a draft, even with values used last. */
  const isUntouched = computed(() => number.value === undefined && !isUnsaved.value && begun.value?.from !== 'template')

  /** Fields that still hold what the user used last, of an application that is not saved yet. */
  const given = computed(() => number.value === undefined && begun.value?.from === 'last'
    ? REMEMBERED.filter((field) => form.value[field] !== '' && form.value[field] === begun.value?.form[field])
    : [])

  /** 清空预填: what was typed since stays. */
  function clearGiven(): void {
    const emptied = Object.fromEntries(given.value.map((field) => [field, '']))
    form.value = { ...form.value, ...emptied }
    base.value = blank()
    begun.value = undefined
  }

  /** A date alone gets the template's hour. */
  function completeTime(): void {
    const hour = begun.value?.hour
    if (hour && number.value === undefined) form.value.window_start = withHour(form.value.window_start, hour)
  }

  return { begun, isUntouched, given, clearGiven, completeTime }
}

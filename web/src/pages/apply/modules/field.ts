/** The one text at a field's right: the server's fault, else what is found while typing. */
import { reactive, watch, type Ref } from 'vue'
import { t } from '@/i18n'
import { fault, UNSENDABLE, type ShapeFault } from './checks'
import type { Faults } from './faults'
import { FIELDS, type Form, type TextField } from './form'

/** What is wrong, and how long the text is where that is it. */
export function faultText({ key, count }: ShapeFault): string {
  return t(key) + (count === undefined ? '' : t('check.count', { count }))
}

export function useFields(form: Ref<Form>, faults: Faults) {
  const left = reactive(new Set<string>())

  const leave = (field: string) => left.add(field)
  /** Half a text that is typed again is no fault until the field is left again. */
  const enter = (field: string) => left.delete(field)
  for (const field of FIELDS) {
    if (field !== 'goods') watch(() => form.value[field], () => enter(field), { flush: 'sync' })
  }

  const typing = (field: string, text: string): string => {
    const found = fault(field, text, left.has(field))
    return found ? faultText(found) : ''
  }
  const faultOf = (field: TextField): string => faults.at(field) || typing(field, form.value[field])

  /** Nothing that cannot even be sent may be saved; it is shown. */
  function isReadable(): boolean {
    UNSENDABLE.forEach(leave)
    return UNSENDABLE.every((field) => typing(field, form.value[field]) === '')
  }
  return { leave, enter, typing, faultOf, isReadable }
}

export type Fields = ReturnType<typeof useFields>

/** The one text at a field's right: what the server said of it, else what is plain while typing. */
import { reactive, type Ref } from 'vue'
import { t } from '@/i18n'
import { fault } from './checks'
import type { Faults } from './faults'
import type { Form, TextField } from './form'

export function useFields(form: Ref<Form>, faults: Faults) {
  const left = reactive(new Set<string>())

  const leave = (field: string) => left.add(field)
  const typing = (field: string, text: string): string => {
    const found = fault(field, text, left.has(field))
    return found ? t(found) : ''
  }
  const faultOf = (field: TextField): string => faults.at(field) || typing(field, form.value[field])

  /** Nothing that cannot even be sent may be saved; it is shown. */
  function isReadable(): boolean {
    leave('window_start')
    return typing('window_start', form.value.window_start) === ''
  }
  return { leave, typing, faultOf, isReadable }
}

export type Fields = ReturnType<typeof useFields>

/** What must be there to submit, for when a draft cannot even be saved and the server could not say it. */
import type { Fault } from '@/api/problems'
import { t } from '@/i18n'
import { localFault } from './faults'
import { FIELDS, type Form } from './form'

export function unfilled(form: Form): Fault[] {
  return FIELDS.filter((field) => form[field].length === 0).map((field) => {
    const message = t('check.required', { name: t(`apply.field.${field}`) })
    return localFault(field === 'goods' ? 'goods.required' : 'field.required', field, message)
  })
}

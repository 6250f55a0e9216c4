/** The line of goods that is being typed: it goes into the table when it is whole, and is never forgotten. */
import type { Ref } from 'vue'
import type { Fault } from '@/api/problems'
import { t } from '@/i18n'
import { isWhole } from './checks'
import { found } from './faults'
import type { Form, Goods } from './form'

export const NOTHING: Readonly<Goods> = { hs_code: '', name: '' }
export const UNFINISHED = 'goods.unfinished'

export const isEmpty = ({ hs_code, name }: Goods): boolean => hs_code === '' && name.trim() === ''

/** Whether the line was whole, and is in the table now. */
export function push(form: Ref<Form>, entry: Ref<Goods>): boolean {
  const { hs_code, name } = entry.value
  if (!isWhole('hs_code', hs_code) || name.trim() === '') return false
  form.value.goods = [...form.value.goods, { hs_code, name: name.trim() }]
  entry.value = { ...NOTHING }
  return true
}

/** What stands against 预约申报 while half a line is typed, or rows of a paste wait to be put right: not sent. */
export function unfinished(entry: Goods, leftover: readonly string[]): Fault[] {
  const count = leftover.length
  return [
    ...isEmpty(entry) ? [] : [found(UNFINISHED, 'goods', t('check.goods'))],
    ...count === 0 ? [] : [found(`${UNFINISHED}.pasted`, 'goods', t('check.leftover', { count }))],
  ]
}

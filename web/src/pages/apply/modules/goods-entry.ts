/** The line of goods that is being typed: it goes into the table when it is whole, and is never forgotten. */
import type { Fault } from '@/api/problems'
import { t } from '@/i18n'
import { isWhole } from './checks'
import { localFault } from './faults'
import type { Goods } from './form'

export const EMPTY_LINE: Readonly<Goods> = { hs_code: '', name: '' }
export const UNFINISHED = 'goods.unfinished'

export const isEmpty = ({ hs_code, name }: Goods): boolean => hs_code === '' && name.trim() === ''

/** Returns the line as it goes into the table, or undefined as long as it is not whole. */
export function wholeLine({ hs_code, name }: Goods): Goods | undefined {
  if (!isWhole('hs_code', hs_code) || name.trim() === '') return undefined
  return { hs_code, name: name.trim() }
}

/** Returns the faults that keep 预约申报 from being sent: half a line is typed, or pasted rows are not corrected. */
export function unfinished(entry: Goods, leftover: readonly string[]): Fault[] {
  const count = leftover.length
  return [
    ...isEmpty(entry) ? [] : [localFault(UNFINISHED, 'goods', t('check.goods'))],
    ...count === 0 ? [] : [localFault(`${UNFINISHED}.pasted`, 'goods', t('check.leftover', { count }))],
  ]
}

/** The lines below a worklist: how many of how many are shown, or why none is, and how old a search is. */
import type { Worklist } from '@/api/operators-worklists'
import { formatInstant } from '@/dates'
import { t } from '@/i18n/operators/worklists'
import { ageOf } from '@/ui/operators/ages'

/** A list whose end nobody has counted has more than the number that it gives. */
export const totalOf = ({ total, complete }: Pick<Worklist, 'total' | 'complete'>): string =>
  `${total.toLocaleString('en')}${complete ? '' : '+'}`

export function footOf(page: Worklist, count: number, isFiltered: boolean): string {
  if (count) return t('shown', { count: count.toLocaleString('en'), total: totalOf(page) })
  if (!page.complete) return t(isSearched(page) && !page.counted_at ? 'uncounted' : 'unknown')
  return t(isFiltered ? 'none.filtered' : 'none')
}

const isSearched = ({ kind }: Worklist): boolean => kind === 'missing' || kind === 'standing'

/** When a worker searched, and how long ago that was when the page was read. */
export const countedOf = ({ counted_at: counted, at }: Worklist): string => counted
  ? t('counted', { at: formatInstant(counted), age: ageOf((Date.parse(at) - Date.parse(counted)) / 1000) })
  : ''

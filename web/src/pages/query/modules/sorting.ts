/** The order by a head: a first click sorts upwards, a second downwards, a third is the newest first again. */
import type { Sort } from './conditions'
import type { Column } from './columns'

export type Head = Column | 'due'
/** Who acted is a matter of the people, whose names the database does not sort. */
export type Sortable = Exclude<Head, 'person'>

export const isSortable = (head: Head): head is Sortable => head !== 'person'

export function nextSort(sort: Sort | '', head: Sortable): Sort | '' {
  if (sort === head) return `-${head}`
  return sort === `-${head}` ? '' : head
}

/** Returns the `aria-sort` of a head under an order such as `port` or `-port`; undefined for every other column. */
export function ariaSort(sort: string, head: string): 'ascending' | 'descending' | undefined {
  if (sort === head) return 'ascending'
  return sort === `-${head}` ? 'descending' : undefined
}

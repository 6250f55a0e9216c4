/** The conditions of a worklist, as they stand in the address under the API's own names. */
import type { LocationQuery } from 'vue-router'
import type { Kind, Params } from '@/api/operators-worklists'

type First<T> = readonly [T, ...T[]]

export const KINDS: First<Kind> = ['overdue', 'undecided', 'deliveries', 'receipts', 'missing', 'standing']
export const AGES = ['0', '1', '24', '72', '168'] as const
type Sort = NonNullable<Params['sort']>
const SORTS: First<Sort> = ['since', '-since', 'port', '-port', 'applicant', '-applicant']

/** The states by which a list can be filtered; the first is what it shows unless another is asked for. */
export const STATES: Record<Kind, readonly string[]> = {
  overdue: [],
  undecided: ['undecided', 'submitted', 'accepted'],
  deliveries: ['stuck', 'pending'],
  receipts: ['parked', 'received'],
  missing: [],
  standing: [],
}

export interface Conditions {
  kind: Kind
  state: string
  port: string
  party: string
  age: typeof AGES[number]
  sort: Sort
}

/** Returns the conditions of an address; what is none of them counts as not given. */
export function conditionsOf(query: LocationQuery): Conditions {
  const text = (name: string) => typeof query[name] === 'string' ? query[name] : ''
  const kind = oneOf(KINDS, text('kind'))
  return {
    kind,
    state: oneOf(['', ...STATES[kind]], text('state')),
    port: text('port'),
    party: text('party'),
    age: oneOf(AGES, text('min_age_hours')),
    sort: oneOf(SORTS, text('sort')),
  }
}

/** Returns the question to the API. */
export function paramsOf({ state, port, party, age, sort }: Conditions): Params {
  return {
    ...state ? { state } : {},
    ...port ? { port } : {},
    ...party ? { party } : {},
    ...age === '0' ? {} : { min_age_hours: Number(age) },
    ...sort === 'since' ? {} : { sort },
  }
}

/** Returns the address of these conditions. */
export function addressOf(asked: Conditions): Record<string, string> {
  const params = Object.entries(paramsOf(asked)).map(([name, value]) => [name, String(value)])
  return { kind: asked.kind, ...Object.fromEntries(params) as Record<string, string> }
}

/** Whether only a part of the list is asked for. */
export function isFiltered({ state, port, party, age }: Conditions): boolean {
  return [state, port, party].some(Boolean) || age !== '0'
}

/** Returns the other order of a column, the longest wait or first letter first. */
export function nextSort(sort: Sort, column: 'since' | 'port' | 'applicant'): Sort {
  return sort === column ? `-${column}` : column
}

/** Returns the text if it is one of these, else the first of them. */
function oneOf<T extends string>(known: First<T>, text: string): T {
  return known.find((each) => each === text) ?? known[0]
}

/** What is asked on 预约通关查询: the form, its faults, and the address that keeps it over back and reload. */
import type { LocationQuery } from 'vue-router'
import type { Params, State } from '@/api/query'
import type { Fault } from '@/api/problems'
import { addDays, isDate } from '@/dates'
import { code, freeText } from '@/normalise'
import { isEmpty, MAX_SPAN_DAYS, spanFault, type Span } from '@/spans'

export type Sort = NonNullable<Params['sort']>

export interface Conditions {
  party: 'A' | 'B'
  consignee: string
  states: State[]
  applied: Span
  window: Span
  number: string
  /** 查找: a whole number, which finds at any time, or words, which find within the spans. */
  find: string
  /** Empty: the newest first. */
  sort: Sort | ''
}

export type Field = 'consignee' | 'applied' | 'window' | 'number' | 'find' | 'nothing'

const CUSTOMS_CODE = /^\d{4}[0-9A-Z]{6}$/
const NUMBER = /^\d{18}$/
/** Longer than an HS code or a customs code, which are looked for as words. */
const ANY_NUMBER = /^(?=.*\d)[0-9A-Z-]{11,64}$/
const SORT = /^-?[a-z_]{2,30}$/
const ASKING = [
  'party', 'consignee', 'state', 'applied_from', 'applied_to', 'window_from', 'window_to', 'pre_entry_no',
  'number', 'q', 'sort',
]

/** What a fresh page asks: our own of the last days, up to `today`. */
export function defaultConditions(today: string): Conditions {
  const spans = { applied: recentSpan(today), window: { from: '', to: '' } }
  return { party: 'A', consignee: '', states: [], ...spans, number: '', find: '', sort: '' }
}

/** Whether a number is asked for, which needs no span. */
export function isByNumber({ number, find }: Conditions): boolean {
  return number !== '' || ANY_NUMBER.test(code(find))
}

/** The days up to `today`; an empty span while no day is given. */
export function recentSpan(today: string): Span {
  return { from: addDays(today, -MAX_SPAN_DAYS), to: today }
}

/** Every fault, by field: in-place texts are `query.<field>.<fault>` and `span.<fault>`. */
export function faultsOf(asked: Conditions): Map<Field, string> {
  const found = new Map<Field, string>()
  const put = (field: Field, fault: string | undefined) => fault === undefined ? undefined : found.set(field, fault)
  put('consignee', consigneeFault(asked))
  put('applied', spanFault(asked.applied))
  put('window', spanFault(asked.window))
  put('number', asked.number === '' || NUMBER.test(asked.number) ? undefined : 'malformed')
  put('nothing', isEmpty(asked.applied) && isEmpty(asked.window) && !isByNumber(asked) ? 'required' : undefined)
  return found
}

function consigneeFault({ party, consignee }: Conditions): string | undefined {
  if (consignee === '') return party === 'B' ? 'required' : undefined
  return CUSTOMS_CODE.test(consignee) ? undefined : 'malformed'
}

/** As the API takes it, and as the address keeps it: the same names. */
export function paramsOf(asked: Conditions): Params {
  const isNumber = ANY_NUMBER.test(code(asked.find))
  const given: Record<string, string | readonly string[]> = {
    party: asked.party,
    consignee: asked.consignee,
    state: asked.states,
    applied_from: asked.applied.from,
    applied_to: asked.applied.to,
    window_from: asked.window.from,
    window_to: asked.window.to,
    pre_entry_no: asked.number,
    number: isNumber ? code(asked.find) : '',
    q: isNumber ? '' : freeText(asked.find),
    sort: asked.sort,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value.length > 0))
}

/** Returns the conditions in an address; undefined when it has none. Values that are not valid are left out. */
export function conditionsOf(query: LocationQuery): Conditions | undefined {
  if (!ASKING.some((name) => name in query)) return undefined
  const date = (name: string) => texts(query, name).find(isDate) ?? ''
  return {
    party: texts(query, 'party')[0] === 'B' ? 'B' : 'A',
    consignee: texts(query, 'consignee')[0] ?? '',
    states: texts(query, 'state') as State[],
    applied: { from: date('applied_from'), to: date('applied_to') },
    window: { from: date('window_from'), to: date('window_to') },
    number: texts(query, 'pre_entry_no')[0] ?? '',
    find: texts(query, 'number')[0] ?? texts(query, 'q')[0] ?? '',
    sort: (texts(query, 'sort').find((text) => SORT.test(text)) ?? '') as Sort | '',
  }
}

/** The fields of a refusal's faults, in the form's own names. */
export function fieldOf(fault: Fault): Field {
  const field = fault.field ?? ''
  if (field === 'consignee') return 'consignee'
  if (field === 'pre_entry_no') return 'number'
  if (field === 'number' || field === 'q') return 'find'
  return (['applied', 'window'] as const).find((name) => field.startsWith(name)) ?? 'nothing'
}

function texts(query: LocationQuery, name: string): string[] {
  const value = query[name] ?? []
  return (Array.isArray(value) ? value : [value]).filter((text) => text !== null)
}

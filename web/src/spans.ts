/** Spans of whole days as the queries take them (查询跨度不超过 15 天): both ends included, `YYYY-MM-DD`. */
import { addDays, isDate } from './dates'

export interface Span {
  from: string
  to: string
  /** One of its fields holds what is no date, such as the 31st of February. */
  malformed?: boolean
}

export type SpanFault = 'long' | 'reversed' | 'open' | 'malformed'

/** The manual's limit; a server with another one says so in its refusal. */
export const MAX_SPAN_DAYS = 15

const DATE = /^[1-9]\d{3}-\d\d-\d\d$/

/** What is wrong; a year that is still being typed (`0202`) is not judged. */
export function spanFault({ from, to, malformed = false }: Span): SpanFault | undefined {
  if (malformed) return 'malformed'
  if (from === '' && to === '') return undefined
  if (!DATE.test(from) || !DATE.test(to)) return 'open'
  if (!isDate(from) || !isDate(to)) return 'malformed'
  if (to < from) return 'reversed'
  return to > addDays(from, MAX_SPAN_DAYS) ? 'long' : undefined
}

/** As `spanFault`, while typing: that the other end is still missing is no fault yet. */
export function faultWhileTyping(span: Span): SpanFault | undefined {
  const fault = spanFault(span)
  return fault === 'open' ? undefined : fault
}

export function isEmpty(span: Span): boolean {
  return span.from === '' && span.to === ''
}

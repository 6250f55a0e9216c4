/** What shows while typing, before any server is asked; the rules themselves judge on the server. */
import { startOf } from '@/dates'
import type { Key } from '@/i18n'
import { halfWidth } from '@/normalise'
import { MAX_NAME, MAX_TEXT } from './form'

/** `part`: what may still become right; anything else is red at once. `size`: how many characters there must be. */
interface Shape {
  part: RegExp
  whole: (text: string) => boolean
  message: Key
  size?: number
}

export interface ShapeFault {
  key: Key
  /** How many characters there are, where that is wrong. */
  count?: number | undefined
}

const whole = (pattern: RegExp) => (text: string) => pattern.test(text)
const NEVER = /(?!)/
const ALWAYS = /^/

/** The whole text is wrong at once when it is too long, and nothing else is. */
const upTo = (size: number, message: Key): Shape =>
  ({ part: NEVER, whole: (text) => length(text) <= size, message, size })
/** From a list: any text may still lead to an entry. */
const listed = (pattern: RegExp, message: Key): Shape => ({ part: ALWAYS, whole: whole(pattern), message })

const SHAPES: Record<string, Shape> = {
  consignee_code: {
    part: /^\d{0,4}$|^\d{4}[0-9A-Z]{0,6}$/, whole: whole(/^\d{4}[0-9A-Z]{6}$/), message: 'check.code', size: 10,
  },
  contact_name: upTo(MAX_NAME, 'check.name'),
  contact_mobile: { part: /^1?$|^1[3-9]\d{0,9}$/, whole: whole(/^1[3-9]\d{9}$/), message: 'check.mobile', size: 11 },
  declaration_port: listed(/^\d{4}$/, 'check.port'),
  entry_exit_port: listed(/^\d{4}$/, 'check.port'),
  transport_mode: listed(/^[0-9A-Z]$/, 'check.listed'),
  reason_category: listed(/^[a-z_]+$/, 'check.listed'),
  window_start: {
    part: /^[\d\-/.:年月日号时点分T+\s\p{Cf}]*$/u, whole: (text) => startOf(text) !== undefined, message: 'check.start',
  },
  reason: upTo(MAX_TEXT, 'check.text'),
  text: upTo(MAX_TEXT, 'check.text'),
  hs_code: { part: /^\d{0,10}$|\D/, whole: whole(/^\d{10}$/), message: 'check.hs', size: 10 },
  declaration_number: {
    part: /^\d{0,8}$|^\d{8}[01]\d{0,9}$/, whole: whole(/^\d{8}[01]\d{9}$/), message: 'check.number', size: 18,
  },
}

/** What cannot be sent as it is typed, so that nothing is saved before it is put right. */
export const UNSENDABLE = [
  'declaration_port', 'entry_exit_port', 'transport_mode', 'window_start', 'reason_category',
] as const

/** Whether a text has the shape of its field. */
export const isWhole = (field: string, text: string): boolean => SHAPES[field]?.whole(text) ?? true

/** What is wrong with a field's text, and its length where that is it; half a text is no fault until it is `left`. */
export function fault(field: string, text: string, left: boolean): ShapeFault | undefined {
  const shape = SHAPES[field]
  if (!shape || text === '' || shape.whole(text)) return undefined
  if (!left && shape.part.test(halfWidth(text))) return undefined
  const count = length(text)
  return { key: shape.message, count: shape.size === undefined || count === shape.size ? undefined : count }
}

/** As people and the rules count: code points. */
function length(text: string): number {
  return Array.from(text).length
}

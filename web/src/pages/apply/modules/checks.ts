/** What shows while typing, before any server is asked; the rules themselves judge on the server. */
import type { Key } from '@/i18n'
import { startOf } from './form'

/** `part`: what may still become right; anything else is red at once. */
interface Shape {
  part: RegExp
  whole: (text: string) => boolean
  told: Key
}

const whole = (pattern: RegExp) => (text: string) => pattern.test(text)

const SHAPES: Record<string, Shape> = {
  consignee_code: {
    part: /^\d{0,4}$|^\d{4}[0-9A-Z]{0,6}$/, whole: whole(/^\d{4}[0-9A-Z]{6}$/), told: 'check.code',
  },
  contact_mobile: { part: /^1?$|^1[3-9]\d{0,9}$/, whole: whole(/^1[3-9]\d{9}$/), told: 'check.mobile' },
  window_start: { part: /^[\d\-/.:：年月日时分T +]*$/, whole: (text) => startOf(text) !== undefined, told: 'check.start' },
  hs_code: { part: /^\d{0,10}$|\D/, whole: whole(/^\d{10}$/), told: 'check.hs' },
  declaration_number: { part: /^\d{0,8}$|^\d{8}[01]\d{0,9}$/, whole: whole(/^\d{8}[01]\d{9}$/), told: 'check.number' },
}

/** Whether a text has the shape of its field. */
export const isWhole = (field: string, text: string): boolean => SHAPES[field]?.whole(text) ?? true

/** What is wrong with a field's text; half a text is no fault until the field is `left`. */
export function fault(field: string, text: string, left: boolean): Key | undefined {
  const shape = SHAPES[field]
  if (!shape || text === '' || shape.whole(text)) return undefined
  return left || !shape.part.test(text) ? shape.told : undefined
}

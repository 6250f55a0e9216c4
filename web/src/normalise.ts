/**
 * What people type and paste, as the rules read it. The server has the same rules in `domain/normalising.py`.
 *
 * Both are held to `tests/unit/domain/normalising.json`. Every function is pure and idempotent.
 */

/** What a text field holds, and so how it is read. */
export type Kind = 'text' | 'code' | 'mobile'

/** Spaces of any width, tabs, line ends and what has no width at all (U+200B, U+FEFF, U+202A). */
const BLANKS = /[\t-\r\p{Z}\p{Cf}]/gu
const AROUND = /^[\t-\r\p{Z}\p{Cf}]+|[\t-\r\p{Z}\p{Cf}]+$/gu
const HS_MARKS = /[.。·−\p{Pd}]/u
/** Digits before a dot of the tariff. */
const TARIFF_DOTS = new Set([4, 6, 8])
const MOBILE_MARKS = /[()−\p{Pd}]/gu
const COUNTRY = /^(?:\+|00)?86(?=\d{11}$)/

/** Full-width forms become half-width ones; blanks stay. */
export const halfWidth = (text: string): string => text.normalize('NFKC')

const bare = (text: string): string => halfWidth(text).replace(BLANKS, '')

/** A code or a number: half-width, without any blank, in capitals. `３１２２ 26000ａ` → `312226000A`. */
export const code = (text: string): string => bare(text).toUpperCase()

/**
 * 商品HS编码: as `code`, without the dots and hyphens that part it. `0301.99.99-90` → `0301999990`.
 *
 * A tariff has them after 4, 6 and 8 digits only; in any other place they stay: `301999590.0` is a fraction.
 */
export const hsCode = (text: string): string => {
  const written = code(text)
  const parts = written.split(HS_MARKS)
  const places = parts.slice(0, -1).map((_, place) => parts.slice(0, place + 1).join('').length)
  const isTariff = places.every((place) => TARIFF_DOTS.has(place)) && new Set(places).size === places.length
  return isTariff ? parts.join('') : written
}

/** 手机号码: digits alone; `+86`, `0086` or `86` is dropped when 11 digits follow it. */
export const mobile = (text: string): string => bare(text).replace(MOBILE_MARKS, '').replace(COUNTRY, '')

/** A name or a text: as it was written, without the blanks around it. */
export const freeText = (text: string): string => text.replace(AROUND, '')

/** The rule for each kind of field. */
export const NORMALISERS: Record<Kind, (text: string) => string> = { text: freeText, code, mobile }

/** Instants as the API writes them (RFC 3339, +08:00) and as people read them: always Shanghai's clock. */

import { code, freeText, halfWidth } from './normalise'

const OFFSET = '+08:00'
const OFFSET_MS = 8 * 3_600_000

/** Returns `2026-11-28 20:00` for `2026-11-28T20:00:00+08:00`, in every time zone of a browser. */
export function formatInstant(instant: string): string {
  return new Date(Date.parse(instant) + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ')
}

/** The same for a deadline or an end: midnight is 24:00 of the day that ends, `2026-12-11 24:00`. */
export function formatEnd(instant: string): string {
  const text = formatInstant(instant)
  return text.endsWith(' 00:00') ? `${addDays(text.slice(0, 10), -1)} 24:00` : text
}

/** `2026-11-28 20:00` → `2026-11-28T20:00:00+08:00`. */
export function instant(shanghai: string): string {
  return `${shanghai.replace(' ', 'T')}:00${OFFSET}`
}

/** The date in Shanghai at a moment given in milliseconds. */
export function dateOf(moment: number): string {
  return new Date(moment + OFFSET_MS).toISOString().slice(0, 10)
}

/** A date so many days later; empty for an empty field and for what is no date. */
export function addDays(date: string, days: number): string {
  return isDate(date) ? dateOf(Date.parse(`${date}T00:00:00${OFFSET}`) + days * 86_400_000) : ''
}

/** Whether the text is a day of the calendar as `YYYY-MM-DD`: the 31st of February is none. */
export function isDate(text: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\d$/.test(text) && parseDate(text) === text
}

/** How many days later the second date is. */
export function daysBetween(first: string, second: string): number {
  return Math.round((Date.parse(`${second}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000)
}

const DATES = [/^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$/, /^(\d{4})(\d{2})(\d{2})$/]

/** A date as people write it, `2026/11/8` or `20261108`, as `2026-11-08`; undefined for what is none. */
export function parseDate(text: string): string | undefined {
  const [, year, month = '', day = ''] = DATES.map((pattern) => pattern.exec(code(text))).find(Boolean) ?? []
  if (year === undefined) return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const moment = Date.parse(`${date}T00:00:00Z`)
  // The 31st of a month of 30 days would slip into the next one.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(date) ? date : undefined
}

/** Milliseconds left, in whole units: at most two of days, hours, minutes and seconds. */
export function timeLeft(milliseconds: number): { days: number, hours: number, minutes: number, seconds: number } {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3_600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  }
}

type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** The day of the week; Monday is 0. */
export function weekday(date: string): Weekday {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7 as Weekday
}

/** The same day of another month, or its last one where it has fewer days. */
export function addMonths(date: string, months: number): string {
  const place = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months
  const month = `${String(Math.floor(place / 12)).padStart(4, '0')}-${String(place % 12 + 1).padStart(2, '0')}`
  const day = Math.min(Number(date.slice(8)), lengthOf(`${month}-01`))
  return `${month}-${String(day).padStart(2, '0')}`
}

function lengthOf(date: string): number {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))]
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

const CLOCK = '(\\d{1,2})(?:[:时点](\\d{2})(?::(\\d{2}))?)?[时点分]?'
/** With something between the parts, so that no part of a date can be taken for an hour; or with no part left out. */
const STARTS = [
  new RegExp(`^(?:(\\d{4})[-/.年])?(\\d{1,2})[-/.月](\\d{1,2})(?:[日号]| |T)${CLOCK}$`),
  /^(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(\d{2})?$/,
]
/** Blanks beside these say nothing. */
const AROUND_MARKS = /\s*([-/.:年月日号时点分T])\s*/g

/**
 * `2026-11-28 20:00`, `2026年11月28日 20点`, `202611282000` → `2026-11-28T20:00:00+08:00`; else undefined. A date
 * without its year, `11-28 20:00`, is the next one from `today` on.
 */
export function startOf(typed: string, today = dateOf(Date.now())): string | undefined {
  const text = freeText(halfWidth(typed)).replace(/\s+/g, ' ').replace(AROUND_MARKS, '$1').replace(OFFSET, '')
  const found = STARTS.map((pattern) => pattern.exec(text)).find((each) => each !== null)
  if (!found) return undefined
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0')
  const [given, month, day, hour, minute, second] = found.slice(1) as (string | undefined)[]
  const year = given ?? yearOf(`${two(month)}-${two(day)}`, today)
  const wall = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
  const moment = Date.parse(`${wall}Z`)
  // The 31st of a month of 30 days would slip into the next one.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(wall) ? wall + OFFSET : undefined
}

/** The year in which a day without one comes next. */
function yearOf(day: string, today: string): string {
  const year = Number(today.slice(0, 4))
  return String(day < today.slice(5) ? year + 1 : year)
}

/** A date that is typed alone, with the hour written behind it; anything else as it is. */
export function withHour(typed: string, hour: string): string {
  if (startOf(typed) !== undefined) return typed
  const whole = [`${typed.trim()} ${hour}`, `${typed.trim()}${hour.replace(':', '')}`]
  const start = whole.map((each) => startOf(each)).find(Boolean)
  return start === undefined ? typed : written(start)
}

/** An instant as it is written into the field: seconds only where there are some. */
export function written(instant: string): string {
  const wall = new Date(Date.parse(instant) + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
  return wall.endsWith(':00') ? wall.slice(0, -3) : wall
}

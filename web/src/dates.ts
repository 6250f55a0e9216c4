/** Instants as the API writes them (RFC 3339, +08:00) and as people read them: always Shanghai's clock. */

import { code } from './normalise'

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

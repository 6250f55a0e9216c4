/** A month as a grid of whole weeks from Monday, and where a key leads in it; dates are `YYYY-MM-DD`. */
import { addDays, addMonths, weekday } from '@/dates'

/** Text of a day beside its number. */
export interface Mark {
  /** 休 or 班: a day off, or a make-up day of work. */
  kind?: 'off' | 'work'
  name?: string
  /** Why the day cannot be taken. */
  shut?: string
}

const WEEK = 7
const WEEKS = 6
const EARLIEST = '2000-01-01'
const LATEST = '2100-12-31'

/** Returns the month of a date as six weeks; the first and the last ones reach into the months beside. */
export function weeksOf(date: string): string[][] {
  const first = `${date.slice(0, 7)}-01`
  const start = addDays(first, -weekday(first))
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from({ length: WEEK }, (_, day) => addDays(start, week * WEEK + day)))
}

/** Where a key leads from a date; undefined for a key that leads nowhere. */
export function goal(date: string, key: string, shift: boolean): string | undefined {
  const far = shift ? 12 : 1
  const goals: Record<string, string> = {
    ArrowLeft: addDays(date, -1), ArrowRight: addDays(date, 1),
    ArrowUp: addDays(date, -WEEK), ArrowDown: addDays(date, WEEK),
    Home: addDays(date, -weekday(date)), End: addDays(date, WEEK - 1 - weekday(date)),
    PageUp: addMonths(date, -far), PageDown: addMonths(date, far),
  }
  return goals[key] && within(goals[key])
}

/** The date itself, or the nearest one that the calendar has. */
export function within(date: string): string {
  if (date < EARLIEST) return EARLIEST
  return date > LATEST ? LATEST : date
}

/** A year as letters, one for each day, and what is drawn of them. */
import type { Day, Picture } from '@/api/operators-calendar'
import { addDays, weekday } from '@/dates'

/** As `GET /ops/v1/calendar/picture` has them; a capital letter is a shift past midnight. */
export const KINDS = ['w', 'm', 'p', 's', 'f', 'h', 'c', 'x', '-'] as const
type Kind = typeof KINDS[number]

export interface YearDay {
  date: string
  kind: Kind
  isLate: boolean
}

export interface Month {
  month: number
  /** Empty cells before the first, from Monday. */
  blank: number
  days: YearDay[]
}

/** Days in a row of one kind. */
export interface Run {
  first: string
  last: string
  days: number
  kind: Kind
  isLate: boolean
}

export function daysOf(year: number, pattern: string): YearDay[] {
  return Array.from(pattern, (letter, index) => ({
    date: addDays(`${year}-01-01`, index), kind: kindOf(letter), isLate: letter !== letter.toLowerCase(),
  }))
}

function kindOf(letter: string): Kind {
  return KINDS.find((kind) => kind === letter.toLowerCase()) ?? '-'
}

export function monthsOf(days: readonly YearDay[]): Month[] {
  return Array.from({ length: 12 }, (_, index) => {
    const own = days.filter((day) => Number(day.date.slice(5, 7)) === index + 1)
    return { month: index + 1, blank: own[0] ? weekday(own[0].date) : 0, days: own }
  })
}

export function runsOf(days: readonly YearDay[]): Run[] {
  const runs: Run[] = []
  for (const { date, kind, isLate } of days) {
    const last = runs.at(-1)
    if (last?.kind === kind && last.isLate === isLate) {
      last.last = date
      last.days++
    } else runs.push({ first: date, last: date, days: 1, kind, isLate })
  }
  return runs
}

/** The pattern of a port; that of most ports without one. */
export function patternOf(picture: Picture, port: string): string {
  const own = picture.items.find((each) => each.port === port)
  return picture.patterns[own?.pattern ?? common(picture)] ?? ''
}

/** The pattern that most ports have. */
export function common(picture: Picture): number {
  const counts = picture.patterns.map((_, index) => picture.items.filter(({ pattern }) => pattern === index).length)
  return counts.indexOf(Math.max(...counts))
}

/** The year with these days off and make-up days, before it is published. */
export function planned(year: number, off: ReadonlySet<string>, working: ReadonlySet<string>): YearDay[] {
  const days: YearDay[] = []
  for (let date = `${year}-01-01`; date.startsWith(String(year)); date = addDays(date, 1)) {
    const isWeekend = weekday(date) > 4
    const kind = working.has(date) ? 'm' : off.has(date) ? 'h' : isWeekend ? 'f' : 'w'
    days.push({ date, kind, isLate: false })
  }
  return days
}

/** The texts of weekdays are numbered from Sunday; `day` from Monday. */
export const weekdayKey = (day: number) => `weekday.${([1, 2, 3, 4, 5, 6, 0] as const)[day] ?? 0}` as const

/** `08:30` in hours; `26:00` is 02:00 of the next day. */
function hours(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour + minute / 60
}

export interface Bar {
  /** Hours after midnight of the first day. */
  from: number
  to: number
  text: string
}

/** The sessions of days in a row on one axis: what ends after midnight is one bar across it. */
export function barsOf(days: readonly Day[]): Bar[] {
  return days.flatMap((day, index) => day.sessions.map(([opens = '', closes = '']) => ({
    from: 24 * index + hours(opens), to: 24 * index + hours(closes), text: `${opens}–${shownEnd(closes)}`,
  })))
}

function shownEnd(clock: string): string {
  return hours(clock) > 24 ? `${String(Math.floor(hours(clock)) - 24).padStart(2, '0')}${clock.slice(2)} +1` : clock
}

export const shownSessions = (day: Pick<Day, 'sessions'>): string =>
  day.sessions.map(([opens = '', closes = '']) => `${opens}–${shownEnd(closes)}`).join(', ')

const WRITTEN = /^(\d{1,2}):(\d{2})(?:-|–|—|~|至|到)(次日|\+1)?(\d{1,2}):(\d{2})$/

/** Sessions as people write them, for the API; undefined for none. An end before its beginning is tomorrow's. */
export function readSessions(text: string): string[][] | undefined {
  const parts = text.normalize('NFKC').replace(/\s*([-–—~至到])\s*/g, '$1').split(/[,、;\s]+/).filter(Boolean)
  const found = parts.map((part) => {
    const read = WRITTEN.exec(part)
    if (!read) return undefined
    const [, hour = '', minute = '', next, lastHour = '', lastMinute = ''] = read
    const opens = `${hour.padStart(2, '0')}:${minute}`
    const closes = `${lastHour.padStart(2, '0')}:${lastMinute}`
    const isNext = next !== undefined || closes <= opens
    return [opens, isNext ? `${Number(lastHour) + 24}:${lastMinute}` : closes]
  })
  return found.length && found.every((each) => each !== undefined) ? found : undefined
}

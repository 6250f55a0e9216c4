/** A span of dates as weeks from Monday on, for the picture. */
import type { PortHours } from '@/api/reference'
import { addDays } from '@/dates'

export interface Cell {
  date: string
  /** From Monday, 0 to 6. */
  column: number
  week: number
  /** In hours of the day. */
  bars: { from: number, to: number }[]
  /** Nobody published this day. */
  unknown: boolean
}

export function cellsOf(port: PortHours, from: string, to: string): Cell[] {
  const missing = new Set(missingDays(port))
  const working = new Map(port.days.map((day) => [day.date, day.sessions]))
  const monday = addDays(from, -column(from))
  const shifts = (date: string) => {
    return (working.get(date) ?? []).map(([start = '', end = '']) => [hours(start), hours(end)] as const)
  }
  return dates(from, to).map((date) => ({
    date,
    column: column(date),
    week: Math.floor(daysBetween(monday, date) / 7),
    bars: [
      ...shifts(addDays(date, -1)).filter(([, end]) => end > 24).map(([, end]) => ({ from: 0, to: end - 24 })),
      ...shifts(date).map(([start, end]) => ({ from: start, to: Math.min(end, 24) })),
    ],
    unknown: missing.has(date),
  }))
}

/** The days for which the port must update its calendar. */
export function missingDays(port: PortHours): string[] {
  return port.errors.flatMap(({ code, facts }) => {
    const day = (facts as Record<string, unknown> | undefined)?.calendar_day
    return code === 'calendar.missing' && typeof day === 'string' ? [day] : []
  })
}

/** 0 is Sunday, as the names of weekdays are numbered. */
export function weekday(date: string): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  return new Date(`${date}T00:00:00Z`).getUTCDay() as 0
}

function column(date: string): number {
  return (weekday(date) + 6) % 7
}

function dates(from: string, to: string): string[] {
  const found: string[] = []
  for (let date = from; date <= to; date = addDays(date, 1)) found.push(date)
  return found
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

/** The end of a session on a clock, and whether that is of the next day: `26:00` is 02:00. */
export function endOf(clock: string): { time: string, isNextDay: boolean } {
  const hour = Math.floor(hours(clock))
  const isNextDay = hours(clock) > 24
  return { time: isNextDay ? `${String(hour - 24).padStart(2, '0')}${clock.slice(2)}` : clock, isNextDay }
}

/** `08:30` is 8.5; a shift may end after midnight: `26:00` is 02:00 of the next day. */
function hours(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour + minute / 60
}

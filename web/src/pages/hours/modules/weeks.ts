/** A span of dates as weeks from Monday on, for the picture. */
import type { PortHours } from '@/api/reference'
import { addDays } from '@/instants'

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
  return dates(from, to).map((date) => ({
    date,
    column: column(date),
    week: Math.floor(daysBetween(monday, date) / 7),
    bars: (working.get(date) ?? []).map(([start = '', end = '']) => ({ from: hours(start), to: hours(end) })),
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

/** `08:30` is 8.5; a day may end at `24:00`. */
function hours(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour + minute / 60
}

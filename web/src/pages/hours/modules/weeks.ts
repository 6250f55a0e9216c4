/** A span of dates as weeks from Monday on, for the picture. */
import type { PortHours } from '@/api/reference'
import { addDays, daysBetween, weekday } from '@/dates'

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
  const monday = addDays(from, -weekday(from))
  const shifts = (date: string) => {
    return (working.get(date) ?? []).map(([start = '', end = '']) => [hours(start), hours(end)] as const)
  }
  return dates(from, to).map((date) => ({
    date,
    column: weekday(date),
    week: Math.floor(daysBetween(monday, date) / 7),
    bars: [
      ...date === from ? port.before.map(([start = '', end = '']) => ({ from: hours(start), to: hours(end) })) : [],
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

function dates(from: string, to: string): string[] {
  const found: string[] = []
  for (let date = from; date <= to; date = addDays(date, 1)) found.push(date)
  return found
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

/** The words of changes of the calendar: what they concern, what they set, and what undoing them does. */
import type { Change, Undone } from '@/api/operators-calendar'
import { formatInstant } from '@/dates'
import { t } from '@/i18n/operators/calendar'
import { shownSessions, weekdayKey } from './year'

interface Content {
  sessions?: string[][]
  /** By weekday, Monday = 0. */
  days?: Record<string, string[][]>
  holidays?: object
  workdays?: object
  source?: string
}

const hoursOf = (sessions: string[][]) => shownSessions({ sessions }) || t('history.closed')

function weekOf(days: Record<string, string[][]>): string {
  const named = Object.entries(days).map(([day, sessions]) => `${t(weekdayKey(Number(day)))} ${hoursOf(sessions)}`)
  return [t('history.week'), ...named].join('；')
}

/** What a change set; `nothing` where it set nothing. */
export function contentOf(content: unknown, firstDay: string, nothing = t('history.removed')): string {
  if (!content) return nothing
  const { sessions, days, holidays = {}, workdays = {}, source = '' } = content as Content
  if (sessions) return hoursOf(sessions)
  if (days) return weekOf(days)
  const counts = { holidays: Object.keys(holidays).length, workdays: Object.keys(workdays).length }
  return t('history.year', { year: firstDay.slice(0, 4), ...counts, source })
}

/** The day, plan or year that a change concerns. */
export const whatOf = ({ kind, port, first_day: day }: Pick<Change, 'kind' | 'port' | 'first_day'>): string =>
  t(`history.kind.${kind}`, { port: port ?? '', day, year: day.slice(0, 4) })

/** One line for each change that would be undone: what it had set, what comes back, and whose change it was. */
export const undoneLine = (row: Undone): string => t('history.undo.line', {
  what: whatOf(row),
  removed: contentOf(row.removed, row.first_day),
  restored: contentOf(row.restored, row.first_day, t('history.nothing')),
  by: row.by,
  at: formatInstant(row.at),
})

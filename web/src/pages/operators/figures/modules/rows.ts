/** The columns of the figures, written as people read them, and as a CSV. */
import type { Figures, Labelled } from '@/api/operators-figures'
import { t } from '@/i18n/operators/figures'

export const COLUMNS = [
  'applications', 'approvals', 'returns', 'lapsed', 'due', 'overdue', 'overdue_share',
  'answer_median_minutes', 'answer_p90_minutes', 'lead_median_minutes', 'lead_p10_minutes',
] as const

type Column = (typeof COLUMNS)[number]
const DAY_MINUTES = 24 * 60

export function written(column: Column, figures: Figures): string {
  const value = figures[column]
  if (value === null) return '—'
  if (column === 'overdue_share') return `${(value * 100).toFixed(1)} %`
  return column.endsWith('_minutes') ? duration(value) : String(value)
}

function duration(minutes: number): string {
  if (minutes < 0) return `−${duration(-minutes)}`
  const hours = Math.floor(minutes / 60)
  if (minutes >= 2 * DAY_MINUTES) return t('days', { days: Math.floor(hours / 24), hours: hours % 24 })
  return hours ? t('hours', { hours, minutes: minutes % 60 }) : t('minutes', { minutes })
}

/** Numbers as they are, so that a spreadsheet can calculate with them; a byte order mark makes it read UTF-8. */
export function csvOf(head: string, rows: readonly Labelled[]): Blob {
  const lines = [
    [head, ...COLUMNS.map((column) => t(column))],
    ...rows.map((row) => [row.label, ...COLUMNS.map((column) => String(row[column] ?? ''))]),
  ]
  return new Blob([`\uFEFF${lines.map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n`], { type: 'text/csv' })
}

const quoted = (text: string): string => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

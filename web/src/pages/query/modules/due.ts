/** What is due in a row: 通关完成未反馈, or a deadline that is near. */
import type { Row } from '@/api/query'
import { t } from '@/i18n'
import { formatEnd } from '@/dates'

export type Due = { kind: 'overdue' } | { kind: 'feedback' | 'submit', by: string }

/** Feedback is due within five days, so the last two are near; a draft's cut-off is near on its last day. */
const NEAR_MS = { feedback: 48 * 3_600_000, submit: 24 * 3_600_000 }

export function dueOf(row: Row, now: number): Due | undefined {
  if (row.state === 'completed_without_feedback') return { kind: 'overdue' }
  const { feedback_by, submit_by } = row.deadlines
  if (row.state === 'succeeded') return near('feedback', feedback_by, now)
  return row.state === 'draft' && submit_by && Date.parse(submit_by) > now ? near('submit', submit_by, now) : undefined
}

/** Returns the words for that; empty when nothing is due. */
export function dueText(row: Row, now: number): string {
  const due = dueOf(row, now)
  if (!due) return ''
  return due.kind === 'overdue' ? t('due.overdue') : t(`due.${due.kind}`, { by: formatEnd(due.by) })
}

function near(kind: 'feedback' | 'submit', by: string | null, now: number): Due | undefined {
  return by && Date.parse(by) - now <= NEAR_MS[kind] ? { kind, by } : undefined
}

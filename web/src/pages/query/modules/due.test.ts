import { describe, expect, it } from 'vitest'
import { dueOf } from './due'
import { row } from './rows.fixture'

const NOW = Date.parse('2026-11-28T20:00:00+08:00')
const deadlines = { submit_by: null, cancel_before: null, feedback_by: null }

describe('what a row says is due', () => {
  it('is a lack of feedback', () => {
    expect(dueOf(row(1, { state: 'completed_without_feedback' }), NOW)).toEqual({ kind: 'overdue' })
  })

  it.each([
    ['2026-11-30T20:00:00+08:00', true],
    ['2026-11-30T20:01:00+08:00', false],
    ['2026-11-28T19:59:00+08:00', true],
  ])('is feedback due by %s: %s', (by, near) => {
    const approved = row(1, { state: 'succeeded', deadlines: { ...deadlines, feedback_by: by } })
    expect(dueOf(approved, NOW)).toEqual(near ? { kind: 'feedback', by } : undefined)
  })

  it.each([
    ['2026-11-29T20:00:00+08:00', true],
    ['2026-11-29T20:01:00+08:00', false],
    ['2026-11-28T20:00:00+08:00', false],
  ])('is a draft\'s cut-off at %s: %s', (by, near) => {
    const draft = row(1, { deadlines: { ...deadlines, submit_by: by } })
    expect(dueOf(draft, NOW)).toEqual(near ? { kind: 'submit', by } : undefined)
  })

  it('is nothing once it is fed back', () => {
    const over = row(1, { state: 'completed', deadlines: { ...deadlines, feedback_by: '2026-11-28T21:00:00+08:00' } })
    expect(dueOf(over, NOW)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import type { Agenda, Listed } from '@/api/appointments'
import { workOf, type Section } from './work'

const NOW = '2026-11-30T12:00:00+08:00'

function listed(number: string, more: object = {}): Listed {
  return {
    pre_entry_no: number, state: 'succeeded', attention: [], window_end: '2026-11-30T13:00:00+08:00',
    content: { window_start: '2026-11-30T11:00:00+08:00' }, deadlines: { submit_by: null, feedback_by: NOW },
    explanation: { status: 'available' }, ...more,
  } as unknown as Listed
}

function agenda(lists: Partial<Record<keyof Agenda, Listed[]>>, counts: object = {}): Agenda {
  const names = ['drafts', 'upcoming', 'feedback_due', 'undecided', 'returned', 'overdue'] as const
  const whole = Object.fromEntries(names.map((name) => [name, lists[name] ?? []]))
  const sizes = Object.fromEntries(names.map((name) => [name, lists[name]?.length ?? 0]))
  return { now: NOW, ...whole, counts: { ...sizes, ...counts } } as unknown as Agenda
}

function section(of: Agenda, name: Section) {
  const found = workOf(of).find((each) => each.section === name)
  return { kinds: found?.tasks.map(({ kind, item }) => `${kind} ${item.pre_entry_no}`), total: found?.total }
}

describe('what must be done now', () => {
  it('is what is overdue, what was refused, and what was returned, in this order', () => {
    const of = agenda({
      overdue: [listed('1')],
      feedback_due: [listed('2', { attention: ['feedback_refused'] })],
      upcoming: [listed('3', { explanation: { status: 'refused' } }), listed('4', { attention: ['hours_changed'] })],
      returned: [listed('5')],
    })
    expect(section(of, 'must')).toEqual({
      kinds: ['overdue 1', 'refused 2', 'explanation 3', 'hours 4', 'returned 5'], total: 5,
    })
  })

  it('is listed once', () => {
    const both = listed('2', { attention: ['feedback_refused'] })
    const of = agenda({ feedback_due: [both, listed('3')], upcoming: [both] })
    expect(section(of, 'must').kinds).toEqual(['refused 2'])
    expect(section(of, 'feedback')).toEqual({ kinds: ['feedback 3'], total: 1 })
    expect(section(of, 'upcoming')).toEqual({ kinds: [], total: 0 })
  })
})

it('says whether a draft is still in time, and counts those that are not listed', () => {
  const drafts = ['open', 'blocked', 'untimed', 'passed'].map((timing, place) => listed(`${place}`, { timing }))
  expect(section(agenda({ drafts }, { drafts: 340 }), 'drafts')).toEqual({
    kinds: ['open 0', 'blocked 1', 'untimed 2', 'passed 3'], total: 340,
  })
})

it('leads to the field in which the next step is taken', () => {
  const of = agenda({
    overdue: [listed('1')], feedback_due: [listed('2')],
    drafts: [listed('3', { timing: 'passed' }), listed('4', { timing: 'open' })],
  })
  expect(workOf(of).flatMap(({ tasks }) => tasks.map(({ path }) => path))).toEqual([
    '/apply/1?at=explanation', '/apply/2?at=feedback', '/apply/3?at=window', '/apply/4',
  ])
})

it('tells a window that runs from one that is to come', () => {
  const later = { content: { window_start: '2026-12-01T20:00:00+08:00' } }
  const of = agenda({ upcoming: [listed('1'), listed('2', later)] })
  expect(section(of, 'upcoming').kinds).toEqual(['running 1', 'upcoming 2'])
})

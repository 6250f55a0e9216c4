import { describe, expect, it } from 'vitest'
import { addMonths, weekday } from '@/dates'
import { goal, weeksOf } from './calendar'

describe('a month as whole weeks', () => {
  it('begins on Monday and reaches into the months beside it', () => {
    const weeks = weeksOf('2026-11-17')
    expect(weeks.map(([first]) => first)).toEqual([
      '2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30',
    ])
    expect(weeks.at(-1)?.at(-1)).toBe('2026-12-06')
  })

  it('has six weeks even when February fills four', () => {
    expect(weeksOf('2027-02-10').map(([first]) => first)).toEqual([
      '2027-02-01', '2027-02-08', '2027-02-15', '2027-02-22', '2027-03-01', '2027-03-08',
    ])
  })

  it('counts Monday as the first day', () => {
    expect(['2026-11-30', '2026-12-06'].map(weekday)).toEqual([0, 6])
  })
})

describe('where a key leads', () => {
  it.each([
    ['ArrowLeft', '2026-11-30'], ['ArrowRight', '2026-12-02'], ['ArrowUp', '2026-11-24'], ['ArrowDown', '2026-12-08'],
    ['Home', '2026-11-30'], ['End', '2026-12-06'], ['PageUp', '2026-11-01'], ['PageDown', '2027-01-01'],
  ])('%s', (key, date) => {
    expect(goal('2026-12-01', key, false)).toBe(date)
  })

  it('leads a year away with Shift, and to the last day of a shorter month', () => {
    expect(goal('2028-02-29', 'PageDown', true)).toBe('2029-02-28')
    expect(addMonths('2026-12-31', 2)).toBe('2027-02-28')
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
  })

  it('leads nowhere with another key, and not out of the calendar', () => {
    expect(goal('2026-12-01', 'x', false)).toBeUndefined()
    expect(goal('2100-12-31', 'ArrowRight', false)).toBe('2100-12-31')
  })
})

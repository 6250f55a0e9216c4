import { describe, expect, it } from 'vitest'
import { barsOf, daysOf, monthsOf, planned, readSessions, runsOf } from './year'

describe('a year', () => {
  it('has a day for each letter, months from Monday, and capital letters for late shifts', () => {
    const days = daysOf(2027, `hhf${'w'.repeat(360)}S-`)
    expect(days).toHaveLength(365)
    expect(days[0]).toEqual({ date: '2027-01-01', kind: 'h', isLate: false })
    expect(days[363]).toEqual({ date: '2027-12-30', kind: 's', isLate: true })
    expect(monthsOf(days)[0]).toMatchObject({ month: 1, blank: 4 })
    expect(monthsOf(days)[1]?.days).toHaveLength(28)
    expect(runsOf(days).map(({ first, last, days: count }) => [first, last, count])).toEqual([
      ['2027-01-01', '2027-01-02', 2], ['2027-01-03', '2027-01-03', 1], ['2027-01-04', '2027-12-29', 360],
      ['2027-12-30', '2027-12-30', 1], ['2027-12-31', '2027-12-31', 1],
    ])
  })

  it('is drawn from a notice before it is published', () => {
    const days = planned(2028, new Set(['2028-01-03']), new Set(['2028-01-08']))
    expect(days).toHaveLength(366)
    expect(days.slice(0, 8).map(({ kind }) => kind).join('')).toBe('ffhwwwwm')
  })
})

describe('sessions', () => {
  const day = { layer: 'override' as const, note: null }

  it('are one bar across midnight', () => {
    const bars = barsOf([
      { ...day, date: '2027-01-01', sessions: [['20:00', '26:00']] },
      { ...day, date: '2027-01-02', sessions: [['08:30', '17:00']] },
    ])
    expect(bars).toEqual([
      { from: 20, to: 26, text: '20:00–02:00 +1' }, { from: 32.5, to: 41, text: '08:30–17:00' },
    ])
  })

  it.each([
    ['8:30-12:00，13:30-17:00', [['08:30', '12:00'], ['13:30', '17:00']]],
    ['20:00-次日02:00', [['20:00', '26:00']]],
    ['22:00 至 2:00', [['22:00', '26:00']]],
    ['00:00-24:00', [['00:00', '24:00']]],
    ['8点', undefined],
    ['', undefined],
  ])('are read as people write them: %s', (text, found) => {
    expect(readSessions(text)).toEqual(found)
  })
})

import { describe, expect, it } from 'vitest'
import type { PortHours } from '@/api/reference'
import { cellsOf, endOf, missingDays } from './weeks'

const port: PortHours = {
  port: '2233',
  name: '浦东机场',
  days: [{ date: '2026-11-27', layer: 'national', sessions: [['08:30', '12:00'], ['13:30', '24:00']], note: null }],
  before: [],
  errors: [{ code: 'calendar.missing', facts: { calendar_day: '2026-11-30' }, field: null, message: '', remedy: '' }],
}

describe('the picture of a port\'s working time', () => {
  it('begins its weeks on Monday', () => {
    const cells = cellsOf(port, '2026-11-27', '2026-11-30')
    expect(cells.map(({ date, week, column }) => [date, week, column])).toEqual([
      ['2026-11-27', 0, 4], ['2026-11-28', 0, 5], ['2026-11-29', 0, 6], ['2026-11-30', 1, 0],
    ])
  })

  it('has a bar for each session, in hours', () => {
    expect(cellsOf(port, '2026-11-27', '2026-11-28').map((cell) => cell.bars))
      .toEqual([[{ from: 8.5, to: 12 }, { from: 13.5, to: 24 }], []])
  })

  it('draws a shift past midnight on both of its dates', () => {
    const days = port.days.map((day) => ({ ...day, sessions: [['20:00', '26:30']] }))
    expect(cellsOf({ ...port, days }, '2026-11-27', '2026-11-28').map((cell) => cell.bars))
      .toEqual([[{ from: 20, to: 24 }], [{ from: 0, to: 2.5 }]])
  })

  it('draws what a shift of the day before leaves for the first date, and there only', () => {
    const night = { ...port, before: [['00:00', '02:30']] }
    expect(cellsOf(night, '2026-11-27', '2026-11-28').map((cell) => cell.bars))
      .toEqual([[{ from: 0, to: 2.5 }, { from: 8.5, to: 12 }, { from: 13.5, to: 24 }], []])
  })

  it('shows an end after midnight as a time of the next day', () => {
    expect(endOf('26:30')).toEqual({ time: '02:30', isNextDay: true })
    expect(endOf('24:00')).toEqual({ time: '24:00', isNextDay: false })
  })

  it('tells a day that nobody published from a day off', () => {
    expect(missingDays(port)).toEqual(['2026-11-30'])
    expect(cellsOf(port, '2026-11-29', '2026-11-30').map((cell) => cell.unknown)).toEqual([false, true])
  })
})

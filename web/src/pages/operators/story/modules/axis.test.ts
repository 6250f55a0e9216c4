import { describe, expect, it } from 'vitest'
import { including, moved, placeOf, ticks, whole, zoomed } from './axis'

const at = (text: string) => Date.parse(`${text}+08:00`)
const labelsOf = (from: string, to: string, width: number) =>
  ticks({ from: at(from), to: at(to) }, width).map((each) => each.label)
const LIMITS = { from: 0, to: 1_000_000 }

describe('the span', () => {
  it('has all instants in it with room at both ends', () => {
    const { from, to } = whole([200, 1200])
    expect([from, to]).toEqual([160, 1240])
  })

  it('is an hour for a single instant', () => {
    const { from, to } = whole([at('2026-11-24T12:00:00')])
    expect(to - from).toBe(3_600_000)
  })

  it('keeps the instant below the pointer in its place when it is zoomed', () => {
    const span = zoomed({ from: 0, to: 1000 }, 0.5, 250, LIMITS)
    expect(span).toEqual({ from: 125, to: 625 })
    expect(placeOf(250, span, 800)).toBe(200)
  })

  it('is never longer than everything, nor shorter than events of one command', () => {
    expect(zoomed({ from: 0, to: 900_000 }, 4, 100, LIMITS)).toEqual(LIMITS)
    const shortest = zoomed({ from: 0, to: 30 }, 0.01, 15, LIMITS)
    expect(shortest.to - shortest.from).toBe(20)
  })

  it('stops at the ends when it is moved', () => {
    expect(moved({ from: 100, to: 300 }, -1, LIMITS)).toEqual({ from: 0, to: 200 })
    expect(moved({ from: 999_900, to: 1_000_000 }, 1, LIMITS)).toEqual({ from: 999_900, to: 1_000_000 })
  })

  it('follows an instant outside of it and stays for one inside', () => {
    const span = { from: 100, to: 300 }
    expect(including(span, 150, LIMITS)).toBe(span)
    expect(including(span, 5000, LIMITS)).toEqual({ from: 4900, to: 5100 })
  })
})

describe('the ticks', () => {
  it('are whole days of Shanghai for weeks', () => {
    const labels = labelsOf('2026-11-24T12:00:00', '2026-12-01T12:00:00', 800)
    expect(labels).toEqual([
      '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01',
    ])
  })

  it('are clock times for hours, with the date at the first and where a day begins', () => {
    const labels = labelsOf('2026-11-24T21:30:00', '2026-11-25T01:30:00', 500)
    expect(labels).toEqual(['11-24 22:00', '23:00', '11-25 00:00', '01:00'])
  })

  it('have milliseconds for what happens at once', () => {
    const from = at('2026-11-24T21:30:00')
    expect(ticks({ from, to: from + 300 }, 400).map((each) => each.label)).toContain('21:30:00.100')
  })
})

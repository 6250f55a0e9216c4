import { expect, it } from 'vitest'
import { addDays, dateOf, parseDate, instant, timeLeft, formatInstant, formatEnd } from './dates'

it('shows every instant by the clock of Shanghai', () => {
  expect(formatInstant('2026-11-28T20:00:00+08:00')).toBe('2026-11-28 20:00')
  expect(formatInstant('2026-11-28T16:30:00Z')).toBe('2026-11-29 00:30')
})

it('shows an end at midnight as 24:00 of the day that ends', () => {
  expect(formatEnd('2026-12-12T00:00:00+08:00')).toBe('2026-12-11 24:00')
  expect(formatEnd('2026-12-31T16:00:00Z')).toBe('2026-12-31 24:00')
  expect(formatEnd('2026-12-12T00:30:00+08:00')).toBe('2026-12-12 00:30')
})

it('writes what is shown with its offset', () => {
  expect(instant('2026-11-28 20:00')).toBe('2026-11-28T20:00:00+08:00')
})

it('knows the date in Shanghai', () => {
  expect(dateOf(Date.parse('2026-11-28T16:00:00Z'))).toBe('2026-11-29')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

it.each(['', '2026-11', '2026-13-01', '2026-02-29', '0202-11-05'])('counts no days from %s', (text) => {
  expect(addDays(text, 1)).toBe('')
})

it('counts down and never below nothing', () => {
  expect(timeLeft(90_061_000)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1 })
  expect(timeLeft(-5)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 })
})

it.each([
  ['2026-11-08', '2026-11-08'],
  ['2026/11/8', '2026-11-08'],
  ['2026年11月8日', '2026-11-08'],
  [' 20261108 ', '2026-11-08'],
  ['２０２６－１１－０８\u200b', '2026-11-08'],
  ['2026 年 11 月 8 号', '2026-11-08'],
  ['2028-02-29', '2028-02-29'],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-11', undefined],
  ['11/08/2026', undefined],
])('reads %s as the date %s', (text, date) => {
  expect(parseDate(text)).toBe(date)
})

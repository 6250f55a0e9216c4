import { describe, expect, it } from 'vitest'
import { named, offendersOf } from './deletion'
import { nameIn } from './exporting'

const numbers = Array.from({ length: 12 }, (_, place) => `2026${String(place).padStart(14, '0')}`)

describe('a batch that is refused', () => {
  it('names the appointments that prevent it', () => {
    const fault = { code: 'state.not_permitted', field: 'pre_entry_nos[1]', message: '已申报', remedy: '', facts: {} }
    const other = { ...fault, field: null }
    expect(offendersOf([fault, other], numbers)).toEqual([{ number: numbers[1], message: '已申报', remedy: '' }])
  })

  it('is asked about by number, as long as they can be read', () => {
    expect(named(numbers.slice(0, 2))).toBe(`${numbers[0] ?? ''}、${numbers[1] ?? ''}`)
    expect(named(numbers)).toMatch(/等 12 条$/)
  })
})

describe('a file', () => {
  it('has the name that the server gives it, and no path', () => {
    expect(nameIn('attachment; filename="appointments-2026.csv"', 'csv')).toBe('appointments-2026.csv')
    expect(nameIn('attachment; filename="../x.csv"', 'csv')).toBe('appointments.csv')
    expect(nameIn(null, 'xlsx')).toBe('appointments.xlsx')
  })
})

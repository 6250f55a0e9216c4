import { describe, expect, it } from 'vitest'
import { faultWhileTyping, spanFault } from './spans'

describe('a span', () => {
  it.each([
    ['2026-11-01', '2026-11-16', undefined],
    ['2026-11-01', '2026-11-17', 'long'],
    ['2026-02-20', '2026-03-07', undefined],
    ['2026-11-02', '2026-11-01', 'reversed'],
    ['2026-11-02', '', 'open'],
    ['', '', undefined],
    ['2026-02-20', '2026-02-31', 'malformed'],
    ['2026-13-45', '2026-13-46', 'malformed'],
  ])('from %s to %s is %s', (from, to, fault) => {
    expect(spanFault({ from, to })).toBe(fault)
  })

  it('is not judged while a year is being typed', () => {
    expect(faultWhileTyping({ from: '2026-11-01', to: '0202-11-05' })).toBeUndefined()
    expect(faultWhileTyping({ from: '2026-11-01', to: '' })).toBeUndefined()
    expect(faultWhileTyping({ from: '2026-11-01', to: '2026-12-05' })).toBe('long')
  })

  it('is wrong when what is typed is no date', () => {
    expect(spanFault({ from: '', to: '2026-11-05', malformed: true })).toBe('malformed')
  })
})

import { describe, expect, it } from 'vitest'
import { asOf, isMoving, moving, withSaved } from './saved'

const lately = { party: 'A', applied_from: '2026-11-15', applied_to: '2026-11-30', state: ['draft'] }

describe('a saved question', () => {
  it('moves with the day, over the ends of months', () => {
    const stored = moving(lately, '2026-11-30')
    expect(stored).toEqual({ party: 'A', applied_from: 'today-15', applied_to: 'today', state: ['draft'] })
    expect(asOf(stored, '2026-12-02')).toMatchObject({ applied_from: '2026-11-17', applied_to: '2026-12-02' })
    expect(asOf(moving({ window_from: '2026-11-30', window_to: '2026-12-07' }, '2026-11-30'), '2026-12-31'))
      .toEqual({ window_from: '2026-12-31', window_to: '2027-01-07' })
  })

  it('keeps dates that are fixed, and what is no date', () => {
    expect(asOf(lately, '2027-01-01')).toEqual(lately)
    expect(moving({ q: 'today', applied_from: '2026-02-30' }, '2026-11-30'))
      .toEqual({ q: 'today', applied_from: '2026-02-30' })
  })

  it('is meant to move when its dates begin or end today', () => {
    expect([isMoving(lately, '2026-11-30'), isMoving(lately, '2026-12-01')]).toEqual([true, false])
  })

  it('takes the place of one of the same name', () => {
    const [one, other] = [{ name: '甲', params: {} }, { name: '乙', params: {} }]
    const newer = { name: '甲', params: lately }
    expect(withSaved([one, other], newer)).toEqual([newer, other])
    expect(withSaved([other], newer)).toEqual([other, newer])
  })
})

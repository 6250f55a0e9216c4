import { describe, expect, it } from 'vitest'
import { conditionsOf, faultsOf, fieldOf, paramsOf, defaultConditions, type Conditions } from './conditions'

const asked = (more: Partial<Conditions> = {}): Conditions => ({ ...defaultConditions('2026-11-28'), ...more })
const none = { from: '', to: '' }

describe('what is asked', () => {
  it('is, on a fresh page, our own of the last 15 days', () => {
    expect(paramsOf(asked())).toEqual({ party: 'A', applied_from: '2026-11-13', applied_to: '2026-11-28' })
  })

  it('needs the consignee when we ask as one', () => {
    expect(faultsOf(asked({ party: 'B' })).get('consignee')).toBe('required')
    expect(faultsOf(asked({ party: 'B', consignee: '312226000' })).get('consignee')).toBe('malformed')
    expect(faultsOf(asked({ party: 'B', consignee: '3122260003' })).size).toBe(0)
  })

  it('needs a span or a number', () => {
    expect([...faultsOf(asked({ applied: none }))]).toEqual([['nothing', 'required']])
    expect(faultsOf(asked({ applied: none, number: '202600000000000001' })).size).toBe(0)
    expect(faultsOf(asked({ number: '20260000' })).get('number')).toBe('malformed')
  })

  it('tells a number, which needs no span, from words, which do', () => {
    const byNumber = asked({ applied: none, find: ' 2233 2026 0000 0000 01' })
    expect(paramsOf(byNumber)).toEqual({ party: 'A', number: '223320260000000001' })
    expect(faultsOf(byNumber).size).toBe(0)
    expect(paramsOf(asked({ applied: none, find: ' 0301999990 ' }))).toEqual({ party: 'A', q: '0301999990' })
    expect([...faultsOf(asked({ applied: none, find: '活鱼' }))]).toEqual([['nothing', 'required']])
  })

  it('names every fault at once', () => {
    const wrong = asked({
      party: 'B', window: { from: '2026-11-01', to: '2026-11-30' }, applied: { from: '2026-11-02', to: '' },
    })
    expect([...faultsOf(wrong).keys()]).toEqual(['consignee', 'applied', 'window'])
  })

  it('comes back from the address as it went in', () => {
    const whole = asked({
      party: 'B', consignee: '3122260003', states: ['draft', 'succeeded'], number: '202600000000000001',
      window: { from: '2026-11-01', to: '2026-11-02' }, find: '活鱼', sort: '-state',
    })
    const address = paramsOf(whole) as Record<string, string | string[]>
    expect(conditionsOf(address)).toEqual(whole)
  })

  it('takes from an address nothing but what can be', () => {
    expect(conditionsOf({ receipts: '1' })).toBeUndefined()
    expect(conditionsOf({ party: 'Z', applied_from: '<img>' })).toMatchObject({ party: 'A', applied: none })
  })

  it('finds the field of a refusal', () => {
    const at = (field: string | null) => fieldOf({ code: 'x', field, message: '', remedy: '', facts: {} })
    expect([at('applied_to'), at('window_from'), at('pre_entry_no'), at('consignee'), at(null)])
      .toEqual(['applied', 'window', 'number', 'consignee', 'nothing'])
  })
})

import { describe, expect, it } from 'vitest'
import { addressOf, conditionsOf, isFiltered, nextSort, paramsOf } from './conditions'

describe('the conditions of a worklist', () => {
  it('are those of the address, and the address is that of the conditions', () => {
    const filters = { port: '2233', party: '上海', min_age_hours: '24' }
    const address = { kind: 'receipts', state: 'received', sort: '-since', ...filters }
    expect(addressOf(conditionsOf(address))).toEqual(address)
  })

  it('are those of the longest wait where nothing, or nonsense, is asked', () => {
    const plain = conditionsOf({ kind: 'everything', state: 'stuck', min_age_hours: '-1', sort: 'version' })
    expect(plain).toEqual({ kind: 'overdue', state: '', port: '', party: '', age: '0', sort: 'since' })
    expect(paramsOf(plain)).toEqual({})
    expect(isFiltered(plain)).toBe(false)
  })

  it('know no state of another list', () => {
    expect(conditionsOf({ kind: 'deliveries', state: 'parked' }).state).toBe('')
  })

  it('turn round when a column is chosen again', () => {
    expect(nextSort('since', 'since')).toBe('-since')
    expect(nextSort('-since', 'since')).toBe('since')
    expect(nextSort('-since', 'port')).toBe('port')
  })
})

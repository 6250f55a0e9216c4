import { describe, expect, it } from 'vitest'
import { ariaSort } from '@/ui/sorting'
import { nextSort } from './sorting'

describe('the head of a column', () => {
  it('sorts up, down, and gives back the newest first', () => {
    const after = (sort: Parameters<typeof nextSort>[0]) => nextSort(sort, 'state')
    expect([after(''), after('state'), after('-state')]).toEqual(['state', '-state', ''])
    expect(nextSort('-state', 'due')).toBe('due')
  })

  it('says in which order the rows are', () => {
    expect([ariaSort('state', 'state'), ariaSort('-state', 'state'), ariaSort('due', 'state')])
      .toEqual(['ascending', 'descending', undefined])
  })
})

import { describe, expect, it } from 'vitest'
import type { Worklist } from '@/api/operators-worklists'
import { countedOf, footOf, totalOf } from './foot'

const page = (changes: Partial<Worklist>): Worklist => ({
  kind: 'missing', at: '2026-11-30T10:05:00+08:00', acts: [], items: [], total: 0, complete: true, next_cursor: null,
  counted_at: null, ...changes,
})

describe('below a worklist', () => {
  it('a total that nobody counted to its end is a least number', () => {
    expect(totalOf(page({ total: 100_000, complete: false }))).toBe('100,000+')
    expect(totalOf(page({ total: 100_000 }))).toBe('100,000')
    expect(footOf(page({ total: 100_000, complete: false }), 50, false)).toContain('50 / 100,000+')
  })

  it('an empty list says whether nothing waits, or nobody has looked', () => {
    const looked = page({ counted_at: '2026-11-30T10:00:00+08:00' })
    expect(footOf(looked, 0, false)).toContain('没有待办')
    expect(footOf(looked, 0, true)).toContain('没有符合条件')
    expect(footOf(page({ complete: false }), 0, false)).toContain('还没有搜索过')
    expect(footOf({ ...looked, kind: 'standing', complete: false }, 0, false)).toContain('不标记停滞')
  })

  it('a search says when it was, and how long before the page was read', () => {
    expect(countedOf(page({ counted_at: '2026-11-30T10:00:00+08:00' }))).toContain('2026-11-30 10:00 搜索所得（5 分钟前）')
    expect(countedOf(page({ kind: 'overdue' }))).toBe('')
  })
})

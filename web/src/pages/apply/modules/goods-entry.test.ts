import { expect, it } from 'vitest'
import { unfinished, wholeLine } from './goods-entry'

const halves = [{ hs_code: '0301', name: '活鱼' }, { hs_code: '0301999990', name: ' ' }, { hs_code: '', name: '活鱼' }]

it('goes into the table when it is whole, without the blanks around its name', () => {
  expect(wholeLine({ hs_code: '0301999990', name: ' 活鱼 ' })).toEqual({ hs_code: '0301999990', name: '活鱼' })
})

it('is no fault when it is empty', () => {
  expect(wholeLine({ hs_code: '', name: '' })).toBeUndefined()
  expect(unfinished({ hs_code: '', name: '' }, [])).toEqual([])
})

it.each(halves)('stays where it is as long as it is half: $hs_code $name', (half) => {
  expect(wholeLine(half)).toBeUndefined()
  expect(unfinished(half, []).map(({ field }) => field)).toEqual(['goods'])
  expect(unfinished(half, ['0301']).map(({ field }) => field)).toEqual(['goods', 'goods'])
})

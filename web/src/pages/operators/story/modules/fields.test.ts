import { expect, it } from 'vitest'
import type { View } from '@/api/operators-story'
import { fieldName, fieldsOf } from './fields'

it('names a field as people call it, and its place in a list from 1', () => {
  expect(fieldName('content.goods[0].hs_code')).toBe('商品 1 HS 编码')
  expect(fieldName('standing.state')).toBe('进度 申请状态')
  expect(fieldName('attention[1]')).toBe('关注 2')
  expect(fieldName('something.new')).toBe('something new')
})

it('lists what is filled in, and says of a sealed field that it is sealed', () => {
  const view = {
    state: 'draft', state_label: '暂存', version: 3, goods: [{ seq: 1 }],
    content: { contact_name: null, direction: 'I', goods: [{ hs_code: '0301', name: '活鱼' }] },
  } as unknown as View
  expect(fieldsOf(view, ['content.contact_name'])).toEqual([
    { path: 'state', text: 'draft' },
    { path: 'content.direction', text: 'I' },
    { path: 'content.goods[0].hs_code', text: '0301' },
    { path: 'content.goods[0].name', text: '活鱼' },
    { path: 'content.contact_name', text: '已密封，查看须写明理由' },
  ])
})

import { expect, it } from 'vitest'
import { fault } from './checks'

it.each([
  ['contact_mobile', '1', '138001', '123'],
  ['consignee_code', '3122', '312226000', '31x'],
  ['declaration_number', '22332026', '2233202610000', '223320265'],
  ['hs_code', '0301', '030199', undefined],
  ['window_start', '2026-1', '2026-11-28', '今晚'],
])('%s: a beginning is no fault while typing, half of it is one when left', (field, begun, half, wrong) => {
  expect(fault(field, begun, false)).toBeUndefined()
  expect(fault(field, half, false)).toBeUndefined()
  expect(fault(field, half, true)).toBeDefined()
  if (wrong !== undefined) expect(fault(field, wrong, false)).toBeDefined()
})

it.each([
  ['contact_mobile', '13800138000'],
  ['consignee_code', '312226000A'],
  ['declaration_number', '223320261000000001'],
  ['hs_code', '0301999590'],
  ['window_start', '2026-11-28 20:00'],
  ['reason', '任何文字'],
])('%s may be %s', (field, text) => {
  expect(fault(field, text, true)).toBeUndefined()
  expect(fault(field, '', true)).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { startOf, written } from '@/dates'
import { bodyOf, blank, differing, formOf, nameCharacters } from './form'

const CONTENT = {
  consignee_code: '3122260003', contact_name: '王小明', contact_mobile: '13800138000', declaration_port: '2233',
  entry_exit_port: '2202', transport_mode: '5', direction: 'I' as const, window_start: '2026-11-28T20:00:00+08:00',
  reason: '鲜活货物夜间到港', reason_category: 'perishable' as const,
  goods: [{ hs_code: '0301999590', name: '其他活鱼' }],
}

describe('the start of a window', () => {
  it.each([
    '2026-11-28 20:00', '2026-11-28T20:00', '2026/11/28 20:00', '2026.11.28 20', '202611282000', '2026112820',
    '2026年11月28日20时', '2026年11月28日 20:00', ' 2026-11-28 20：00 ', '2026-11-28T20:00:00+08:00',
    '2026年11月28日 20点', '2026 年 11 月 28 日 20 点 00 分', '２０２６－１１－２８　２０：００', '2026.11.28  20:00\u200b',
    '2026-11-28 20：00：00', '2026年11月28号20点', '11-28 20:00', '11月28日20点', '１１/２８ ２０',
  ])('is read from %s', (typed) => {
    expect(startOf(typed, '2026-11-28')).toBe('2026-11-28T20:00:00+08:00')
  })

  it('of a date without its year lies ahead', () => {
    expect(startOf('11-27 20:00', '2026-11-28')).toBe('2027-11-27T20:00:00+08:00')
    expect(startOf('2-29 20:00', '2026-11-28')).toBeUndefined()
  })

  it.each(['', '2026-11-28', '2026-11-31 20:00', '2026-11-28 24:00', '2026-11-28 20:60', '今晚八点', '2026-11-28T20:00Z',
    '26-11-28 20:00', '11-2820:00'])(
    'is none in %s',
    (typed) => {
      expect(startOf(typed)).toBeUndefined()
    },
  )

  it('is written as it is read, with seconds only where there are some', () => {
    expect(written('2026-11-28T12:00:00Z')).toBe('2026-11-28 20:00')
    expect(startOf(written('2026-11-28T20:00:07+08:00'))).toBe('2026-11-28T20:00:07+08:00')
  })
})

it('goes over the wire and comes back the same', () => {
  expect(bodyOf(formOf(CONTENT))).toEqual(CONTENT)
})

it('sends nothing for what is blank', () => {
  const body = bodyOf({ ...blank(), contact_name: '  ', goods: [{ hs_code: '0301', name: '' }] })
  expect(body.contact_name).toBeNull()
  expect(body.window_start).toBeNull()
  expect(body.goods).toEqual([{ hs_code: '0301', name: null }])
})

it('tells in which fields two forms differ, in the order of the screen', () => {
  const form = formOf(CONTENT)
  expect(differing(form, { ...form, goods: [], contact_name: '李' })).toEqual(['contact_name', 'goods'])
  expect(differing(form, formOf(CONTENT))).toEqual([])
})

it('counts characters as the rule does: one for each code point', () => {
  expect(nameCharacters([{ hs_code: '', name: '𠮷鱼' }, { hs_code: '', name: 'a' }])).toBe(3)
})

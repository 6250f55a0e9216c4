import { describe, expect, it } from 'vitest'
import type { Application, CellError } from '@/api/batch'
import { empty, faultsByCell, pasted, zerosBack, type Line } from './sheet'

const silent = { field: null, message: '', remedy: '', facts: {} }
const fault = (more: Partial<CellError>): CellError =>
  ({ ...silent, place: 0, row: 2, column: 'name', code: 'field.required', ...more })
const item = (...errors: CellError[]) => ({ errors }) as unknown as Application

describe('a paste', () => {
  it('fills in from the column where the cursor is', () => {
    expect(pasted('0301999390\t其他活鱼\r\n0302110000\t鲜鳟鱼', 'hs_code')).toEqual([
      { hs_code: '0301999390', name: '其他活鱼' }, { hs_code: '0302110000', name: '鲜鳟鱼' },
    ])
  })

  it('goes by the names of columns when it has them, in any order', () => {
    expect(pasted('商品名称\t备注\t企业自编号 *\n活鱼\tx\tA-1', 'contact_name')).toEqual([{ name: '活鱼', reference: 'A-1' }])
  })

  it('loses nothing to a name that is only one word of the data', () => {
    expect(pasted('联系人\n王小明', 'contact_name')).toEqual([{ contact_name: '联系人' }, { contact_name: '王小明' }])
  })

  it('stops at the last column', () => {
    expect(pasted('活鱼\t多余', 'name')).toEqual([{ name: '活鱼' }])
  })
})

it('puts each fault at its cell, those of a whole row at its reference', () => {
  const found = faultsByCell([item(fault({}), fault({ place: 1, column: null }))])
  expect([...found.keys()]).toEqual(['0/name', '1/reference'])
})

it('puts back one zero where a spreadsheet has eaten it, and nothing else', () => {
  const lines: Line[] = [{ id: 1, row: 2, cells: { ...empty(), hs_code: '301999390' } }]
  const lost = fault({ column: 'hs_code', code: 'import.leading_zeros', facts: { value: '301999390', digits: 10 } })
  expect(zerosBack([item(lost, fault({}))], lines)).toEqual([[lines[0], 'hs_code', '0301999390']])
})

import { describe, expect, it } from 'vitest'
import { pairs } from './pairs'

const A = '223320261000000001'
const B = '223320261000000002'
const NUMBER = '202600000000000001'

describe('a pasted list', () => {
  const lists = [`${A}\n${B}`, `${A}\r\n\r\n${B}\r\n`, `${A} ${B} ${A}`, `${A}，${B}、${A}`]
  it.each(lists)('is read number by number', (text) => {
    expect(pairs(text).map((each) => each.declaration_number)).toEqual([A, B])
  })

  it('takes a second number in the line for what it belongs to', () => {
    expect(pairs(`${A}\t${NUMBER}\n${B}\t`)).toEqual([
      { declaration_number: A, belongs_to: NUMBER }, { declaration_number: B, belongs_to: null },
    ])
  })

  it('forgives full width and blanks inside, and keeps what is no number', () => {
    expect(pairs('２２３３ 2026 1 000000001\n12')).toEqual([
      { declaration_number: A, belongs_to: null }, { declaration_number: '12', belongs_to: null },
    ])
  })
})

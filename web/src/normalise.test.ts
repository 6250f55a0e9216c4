import { expect, it } from 'vitest'
import cases from '../../tests/unit/domain/normalising.json'
import { code, freeText, hsCode, mobile } from './normalise'

const KINDS: Record<keyof typeof cases, (text: string) => string> = {
  code, hs_code: hsCode, mobile, free_text: freeText,
}

const rows = Object.entries(cases).flatMap(([kind, each]) =>
  each.map(([typed = '', read = '']) => ({ kind: kind as keyof typeof cases, typed, read })))

it.each(rows)('reads $kind $typed', ({ kind, typed, read }) => {
  expect([KINDS[kind](typed), KINDS[kind](read)]).toEqual([read, read])
})

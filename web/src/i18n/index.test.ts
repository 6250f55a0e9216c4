import { afterEach, expect, it } from 'vitest'
import { listed, sentences, speak } from '.'

afterEach(() => speak('zh'))

it('sets sentences and words as the language does', () => {
  expect([sentences('已过期。', '', '请重选。'), listed(['甲', '乙'])]).toEqual(['已过期。请重选。', '甲、乙'])
  speak('en')
  expect([sentences('Too late.', '', 'Choose another.'), listed(['A', 'B'])])
    .toEqual(['Too late. Choose another.', 'A, B'])
})

import { afterEach, expect, it } from 'vitest'
import { joinWords, sentences, setLanguage } from '.'

afterEach(() => setLanguage('zh'))

it('sets sentences and words as the language does', () => {
  expect([sentences('已过期。', '', '请重选。'), joinWords(['甲', '乙'])]).toEqual(['已过期。请重选。', '甲、乙'])
  setLanguage('en')
  expect([sentences('Too late.', '', 'Choose another.'), joinWords(['A', 'B'])])
    .toEqual(['Too late. Choose another.', 'A, B'])
})

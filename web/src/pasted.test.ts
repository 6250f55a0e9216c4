import { describe, expect, it } from 'vitest'
import { isTable, tableOf } from './pasted'

describe('a table from the clipboard', () => {
  it.each([
    ['', []],
    ['\r\n \t \r\n', []],
    ['a', [['a']]],
    ['a\tb\r\nc\td\r\n', [['a', 'b'], ['c', 'd']]],
    ['a\nb\n\nc', [['a'], ['b'], ['c']]],
    ['a\rb', [['a'], ['b']]],
    ['a\t\tb', [['a', '', 'b']]],
    ['"活鱼\n（鲜）"\t0301999990\r\n', [['活鱼\n（鲜）', '0301999990']]],
    ['"他说""好""\t了"\tb', [['他说"好"\t了', 'b']]],
    ['""\tb', [['', 'b']]],
    // Plain text: these quotes are characters.
    ['"活鱼\n0301999990', [['"活鱼'], ['0301999990']]],
    ['5" 钢管\tb', [['5" 钢管', 'b']]],
    ['"大"号钢管\tb', [['"大"号钢管', 'b']]],
  ])('reads %j', (text, table) => {
    expect(tableOf(text)).toEqual(table)
  })

  it('reads plain text that is full of quotes', () => {
    const quotes = '"a '.repeat(20_000)
    expect(tableOf(quotes)).toEqual([[quotes]])
  })
})

it('is more than one cell when no field could hold it', () => {
  expect(['a', ' a\r\n', '"a\nb"\n', '\ta\t'].map(isTable)).toEqual([false, false, false, false])
  expect(['a\nb', 'a\tb'].map(isTable)).toEqual([true, true])
})

import { describe, expect, it } from 'vitest'
import type { Goods } from './form'
import { MAX_NUMBERS, readGoods, readNumbers } from './paste-rows'

const FISH = { hs_code: '0301999990', name: '其他活鱼' }
const EEL = { hs_code: '0301921000', name: '鳗鱼苗' }
const NOTHING = { hs_code: '', name: '' }

const goods = (text: string, already: Goods[] = []) => readGoods(text, already, NOTHING)
const reasons = (reading: { refused: { text: string, why: { key: string } }[] }) =>
  reading.refused.map(({ text, why }) => [text, why.key])

describe('goods from a spreadsheet', () => {
  it.each([
    '0301999990\t其他活鱼\r\n0301921000\t鳗鱼苗\r\n',
    '其他活鱼\t0301.9999.90\n鳗鱼苗\t0301 9210 00',
    '０３０１．９９９９．９０\t其他活鱼\n\n0301921000\t鳗鱼苗',
    '1\t0301999990\t其他活鱼\n2\t0301921000\t鳗鱼苗',
    '"0301999990"\t"其他活鱼"\n0301921000\t鳗鱼苗',
    '0301999990 其他活鱼\n0301921000，鳗鱼苗',
    '其他活鱼 0301999990\n鳗鱼苗：0301921000',
    '0301999990其他活鱼\n鳗鱼苗0301921000',
  ])('takes %j', (text) => {
    expect(goods(text)).toEqual({ taken: [FISH, EEL], twice: [], skipped: [], refused: [] })
  })

  it('knows the columns by their headings, and says that these are no goods', () => {
    const text = '序号\t商品编码\t商品名称\t单位\n1\t0301999990\t其他活鱼\t千克\n2\t0301921000\t鳗鱼苗\t尾'
    expect(goods(text)).toEqual({ taken: [FISH, EEL], twice: [], skipped: ['序号\t商品编码\t商品名称\t单位'], refused: [] })
  })

  it('reads a name of two lines as one', () => {
    expect(goods('0301999990\t"其他\r\n活鱼（""鲜""）"').taken).toEqual([{ hs_code: '0301999990', name: '其他 活鱼（"鲜"）' }])
  })

  it('takes the first ten digits for the code, and no digit of the name', () => {
    expect(goods('0301999990 3号鱼').taken).toEqual([{ hs_code: '0301999990', name: '3号鱼' }])
  })

  it.each([
    ['0301999990\t', 'paste.why.name'],
    ['\t其他活鱼', 'paste.why.code'],
    ['301999990\t其他活鱼', 'paste.why.zero'],
    ['3.019E+09\t其他活鱼', 'paste.why.scientific'],
    ['03019999\t其他活鱼', 'check.hs'],
    ['03019999901\t其他活鱼', 'check.hs'],
    ['0301999990\t其他活鱼\t鲜', 'paste.why.columns'],
    ['0301999990\t0301921000', 'paste.why.columns'],
    ['其他活鱼\t鲜', 'paste.why.code'],
  ])('refuses %j because of %s', (row, key) => {
    const found = goods(`${row}\n0301921000\t鳗鱼苗`)
    expect(found.taken).toEqual([EEL])
    expect(reasons(found)).toEqual([[row.trim(), key]])
  })

  it('takes no row for a heading that has nothing under it', () => {
    expect(reasons(goods('只有名称'))).toEqual([['只有名称', 'paste.why.code']])
  })

  it('names what is there already', () => {
    const found = goods('0301999990\t其他活鱼\n0301921000\t鳗鱼苗\n0301921000\t鳗鱼苗', [FISH])
    expect([found.taken, found.twice]).toEqual([[EEL], ['0301999990\t其他活鱼', '0301921000\t鳗鱼苗']])
  })

  it('takes 200 rows and 4000 characters at most, and loses none of the others', () => {
    const rows = Array.from({ length: 203 }, (_, place) => `0301999990\t鱼${place}`)
    const found = goods(rows.join('\n'))
    expect(found.taken).toHaveLength(200)
    expect(reasons(found)).toEqual(rows.slice(200).map((row) => [row, 'paste.why.rows']))
    const long = goods(`0301999990\t${'鱼'.repeat(3999)}\n0301921000\t鳗\n0301921000\t鳗鱼`)
    expect(long.taken).toHaveLength(2)
    expect(reasons(long)).toEqual([['0301921000\t鳗鱼', 'paste.why.characters']])
  })
})

const number = (serial: number) => `22332026${1_000_000_000 + serial}`
const [ONE, TWO] = [number(1), number(2)]

describe('declaration numbers', () => {
  it.each([
    `${ONE}\r\n${TWO}\r\n`, `${ONE},${TWO}`, `${ONE}，${TWO}`, `${ONE}、${TWO}`, `${ONE};${TWO}`, `${ONE}\t${TWO}`,
    `${ONE} ${TWO}`, `　${ONE}　${TWO} `, '2233 2026 1000 000001\n2233 2026 1000 000002',
    '2233 2026 1000 000001 2233 2026 1000 000002', `２２３３２０２６１００００００００１\n${TWO}`,
    `"${ONE}\n${TWO}"`,
  ])('are parted in %j', (text) => {
    expect(readNumbers(text, [])).toEqual({ taken: [ONE, TWO], twice: [], skipped: [], refused: [] })
  })

  it('are found in their column', () => {
    const text = `序号\t报关单号\t申报日期\n1\t${ONE}\t2026-11-28\n2\t${TWO}\t2026-11-28`
    const found = readNumbers(text, [])
    expect([found.taken, found.refused]).toEqual([[ONE, TWO], []])
    expect(found.skipped).toEqual(['序号', '报关单号', '申报日期', '1', '2026-11-28', '2', '2026-11-28'])
    expect(readNumbers(`报关单号：${ONE}`, [])).toMatchObject({ taken: [ONE], skipped: ['报关单号'] })
  })

  it('are refused one by one, with what is wrong', () => {
    const found = readNumbers(`${ONE}\n${ONE.slice(1)}\n2.23E+17\n${TWO}9\n22332026200000000A\n123`, [])
    expect(found.taken).toEqual([ONE])
    expect(reasons(found)).toEqual([
      [ONE.slice(1), 'check.number'], ['2.23E+17', 'paste.why.scientific'], [`${TWO}9`, 'check.number'],
      ['22332026200000000A', 'check.number'], ['123', 'check.number'],
    ])
    expect(found.refused[0]?.why.count).toBe(17)
  })

  it('are named when they are there already, and are fifty at most', () => {
    expect(readNumbers(`${ONE}\n${TWO}\n${TWO}`, [ONE])).toMatchObject({ taken: [TWO], twice: [ONE, TWO] })
    const many = Array.from({ length: 53 }, (_, place) => number(place))
    const found = readNumbers(many.join('\n'), [])
    expect(found.taken).toEqual(many.slice(0, MAX_NUMBERS))
    expect(reasons(found)).toEqual(many.slice(MAX_NUMBERS).map((each) => [each, 'paste.why.numbers']))
  })
})

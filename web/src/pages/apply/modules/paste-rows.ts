/** The rows of a paste: which can be taken, which are there already, which cannot be taken and why. */
import { code, freeText, halfWidth, hsCode } from '@/normalise'
import { tableOf } from '@/pasted'
import { fault, isWhole, type ShapeFault } from './checks'
import { MAX_GOODS, MAX_NAMES, nameCharacters, type Goods } from './form'

export interface Reading<Row> {
  taken: Row[]
  /** Texts of what is there already. */
  twice: string[]
  /** Texts that are no data: headings, other columns. */
  skipped: string[]
  refused: { text: string, why: ShapeFault }[]
}

/** The most declaration numbers of one application. */
export const MAX_NUMBERS = 50

const SCIENTIFIC = /^\d(?:\.\d+)?E\+?\d+$/i
const HS_HEADING = /hs|税号|税则|商品编|编码/i
const NAME_HEADING = /名称|品名|name|goods/i
/** A code of ten digits at one end of a text, parted from its name by a blank or a comma, or by nothing. */
const HS = String.raw`(?:[\d０-９][.．。·\s\p{Pd}]*){9}[\d０-９]`
const BETWEEN = String.raw`[\s,，、;；:：]*`
const CODE_FIRST = new RegExp(`^(${HS})(?![\\d０-９])${BETWEEN}(.+)$`, 'u')
const CODE_LAST = new RegExp(`^(.*?[^\\d０-９.．。·\\s\\p{Pd},，、;；:：])${BETWEEN}(${HS})$`, 'u')
const DIGITS = /^[\d０-９][\d０-９.．\s]{3,}/

/** 商品: HS code and name in either order, in cells or in one text; a row of headings says which column is which. */
export function readGoods(text: string, already: readonly Goods[], typed: Goods): Reading<Goods> {
  const rows = tableOf(text).map((row) => row.map(onOneLine))
  const found = nothing<Goods>()
  const columns = rows[0] && rows.length > 1 ? headingsOf(rows[0]) : undefined
  if (columns) found.skipped.push(textOf(rows[0]))
  for (const row of columns ? rows.slice(1) : rows) {
    const cells = row.filter((cell) => cell !== '')
    const line = isNamed(columns) ? judged(row[columns.hs] ?? '', row[columns.name] ?? '') : goodsOf(cells)
    put(found, textOf(row), line, [...already, ...found.taken], typed)
  }
  return found
}

function put(found: Reading<Goods>, text: string, line: Goods | ShapeFault, before: Goods[], typed: Goods): void {
  if ('key' in line) found.refused.push({ text, why: line })
  else if (before.some((each) => each.hs_code === line.hs_code && each.name === line.name)) found.twice.push(text)
  else if (before.length >= MAX_GOODS) found.refused.push({ text, why: { key: 'paste.why.rows' } })
  else if (nameCharacters([...before, typed, line]) > MAX_NAMES) {
    found.refused.push({ text, why: { key: 'paste.why.characters' } })
  } else found.taken.push(line)
}

function goodsOf(cells: string[]): Goods | ShapeFault {
  if (cells.length === 1) return goodsIn(cells[0] ?? '')
  const codes = cells.filter((cell) => isWhole('hs_code', hsCode(cell)))
  if (codes.length > 1) return { key: 'paste.why.columns' }
  if (codes.length === 0) return codeFault(cells.find((cell) => DIGITS.test(cell)) ?? '')
  const others = cells.filter((cell) => cell !== codes[0])
  const names = others.filter((cell) => !/^[\d.,%\s\p{Pd}]*$/u.test(halfWidth(cell)))
  const [name = '', rival] = others.length === 1 ? others : names
  return rival === undefined ? judged(codes[0] ?? '', name) : { key: 'paste.why.columns' }
}

/** Reads one text: the words before or behind its code are the name. */
function goodsIn(text: string): Goods | ShapeFault {
  const [, first, behind = ''] = CODE_FIRST.exec(text) ?? []
  if (first !== undefined) return judged(first, behind)
  const [, before = '', last] = CODE_LAST.exec(text) ?? []
  if (last !== undefined) return judged(last, before)
  return isWhole('hs_code', hsCode(text)) ? judged(text, '') : codeFault(DIGITS.exec(text)?.[0] ?? '')
}

function judged(typed: string, name: string): Goods | ShapeFault {
  const hs = hsCode(typed)
  if (hs === '' || !isWhole('hs_code', hs)) return codeFault(typed)
  return freeText(name) === '' ? { key: 'paste.why.name' } : { hs_code: hs, name: freeText(name) }
}

function codeFault(typed: string): ShapeFault {
  const hs = hsCode(typed)
  if (hs === '') return { key: 'paste.why.code' }
  if (SCIENTIFIC.test(code(typed))) return { key: 'paste.why.scientific' }
  const isShort = /^\d{9}$/.test(code(typed))
  return isShort ? { key: 'paste.why.zero' } : fault('hs_code', hs, true) ?? { key: 'paste.why.code' }
}

interface Columns {
  hs: number
  name: number
}

const isNamed = (columns: Partial<Columns> | undefined): columns is Columns => columns?.hs !== undefined

/** Which column has what, if these are headings, a row without any code in it; `{}` where they do not say it. */
function headingsOf(cells: string[]): Partial<Columns> | undefined {
  if (cells.some((cell) => /\d{4}/.test(halfWidth(cell)))) return undefined
  const place = (heading: RegExp) => cells.findIndex((cell) => heading.test(cell))
  const [name, hs] = [place(NAME_HEADING), place(HS_HEADING)]
  if (hs < 0 && name < 0) return undefined
  return hs < 0 || name < 0 || hs === name ? {} : { hs, name }
}

/** 报关单号: parted by lines, cells, commas or blanks; blanks inside a number say nothing. */
export function readNumbers(text: string, already: readonly string[]): Reading<string> {
  const found = nothing<string>()
  for (const row of tableOf(text)) {
    const parts = row.flatMap((cell) => halfWidth(cell).split(/[,、;:\r\n]/)).flatMap(numbersIn)
    const hasNumber = parts.some((part) => isWhole('declaration_number', part))
    for (const part of parts) {
      if (isOther(part, hasNumber, row.length > 1)) found.skipped.push(part)
      else putNumber(found, part, [...already, ...found.taken])
    }
  }
  return found
}

/** Returns true for a text without a number, and beside a number for other columns and line counts. */
function isOther(part: string, hasNumber: boolean, hasColumns: boolean): boolean {
  if (!/\d/.test(part)) return true
  return hasNumber && (hasColumns ? !/^\d{12,}$/.test(part) && !SCIENTIFIC.test(part) : part.length <= 4)
}

function putNumber(found: Reading<string>, text: string, before: string[]): void {
  const why = SCIENTIFIC.test(text) ? { key: 'paste.why.scientific' as const } : fault('declaration_number', text, true)
  if (why) found.refused.push({ text, why })
  else if (before.includes(text)) found.twice.push(text)
  else if (before.length >= MAX_NUMBERS) found.refused.push({ text, why: { key: 'paste.why.numbers' } })
  else found.taken.push(text)
}

/** Digits are put together until they are a number; words stand by themselves. */
function numbersIn(text: string): string[] {
  const found: string[] = []
  let digits = ''
  for (const word of text.split(/\s+/).map(code).filter((each) => each !== '')) {
    const isPart = /^\d+$/.test(word)
    if (!isPart || digits.length + word.length > 18) found.push(digits)
    digits = isPart ? (digits.length + word.length > 18 ? '' : digits) + word : ''
    if (!isPart) found.push(word)
    if (digits.length >= 18) found.push(digits)
    if (digits.length >= 18) digits = ''
  }
  return [...found, digits].filter((each) => each !== '')
}

const nothing = <Row>(): Reading<Row> => ({ taken: [], twice: [], skipped: [], refused: [] })
const onOneLine = (cell: string): string => freeText(cell.replace(/\s*[\r\n]+\s*/g, ' '))
const textOf = (row: string[] | undefined): string => (row ?? []).filter((cell) => cell !== '').join('\t')

/**
 * Splits what a spreadsheet puts on the clipboard as text: a line for each row, tabs between its cells, and quotes
 * around a cell that has a tab, a line end or a quote of its own.
 *
 * A quote that no other one closes at the end of its cell is a character like others: people also paste plain text,
 * in which a CSV reader would take everything behind such a quote for one cell.
 */

const QUOTED = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y
const PLAIN = /[^\t\r\n]*/y
const ROW_END = /\r\n?|\n/y

/** Rows of cells as they were written; blank rows are left out, so that nothing at all is `[]`. */
export function tableOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let place = 0
  const next = (pattern: RegExp) => {
    pattern.lastIndex = place
    const found = pattern.exec(text)
    place += found?.[0].length ?? 0
    return found
  }
  for (;;) {
    const quoted = next(QUOTED)?.[1]?.replaceAll('""', '"')
    rows.at(-1)?.push(quoted ?? next(PLAIN)?.[0] ?? '')
    if (place >= text.length) return rows.filter((row) => row.some((cell) => cell.trim() !== ''))
    if (next(ROW_END)) rows.push([])
    else place++
  }
}

/** Whether a paste is more than one cell, so that no single field can hold it. */
export function isTable(text: string): boolean {
  const rows = tableOf(text)
  return rows.length > 1 || (rows[0] ?? []).filter((cell) => cell.trim() !== '').length > 1
}

/** What a field pastes instead of the text itself: the one cell, on one line. */
export const oneLine = (text: string): string => (tableOf(text)[0]?.join(' ') ?? '').replace(/\s*[\r\n]+\s*/g, ' ')

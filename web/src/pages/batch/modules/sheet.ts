/** The grid's texts: what a paste fills in, which cells have faults, and what lost its zeros. */
import type { Application, CellError, Cells } from '@/api/batch'
import { isKey, t } from '@/i18n'
import { tableOf } from '@/pasted'

/** In the order of the template. */
export const COLUMNS = [
  'reference', 'consignee_code', 'contact_name', 'contact_mobile', 'declaration_port', 'entry_exit_port',
  'transport_mode', 'direction', 'window_start', 'reason_category', 'reason', 'hs_code', 'name',
] as const satisfies (keyof Cells)[]

export type Column = (typeof COLUMNS)[number]

/** A row of the grid: `row` is its number in its file, or its place. */
export interface Line {
  id: number
  row: number
  cells: Cells
}

/** The name of a column, on the screen and in what is pasted. */
export const nameOf = (column: Column): string => t(`batch.column.${column}`)

export const empty = (): Cells => Object.fromEntries(COLUMNS.map((column) => [column, ''])) as Cells

export const isBlank = (cells: Cells): boolean => COLUMNS.every((column) => cells[column].trim() === '')

/**
 * Rows of a paste, by column. With the names of columns in its first line it goes by those; otherwise it fills in from
 * the column where the cursor is.
 */
export function pasted(text: string, start: Column): Partial<Cells>[] {
  const table = tableOf(text)
  const named = (table[0] ?? []).map(columnOf)
  const isHeaded = named.filter((column) => column !== undefined).length > 1
  const columns = isHeaded ? named : COLUMNS.slice(COLUMNS.indexOf(start))
  return (isHeaded ? table.slice(1) : table).map((row) => Object.fromEntries(
    row.flatMap((cell, place) => columns[place] === undefined ? [] : [[columns[place], cell.trim()]]),
  ))
}

function columnOf(heading: string): Column | undefined {
  const wanted = folded(heading)
  return COLUMNS.find((column) => [column, nameOf(column)].some((name) => folded(name) === wanted))
}

const folded = (name: string) => name.normalize('NFKC').replaceAll(/\(.*?\)|[\s_*:/-]/g, '').toLowerCase()

/** Faults by cell, `place/column`; those of a whole row stand at its first column. */
export function faultsByCell(items: readonly Application[]): Map<string, CellError[]> {
  const found = new Map<string, CellError[]>()
  for (const error of items.flatMap((item) => item.errors)) {
    const at = cellOf(error)
    found.set(at, [...(found.get(at) ?? []), error])
  }
  return found
}

const cellOf = ({ place, column }: CellError): string => `${place}/${column ?? 'reference'}`

/** Codes whose leading zero a spreadsheet has eaten, as they would be with it. */
export function zerosBack(items: readonly Application[], lines: readonly Line[]): [Line, Column, string][] {
  return items.flatMap((item) => item.errors).flatMap((error): [Line, Column, string][] => {
    const line = lines[error.place]
    const { value, digits } = error.facts
    if (error.code !== 'import.leading_zeros' || !line || !isColumn(error.column)) return []
    return [[line, error.column, String(value).padStart(Number(digits), '0')]]
  })
}

const isColumn = (name: string | null): name is Column =>
  name !== null && isKey(`batch.column.${name}`)

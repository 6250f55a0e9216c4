/** The columns of the result: the same names and order as the export's, so that what is seen is what is exported. */
import { computed, readonly, ref } from 'vue'
import type { ExportParams, Row } from '@/api/query'
import { useNames } from '@/composables/names'
import { formatInstant, formatEnd } from '@/dates'

type Exported = NonNullable<ExportParams['column']>[number]
/** A code and its name stand in one column here, and in two of a file. */
export type Column = Exclude<Exported, `${string}_port_name` | 'transport_mode_name'>

const { port, mode } = useNames()
const time = (instant: string | null) => instant === null ? '' : formatInstant(instant)
const end = (instant: string | null) => instant === null ? '' : formatEnd(instant)

const CELLS: Record<Column, (row: Row) => string> = {
  pre_entry_no: (row) => row.pre_entry_no,
  application_no: (row) => row.application_no ?? '',
  state: (row) => row.state_label,
  applicant: (row) => row.applicant.code,
  applicant_name: (row) => row.applicant.name,
  consignee: (row) => row.consignee?.code ?? '',
  consignee_name: (row) => row.consignee?.name ?? '',
  declaration_port: (row) => port(row.content.declaration_port),
  entry_exit_port: (row) => port(row.content.entry_exit_port),
  transport_mode: (row) => mode(row.content.transport_mode),
  direction: (row) => row.content.direction ?? '',
  window_start: (row) => time(row.content.window_start),
  window_end: (row) => end(row.window_end),
  submitted_at: (row) => time(row.submitted_at),
  approved_at: (row) => time(row.approved_at),
  feedback_by: (row) => end(row.deadlines.feedback_by),
  person: (row) => (row.submitted_by ?? row.created_by)?.name ?? '',
  declarations: (row) => row.declarations.map((each) => each.number).join(' '),
}

export const COLUMNS = Object.keys(CELLS) as Column[]

const CODES: ReadonlySet<Column> = new Set(['declaration_port', 'entry_exit_port', 'transport_mode'])

/** The two through which a row is opened are always there. */
export const FIXED: readonly Column[] = ['pre_entry_no', 'state']

const USUAL: readonly Column[] = [
  'pre_entry_no', 'application_no', 'state', 'applicant', 'consignee', 'consignee_name', 'declaration_port',
  'entry_exit_port', 'window_start', 'submitted_at', 'feedback_by', 'person',
]
/** Names of columns and nothing else. */
const STORED = 'yuyue.columns'

const chosen = ref(new Set<Column>(remembered()))

export function useColumns() {
  const columns = computed(() => COLUMNS.filter((name) => chosen.value.has(name) || FIXED.includes(name)))
  return { columns, chosen: readonly(chosen), show, showAll: () => show(COLUMNS) }
}

export function cell(row: Row, column: Column): string {
  return CELLS[column](row)
}

/** The columns of a file that shows these. */
export function exportedBy(columns: readonly Column[]): Exported[] {
  return columns.flatMap((column) => CODES.has(column) ? [column, `${column}_name` as Exported] : [column])
}

function show(columns: readonly Column[]): void {
  chosen.value = new Set(columns)
  localStorage.setItem(STORED, columns.join(' '))
}

function remembered(): readonly Column[] {
  const names = (localStorage.getItem(STORED) ?? '').split(' ')
  const known = COLUMNS.filter((name) => names.includes(name))
  return known.length > 0 ? known : USUAL
}

/** Rows that are pasted into a list: those that can be are put in, the others wait to be put right. */
import { computed, shallowRef, type Ref } from 'vue'
import { isTable, oneLine } from '@/pasted'
import { faultText } from './field'
import type { Reading } from './paste-rows'

export interface Report {
  taken: number
  twice: string[]
  skipped: string[]
}

const NOTHING: Report = { taken: 0, twice: [], skipped: [] }

interface Rows<Row> {
  read: (text: string) => Reading<Row>
  put: (rows: Row[]) => void
  /** Texts of rows that could not be taken. */
  leftover: Ref<string[]>
}

export type Pasting = ReturnType<typeof usePasting>

export function usePasting<Row>({ read, put, leftover }: Rows<Row>) {
  const report = shallowRef<Report>()
  const reasons = computed(() => leftover.value.map(whyNot))

  function whyNot(text: string): string {
    const why = read(text).refused[0]?.why
    return why ? faultText(why) : ''
  }

  /** Puts in what can be; the others join the `rest`. */
  function take(text: string, before = NOTHING, rest = leftover.value): void {
    const found = read(text)
    put(found.taken)
    leftover.value = [...rest, ...found.refused.map((each) => each.text)]
    report.value = {
      taken: before.taken + found.taken.length,
      twice: [...before.twice, ...found.twice],
      skipped: [...before.skipped, ...found.skipped],
    }
  }

  /**
   * A paste that no single field can hold becomes rows; a cell that a spreadsheet has quoted becomes its text.
   * `rows`: from how many rows on a text of one cell is no text for this field.
   */
  function paste(event: ClipboardEvent, rows: number): void {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    const { taken, twice } = read(text)
    if (isTable(text) || taken.length + twice.length >= rows) take(text)
    else if (/["\r\n]/.test(text)) insert(event.target, oneLine(text))
    else return
    event.preventDefault()
  }

  /** One more try with a row that was put right. */
  function again(index: number): void {
    take(leftover.value[index] ?? '', report.value, without(index))
  }

  const without = (index: number) => leftover.value.filter((_, place) => place !== index)

  function drop(index: number): void {
    leftover.value = without(index)
  }

  function close(): void {
    report.value = undefined
    leftover.value = []
  }

  return { report, leftover, reasons, paste, take, again, drop, close }
}

function insert(field: EventTarget | null, text: string): void {
  if (!(field instanceof HTMLInputElement)) return
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

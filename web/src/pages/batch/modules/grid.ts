/** The grid of one page: filled in by a file, a paste or by hand, and checked by the server after every change. */
import { computed, ref, shallowRef, triggerRef } from 'vue'
import { importCheck, importFile, type Application, type Cells, type Checked } from '@/api/batch'
import { Problem } from '@/api/problems'
import { showProblem } from '@/ui/messages'
import { empty, faultsByCell, isBlank, pasted, zerosBack, type Column, type Line } from './sheet'

/** More than anybody pastes; the server takes no more. */
const MAX_ROWS = 2_000

let ids = 0

export function useGrid() {
  const lines = shallowRef<Line[]>([])
  const items = shallowRef<readonly Application[]>([])
  const ignored = shallowRef<readonly string[]>([])
  const hidden = shallowRef<readonly number[]>([])
  const examples = ref(false)
  const checking = ref(false)
  /** Whether `items` are of the grid as it stands. */
  const fresh = ref(true)
  const faults = computed(() => faultsByCell(items.value))
  const zeros = computed(() => zerosBack(items.value, lines.value))
  const { check } = useChecking({ lines, items, checking, fresh })

  function put(cells: Cells[], rows: number[]): void {
    lines.value = cells.map((each, place) => ({ id: ++ids, row: rows[place] ?? place + 1, cells: each }))
  }

  /** Replaces the grid by a file's rows. Rejects with the file's `Problem`. */
  async function load(file: File): Promise<void> {
    const found = await importFile(file)
    const read = found.rows.filter((row) => !row.example)
    put(read.map((row) => ({ ...empty(), ...row.cells })), read.map((row) => row.row))
    ignored.value = found.ignored
    hidden.value = found.hidden
    examples.value = read.length < found.rows.length
    if (examples.value) await check()
    else accept(found)
  }

  const { paste, add } = useFilling(lines, () => {
    touched()
    void check()
  })

  function accept(found: Checked): void {
    items.value = found.items
    fresh.value = true
  }

  function set(line: Line, column: Column, text: string): void {
    if (line.cells[column] === text) return
    line.cells[column] = text
    touched()
  }

  function touched(): void {
    fresh.value = false
    triggerRef(lines)
  }

  function clear(): void {
    lines.value = []
    items.value = ignored.value = []
    hidden.value = []
    examples.value = false
    fresh.value = true
  }

  function putZerosBack(): void {
    for (const [line, column, text] of zeros.value) line.cells[column] = text
    touched()
    void check()
  }

  return {
    lines, items, ignored, hidden, examples, checking, fresh, faults, zeros,
    load, set, paste, add, clear, check, putZerosBack,
  }
}

/** What makes rows; `changed` is called when cells were filled in. */
function useFilling(lines: { value: Line[] }, changed: () => void) {
  /** Fills in from a cell on; rows that are missing are added. */
  function paste(text: string, place: number, start: Column): void {
    const rows = pasted(text, start).slice(0, MAX_ROWS - place)
    rows.forEach((row, below) => Object.assign(at(place + below).cells, row))
    changed()
  }

  function at(place: number): Line {
    const found = lines.value[place]
    if (found) return found
    add()
    return at(place)
  }

  function add(): void {
    const row = (lines.value.at(-1)?.row ?? 0) + 1
    lines.value = [...lines.value, { id: ++ids, row, cells: empty() }]
  }

  return { paste, add }
}

interface Checking {
  lines: { value: Line[] }
  items: { value: readonly Application[] }
  checking: { value: boolean }
  fresh: { value: boolean }
}

/** One check at a time; a change meanwhile is checked after it. Blank rows are not sent. */
function useChecking({ lines, items, checking, fresh }: Checking) {
  async function check(): Promise<void> {
    if (checking.value) return
    checking.value = true
    try {
      while (!await once());
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      showProblem(problem)
    } finally {
      checking.value = false
    }
  }

  /** False when the grid was changed meanwhile. */
  async function once(): Promise<boolean> {
    const places = lines.value.flatMap((line, place) => isBlank(line.cells) ? [] : [place])
    const sent = JSON.stringify(lines.value.map((line) => line.cells))
    const rows = lines.value.filter((line) => !isBlank(line.cells)).map(({ row, cells }) => ({ row, cells }))
    const found = rows.length > 0 ? (await importCheck(rows)).items : []
    if (JSON.stringify(lines.value.map((line) => line.cells)) !== sent) return false
    items.value = found.map((item) => replaced(item, places))
    fresh.value = true
    return true
  }

  return { check }
}

/** The places of the rows that were sent are not those of the grid, which may have blank rows. */
function replaced(item: Application, places: readonly number[]): Application {
  const back = (place: number) => places[place] ?? place
  const errors = item.errors.map((error) => ({ ...error, place: back(error.place) }))
  return { ...item, places: item.places.map(back), errors }
}

export type Grid = ReturnType<typeof useGrid>

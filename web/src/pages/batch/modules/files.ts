/** The template, and the file of results. */
import { resultFile, template, type Format } from '@/api/batch'
import { download } from '@/ui/download'
import { sentences } from '@/i18n'
import type { Outcome } from './declaring'
import type { Grid } from './grid'
import { isBlank } from './sheet'

export async function saveTemplate(format: Format): Promise<void> {
  download(await template(format), `appointments-template.${format}`)
}

/** Every row of the grid, with its application's number and outcome, or what is wrong with it. */
export async function saveResult(format: Format, grid: Grid, outcomes: ReadonlyMap<string, Outcome>): Promise<void> {
  const itemAt = new Map(grid.items.value.flatMap((item) => item.places.map((place) => [place, item] as const)))
  const rows = grid.lines.value.flatMap(({ row, cells }, place) => {
    if (isBlank(cells)) return []
    const item = itemAt.get(place)
    const outcome = item && outcomes.get(item.client_key)
    const faults = (item?.errors ?? []).filter((error) => error.place === place).map((error) => error.message)
    const number = outcome?.number ?? item?.made?.pre_entry_no ?? null
    return [{ row, cells, pre_entry_no: number, message: (outcome?.text ?? sentences(...faults)).slice(0, 2_000) }]
  })
  download(await resultFile(format, rows), `appointments-result.${format}`)
}

/** The geometry of a chart: round steps of its axis, and the places of its points. Pure, so that it is tested alone. */

/** Points that a chart may show as bars; more are lines. */
const MOST_BARS = 16

export const isBars = (points: number): boolean => points <= MOST_BARS

/** Steps of 1, 2 or 5 times a power of ten from 0 to the highest value or above, at most six of them. */
export function ticks(highest: number): number[] {
  if (highest <= 0) return [0, 1]
  const power = 10 ** Math.floor(Math.log10(highest))
  const step = [0.2, 0.5, 1, 2, 5, 10].map((each) => each * power).find((each) => highest / each <= 5) ?? power * 10
  const count = Math.ceil(highest / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}

/** Which labels of so many are written, that no more than `most` are. */
export function shownLabels(count: number, most: number): number[] {
  const every = Math.max(1, Math.ceil(count / most))
  return Array.from({ length: count }, (_, index) => index).filter((index) => index % every === 0)
}

/** Runs of neighbours that have a value: a line is not drawn over what is unknown. */
export function runs(values: readonly (number | null)[]): number[][] {
  const found: number[][] = []
  values.forEach((value, index) => {
    if (value === null) return
    const last = found.at(-1)
    if (last?.at(-1) === index - 1) last.push(index)
    else found.push([index])
  })
  return found
}

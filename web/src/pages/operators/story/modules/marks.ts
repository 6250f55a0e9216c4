/** The marks of a lane: items that would lie upon each other are one mark with their count. */
import { placeOf, type Span } from './axis'
import type { Item, Tone } from './items'

export interface Mark {
  key: string
  x: number
  /** How far it goes to the right of `x`: a delivery lasts. */
  length: number
  tone: Tone
  items: Item[]
}

/** Pixels that one mark takes. */
const WIDTH = 14
const GRAVITY: readonly Tone[] = ['plain', 'good', 'waiting', 'bad']

/** Returns the marks in the span, from left to right; the gravest tone of the items is that of their mark. */
export function marksOf(items: readonly Item[], span: Span, width: number): Mark[] {
  const marks: Mark[] = []
  for (const item of items) {
    if ((item.until ?? item.at) < span.from || item.at > span.to) continue
    const x = Math.max(0, placeOf(item.at, span, width))
    const end = Math.min(width, placeOf(item.until ?? item.at, span, width))
    const last = marks.at(-1)
    if (last && x - last.x < WIDTH) join(last, item, end)
    else marks.push({ key: item.key, x, length: end - x, tone: item.tone, items: [item] })
  }
  return marks
}

function join(mark: Mark, item: Item, end: number): void {
  mark.items.push(item)
  mark.length = Math.max(mark.length, end - mark.x)
  if (GRAVITY.indexOf(item.tone) > GRAVITY.indexOf(mark.tone)) mark.tone = item.tone
}

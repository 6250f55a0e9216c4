/** The axis of time: which span is shown, where an instant lies in it, and what is written below it. */

/** Instants in milliseconds since 1970. */
export interface Span {
  from: number
  to: number
}

export interface Tick {
  at: number
  /** With the date at the first tick and where a day begins. */
  label: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const OFFSET = 8 * HOUR
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE,
  5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
  30 * DAY, 90 * DAY, 365 * DAY,
]
/** A tick needs this many pixels for its label. */
const TICK_WIDTH = 110
/** No closer than this: events of one command are some milliseconds apart. */
const SHORTEST = 20
const MARGIN = 0.04

/** Returns the span of all instants with a margin; an hour around a single one. */
export function whole(instants: readonly number[]): Span {
  const from = Math.min(...instants)
  const to = Math.max(...instants)
  const margin = to === from ? HOUR / 2 : (to - from) * MARGIN
  return { from: from - margin, to: to + margin }
}

/** Returns the span that is `factor` times as long and keeps `around` in its place, within the limits. */
export function zoomed(span: Span, factor: number, around: number, limits: Span): Span {
  const length = clamp((span.to - span.from) * factor, SHORTEST, limits.to - limits.from)
  const share = (around - span.from) / (span.to - span.from)
  return kept({ from: around - share * length, to: around + (1 - share) * length }, limits)
}

/** Returns the span moved by a share of its length, within the limits. */
export function moved(span: Span, share: number, limits: Span): Span {
  const by = (span.to - span.from) * share
  return kept({ from: span.from + by, to: span.to + by }, limits)
}

/** Returns a span of the same length with the instant in it, moved no further than is needed. */
export function including(span: Span, at: number, limits: Span): Span {
  if (at >= span.from && at <= span.to) return span
  const half = (span.to - span.from) / 2
  return kept({ from: at - half, to: at + half }, limits)
}

/** Returns the place of an instant, 0 at the left and `width` at the right of the span. */
export function placeOf(at: number, span: Span, width: number): number {
  return (at - span.from) / (span.to - span.from) * width
}

/** Returns round instants of Shanghai's clock with room for their labels. */
export function ticks(span: Span, width: number): Tick[] {
  const wanted = (span.to - span.from) / Math.max(1, Math.floor(width / TICK_WIDTH))
  const step = STEPS.find((each) => each >= wanted) ?? STEPS.at(-1) ?? DAY
  const first = Math.ceil((span.from + OFFSET) / step) * step - OFFSET
  const count = Math.floor((span.to - first) / step) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => tick(first + index * step, step, index === 0))
}

function tick(at: number, step: number, isFirst: boolean): Tick {
  const text = new Date(at + OFFSET).toISOString()
  const clock = step < SECOND ? text.slice(11, 23) : step < MINUTE ? text.slice(11, 19) : text.slice(11, 16)
  if (step >= DAY) return { at, label: text.slice(0, 10) }
  const beginsDay = (at + OFFSET) % DAY === 0
  return { at, label: isFirst || beginsDay ? `${text.slice(5, 10)} ${clock}` : clock }
}

function kept({ from, to }: Span, limits: Span): Span {
  if (to - from >= limits.to - limits.from) return limits
  if (from < limits.from) return { from: limits.from, to: limits.from + to - from }
  return to > limits.to ? { from: limits.to - (to - from), to: limits.to } : { from, to }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, Math.min(least, most)), most)
}

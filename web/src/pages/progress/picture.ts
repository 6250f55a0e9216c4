/** The place of each state in the picture. The states and the moves between them come from the server. */
import type { State, States } from '@/api/appointments'

export const BOX = { width: 128, height: 40 }
export const SIZE = { width: 900, height: 236 }

/** The middle of each box. A state without a place would not be drawn: a test sees to it that there is none. */
export const PLACES: Record<State, { x: number, y: number }> = {
  draft: { x: 80, y: 118 },
  submitted: { x: 232, y: 118 },
  accepted: { x: 384, y: 118 },
  succeeded: { x: 536, y: 118 },
  completed: { x: 700, y: 40 },
  completed_without_feedback: { x: 700, y: 118 },
  released: { x: 824, y: 196 },
  deleted: { x: 80, y: 210 },
  returned: { x: 308, y: 210 },
  cancelled: { x: 460, y: 210 },
}

export interface Arrow {
  key: string
  path: string
  /** The appointment went this way. */
  taken: boolean
}

/** One line for all events between the same two states, from edge to edge of their boxes. */
export function arrows(states: States, taken: ReadonlySet<string>): Arrow[] {
  const ways = new Map(states.moves.map((move) => [`${move.before}>${move.after}`, move]))
  return [...ways].map(([key, { before, after }]) => {
    const [from, to] = [PLACES[before], PLACES[after]]
    const start = edge(from, to)
    const end = edge(to, from)
    const far = from.y === to.y && Math.abs(to.x - from.x) > 200
    const bend = far ? ` Q ${(from.x + to.x) / 2} ${from.y - 64} ` : ' L '
    const [a, b] = far ? [top(from), top(to)] : [start, end]
    return { key, path: `M ${a.x} ${a.y}${bend}${b.x} ${b.y}`, taken: taken.has(key) }
  })
}

interface Point { x: number, y: number }

function top({ x, y }: Point): Point {
  return { x, y: y - BOX.height / 2 }
}

/** Where the line from one box to another leaves the first. */
function edge(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const scale = Math.min(BOX.width / 2 / Math.abs(dx || 1e-9), BOX.height / 2 / Math.abs(dy || 1e-9))
  return { x: Math.round(from.x + dx * scale), y: Math.round(from.y + dy * scale) }
}

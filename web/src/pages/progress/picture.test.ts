import { describe, expect, it } from 'vitest'
import type { States } from '@/api/appointments'
import { arrows, BOX, PLACES, SIZE } from './picture'

const places = Object.values(PLACES)

const TWO: States = {
  states: [],
  moves: [
    { event: 'submit', before: 'draft', after: 'submitted', label: '' },
    { event: 'return_', before: 'submitted', after: 'returned', label: '' },
    { event: 'lapse', before: 'submitted', after: 'returned', label: '' },
  ],
}

describe('the picture of the states', () => {
  it('keeps every box inside, and apart from the others', () => {
    for (const { x, y } of places) {
      expect(x - BOX.width / 2).toBeGreaterThanOrEqual(0)
      expect(x + BOX.width / 2).toBeLessThanOrEqual(SIZE.width)
      expect(y + BOX.height / 2).toBeLessThanOrEqual(SIZE.height)
      const overlapping = places.filter((other) =>
        Math.abs(other.x - x) < BOX.width && Math.abs(other.y - y) < BOX.height)
      expect(overlapping).toHaveLength(1)
    }
  })

  it('draws one line for several events between the same states', () => {
    expect(arrows(TWO, new Set()).map((arrow) => arrow.key)).toEqual(['draft>submitted', 'submitted>returned'])
  })

  it('marks the way that was gone, from edge to edge', () => {
    const [first, second] = arrows(TWO, new Set(['draft>submitted']))
    expect([first?.taken, second?.taken]).toEqual([true, false])
    expect(first?.path).toBe('M 144 118 L 168 118')
  })
})

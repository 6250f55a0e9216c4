import { describe, expect, it } from 'vitest'
import { runs, shownLabels, ticks } from './scale'

describe('the axis of a chart', () => {
  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [48, [0, 10, 20, 30, 40, 50]],
    [100, [0, 20, 40, 60, 80, 100]],
    [0.3, [0, 0.1, 0.2, 0.3]],
  ])('has round steps up to %d', (highest, wanted) => expect(ticks(highest)).toEqual(wanted))

  it('writes every so many labels', () => expect(shownLabels(10, 4)).toEqual([0, 3, 6, 9]))
})

it('a line has a gap where nothing is known', () => expect(runs([1, 2, null, 3])).toEqual([[0, 1], [3]]))

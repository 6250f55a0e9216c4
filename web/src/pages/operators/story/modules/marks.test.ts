import { expect, it } from 'vitest'
import type { Item, Tone } from './items'
import { marksOf } from './marks'

const item = (at: number, tone: Tone = 'plain', until?: number): Item =>
  ({ key: `k${at}`, lane: 'events', at, tone, title: '', rows: [], ...until === undefined ? {} : { until } })
const SPAN = { from: 0, to: 1000 }

it('joins what would lie upon each other, and shows the gravest', () => {
  const marks = marksOf([item(100), item(105, 'bad'), item(108, 'good'), item(500)], SPAN, 1000)
  expect(marks.map(({ x, tone, items }) => [x, tone, items.length])).toEqual([[100, 'bad', 3], [500, 'plain', 1]])
})

it('takes them apart when there is room', () => {
  expect(marksOf([item(100), item(105)], { from: 90, to: 110 }, 1000)).toHaveLength(2)
})

it('leaves out what lies outside, but not what lasts into the span', () => {
  const marks = marksOf([item(100), item(200, 'good', 600), item(900)], { from: 400, to: 800 }, 400)
  expect(marks.map(({ key, x, length }) => [key, x, length])).toEqual([['k200', 0, 200]])
})

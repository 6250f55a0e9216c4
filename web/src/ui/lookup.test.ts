import { beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { PAUSE_MS, useLookup, type Option } from './lookup'

type Lookup = ReturnType<typeof useLookup>

const option = (value: string): Option => ({ value, label: value })

beforeEach(() => vi.useFakeTimers())

/** A lookup whose answers come when the test lets them. */
function made(current = ''): { lookup: Lookup, answers: ((found: string[]) => void)[], taken: string[] } {
  const answers: ((found: string[]) => void)[] = []
  const taken: string[] = []
  const search = () => new Promise<Option[]>((done) => answers.push((found) => done(found.map(option))))
  const lookup = effectScope().run(() => useLookup(search, (each) => taken.push(each.value), () => current))
  if (!lookup) throw new Error('no scope')
  return { lookup, answers, taken }
}

const settled = () => vi.advanceTimersByTimeAsync(200)

it('waits with an Enter that comes before the answer, and takes the best then', async () => {
  const { lookup, answers, taken } = made()
  lookup.ask('2233', PAUSE_MS)
  expect(lookup.isOpen.value).toBe(true)
  lookup.take()
  // The next Enter is no more the list's: it moves on.
  expect([lookup.isOpen.value, lookup.isDeferred.value]).toEqual([false, true])
  await vi.advanceTimersByTimeAsync(0)
  answers[0]?.(['2233', '2234'])
  await settled()
  expect([taken, lookup.isOpen.value, lookup.isDeferred.value]).toEqual([['2233'], false, false])
})

it('defers nothing when there is nothing to take, or when something else is typed', async () => {
  const { lookup, answers, taken } = made()
  lookup.ask('zz', 0)
  lookup.take()
  await settled()
  answers[0]?.([])
  await settled()
  expect([taken, lookup.isDeferred.value]).toEqual([[], false])
  lookup.ask('2233', PAUSE_MS)
  lookup.take()
  await settled()
  lookup.ask('22', PAUSE_MS)
  answers[1]?.(['2233'])
  await settled()
  expect(taken).toEqual([])
})

it('drops the answer to what was typed before', async () => {
  const { lookup, answers, taken } = made()
  lookup.ask('22', 0)
  await settled()
  lookup.ask('2202', 0)
  await settled()
  answers[1]?.(['2202'])
  answers[0]?.(['2233'])
  await settled()
  lookup.take()
  expect(taken).toEqual(['2202'])
})

it('moves around its entries, and gives the keyboard back when there are none', async () => {
  const { lookup, answers, taken } = made()
  lookup.ask('22', 0)
  await settled()
  answers[0]?.(['2201', '2202', '2203'])
  await settled()
  lookup.move(-1)
  lookup.take()
  expect(taken).toEqual(['2203'])
  lookup.ask('zz', 0)
  await settled()
  answers[1]?.([])
  await settled()
  expect(lookup.isOpen.value).toBe(false)
})

it('lights the value it has, and takes an only entry for a user who has left by mouse', async () => {
  const { lookup, answers, taken } = made('2202')
  lookup.ask('22', 0)
  await settled()
  answers[0]?.(['2201', '2202'])
  await settled()
  expect(lookup.highlighted.value).toBe(1)
  lookup.take('sole')
  expect(taken).toEqual([])
  lookup.ask('2202', 0)
  lookup.take('sole')
  await settled()
  answers[1]?.(['2202'])
  await settled()
  expect(taken).toEqual(['2202'])
})

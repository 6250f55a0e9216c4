import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Intent } from './commands'
import { Problem } from './problems'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const problem = (code: string, status: number) => new Problem({ code, status, detail: code, errors: [] })
const unknown = problem('outcome.unknown', 503)

/** Runs the intent against these answers, one after the other; the keys it used and how it ended. */
async function run(intent: Intent, content: unknown, ...answers: (Problem | string)[]) {
  const keys: string[] = []
  const ended = intent.run(content, (key) => {
    keys.push(key)
    const answer = answers.shift()
    return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve(answer)
  }).catch((refused: unknown) => refused)
  await vi.runAllTimersAsync()
  return { keys, ended: await ended }
}

it('asks again under the same key while nobody knows the outcome', async () => {
  const { keys, ended } = await run(new Intent(), {}, unknown, unknown, 'done')
  expect(ended).toBe('done')
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
})

it('gives up after some tries and keeps the key for the next press', async () => {
  const intent = new Intent()
  const first = await run(intent, { a: 1 }, unknown, unknown, unknown, unknown)
  expect(first.ended).toBe(unknown)
  const second = await run(intent, { a: 1 }, 'done')
  expect(second.keys[0]).toBe(first.keys[0])
})

it('takes another key for another content', async () => {
  const intent = new Intent()
  const first = await run(intent, { a: 1 }, unknown, unknown, unknown, unknown)
  const second = await run(intent, { a: 2 }, 'done')
  expect(second.keys[0]).not.toBe(first.keys[0])
})

it.each([
  ['success', 'done'],
  ['a refusal', problem('cutoff.passed', 422)],
])('ends the key with %s', async (_, answer) => {
  const intent = new Intent()
  const first = await run(intent, {}, answer)
  const second = await run(intent, {}, 'done')
  expect(first.keys).toHaveLength(1)
  expect(second.keys[0]).not.toBe(first.keys[0])
})

it('never asks a refusal again', async () => {
  const { keys } = await run(new Intent(), {}, problem('validation.failed', 422), 'done')
  expect(keys).toHaveLength(1)
})

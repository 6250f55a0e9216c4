import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { retryAll, isWaiting, sendWithRetry, PATIENCE_MS, waitFor } from './waiting'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that answers when the test lets it. */
function hung() {
  const answers: ((response: Response) => void)[] = []
  const send = (cancelled: AbortSignal) => new Promise<Response>((done, failed) => {
    answers.push(done)
    cancelled.addEventListener('abort', () => failed(cancelled.reason as Error))
  })
  return { answers, send }
}

it('says nothing of an answer that comes soon', async () => {
  const { answers, send } = hung()
  const answered = sendWithRetry(send)
  vi.advanceTimersByTime(PATIENCE_MS - 1)
  expect(isWaiting.value).toBe(false)
  answers[0]?.(new Response('done'))
  expect(await (await answered).text()).toBe('done')
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(isWaiting.value).toBe(false)
})

it('says it while the server is silent, and asks again when told to', async () => {
  const { answers, send } = hung()
  const answered = sendWithRetry(send)
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(isWaiting.value).toBe(true)
  retryAll()
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(isWaiting.value).toBe(false)
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(isWaiting.value).toBe(true)
  answers[1]?.(new Response('second'))
  expect(await (await answered).text()).toBe('second')
  expect(isWaiting.value).toBe(false)
})

it('passes on what failed by itself', async () => {
  await expect(sendWithRetry(() => Promise.reject(new TypeError('lost')))).rejects.toThrow('lost')
  expect(isWaiting.value).toBe(false)
})

it('waits from the last sign of life', () => {
  const wait = waitFor(() => undefined)
  vi.advanceTimersByTime(PATIENCE_MS - 1)
  wait.restart()
  vi.advanceTimersByTime(PATIENCE_MS - 1)
  expect(isWaiting.value).toBe(false)
  vi.advanceTimersByTime(1)
  expect(isWaiting.value).toBe(true)
  wait.end()
  expect(isWaiting.value).toBe(false)
})

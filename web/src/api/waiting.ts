/** Calls without an answer: after some seconds the page shows a notice and offers to repeat them. */
import { computed, shallowReactive } from 'vue'

export const PATIENCE_MS = 3000

/** What asks again, for each wait that has lasted longer than that. */
const slow = shallowReactive(new Set<() => void>())

/** Whether the page has waited for the server for so long that the user should know. */
export const isWaiting = computed(() => slow.size > 0)

/** Cancels what is waited for and asks again: the same request, under the same Idempotency-Key. */
export function retryAll(): void {
  for (const again of [...slow]) again()
}

/** A wait that begins now. `restart` when there is a sign of life, `end` when there is an answer. */
export function waitFor(again: () => void): { restart: () => void, end: () => void } {
  let timer: ReturnType<typeof setTimeout>
  const end = () => {
    clearTimeout(timer)
    slow.delete(again)
  }
  const restart = () => {
    end()
    timer = setTimeout(() => slow.add(again), PATIENCE_MS)
  }
  restart()
  return { restart, end }
}

/** Returns the answer to a request, which is sent again each time the user asks for it. */
export async function sendWithRetry(
  send: (cancelled: AbortSignal, sign: () => void) => Promise<Response>,
): Promise<Response> {
  for (;;) {
    const attempt = new AbortController()
    const wait = waitFor(() => attempt.abort())
    try {
      return await send(attempt.signal, wait.restart)
    } catch (lost) {
      if (!attempt.signal.aborted) throw lost
    } finally {
      wait.end()
    }
  }
}

/**
 * Commands under an Idempotency-Key. The same intent keeps its key until its outcome is known, so that asking again,
 * by us or by the user, has one effect at most.
 */
import { Problem } from './problems'
import { waitFor } from './waiting'

const TRIES = 4
const LONGEST_PAUSE_SECONDS = 8

/** What one button is to do: the key lives as long as the outcome is open and the content is the same. */
export class Intent {
  #key: string | undefined
  #content: string | undefined

  /** Runs the command; while its outcome is unknown it is asked again under the same key. */
  async run<R>(content: unknown, send: (key: string) => Promise<R>): Promise<R> {
    const key = this.#keyFor(JSON.stringify(content))
    try {
      const result = await retryUnknown(() => send(key))
      this.#key = undefined
      return result
    } catch (problem) {
      if (!(problem instanceof Problem && problem.isUnknown)) this.#key = undefined
      throw problem
    }
  }

  #keyFor(content: string): string {
    if (this.#key === undefined || this.#content !== content) this.#key = newKey()
    this.#content = content
    return this.#key
  }
}

/** Asks until the outcome is known, or not much longer. */
export async function retryUnknown<R>(send: () => Promise<R>): Promise<R> {
  for (let tried = 1; ; tried++) {
    try {
      return await send()
    } catch (problem) {
      if (!(problem instanceof Problem && problem.isUnknown) || tried === TRIES) throw problem
      await pause(Math.min(problem.retryAfterSeconds * 2 ** (tried - 1), LONGEST_PAUSE_SECONDS))
    }
  }
}

/** `crypto.randomUUID` exists on https and loopback only; the page may be looked at elsewhere. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A pause that the user may end: asking again is what it waits for. */
function pause(seconds: number): Promise<void> {
  return new Promise((done) => {
    const wait = waitFor(finish)
    const timer = setTimeout(finish, seconds * 1000)
    function finish(): void {
      clearTimeout(timer)
      wait.end()
      done()
    }
  })
}

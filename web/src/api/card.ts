/** The card's program on the user's own desk: so far only whether it is there. */

const PROGRAM = 'http://127.0.0.1:8084/status'
const PATIENCE_MS = 2000

/** Whether anything answers; the browser may ask the user first. */
export async function answers(): Promise<boolean> {
  try {
    return (await fetch(PROGRAM, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok
  } catch {
    return false
  }
}

/** The server's clock in this page: it ticks each second, and does not trust the clock of the computer. */
import { useIntervalFn } from '@vueuse/core'
import { ref, type Ref } from 'vue'

const SECOND = 1000

/** Returns milliseconds since the epoch, corrected by `set` with the time the server gave. */
export function useClock(): { now: Ref<number>, set: (instant: string) => void } {
  let ahead = 0
  const now = ref(Date.now())
  useIntervalFn(() => now.value = Date.now() + ahead, SECOND)

  function set(instant: string): void {
    ahead = Date.parse(instant) - Date.now()
    now.value = Date.parse(instant)
  }
  return { now, set }
}

/** The server's clock in this page: it ticks each second, and does not believe the computer it runs on. */
import { onUnmounted, ref, type Ref } from 'vue'

const SECOND = 1000

/** Milliseconds since the epoch, corrected by `set` with what the server said. */
export function useClock(): { now: Ref<number>, set: (instant: string) => void } {
  let ahead = 0
  const now = ref(Date.now())
  const tick = setInterval(advance, SECOND)
  onUnmounted(() => clearInterval(tick))

  function advance(): void {
    now.value = Date.now() + ahead
  }

  function set(instant: string): void {
    ahead = Date.parse(instant) - Date.now()
    now.value = Date.parse(instant)
  }
  return { now, set }
}

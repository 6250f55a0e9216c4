/** Seconds since an act began, as long as it goes on; undefined while none does. */
import { onUnmounted, ref } from 'vue'

export function useElapsed() {
  const seconds = ref<number>()
  let timer: ReturnType<typeof setInterval> | undefined

  function end(): void {
    clearInterval(timer)
    seconds.value = undefined
  }

  async function during<Result>(act: () => Promise<Result>): Promise<Result> {
    seconds.value = 0
    timer = setInterval(() => seconds.value = (seconds.value ?? 0) + 1, 1000)
    try {
      return await act()
    } finally {
      end()
    }
  }

  onUnmounted(end)
  return { seconds, during }
}

/** Acts on a list that is read again after each of them. */
import { ref } from 'vue'
import { showProblem } from '@/ui/messages'

export function useActing(load: () => Promise<void>) {
  const busy = ref(false)

  /** True if it was done; a refusal is shown as a message, unless `refused` handles it. One act at a time. */
  async function run(work: () => Promise<unknown>, refused: (why: unknown) => void = showProblem): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      await work()
      await load()
      return true
    } catch (problem) {
      refused(problem)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}

/** One call at a time, whose refusal is shown; and the next rows of a preview. */
import { ref } from 'vue'
import type { Preview } from '@/api/operators-calendar'
import { showProblem } from '@/ui/messages'

export function useRun() {
  const busy = ref(false)

  async function run(what: () => Promise<void>): Promise<void> {
    busy.value = true
    try {
      await what()
    } catch (why) {
      showProblem(why)
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}

/** The preview with its next rows below those it has. */
export async function nextRows(before: Preview, ask: (offset: number) => Promise<Preview>): Promise<Preview> {
  if (before.next_offset === null) return before
  const next = await ask(before.next_offset)
  return { ...next, items: [...before.items, ...next.items] }
}

/** 复制: a new draft of an application, which opens with a word on what was copied, the cursor in the time field. */
import { ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { Intent } from '@/api/commands'
import * as wire from '@/api/drafts'
import { pathOf } from '@/paths'
import { showProblem } from '@/ui/messages'
import { confirmThen } from './unsaved'

/** The last copy of this page: the new number, and that of the original. */
export const lastCopy = shallowRef<{ made: string, from: string }>()

const intents = new Map<string, Intent>()
const busy = ref('')

export function useCopy() {
  const router = useRouter()

  const copy = (number: string) => confirmThen(() => make(number))

  async function make(number: string): Promise<void> {
    if (busy.value !== '') return
    busy.value = number
    try {
      const { pre_entry_no: made } = await intentOf(number).run(number, (key) => wire.copy(number, key))
      lastCopy.value = { made, from: number }
      await router.push(pathOf('application', made))
    } catch (problem) {
      showProblem(problem)
    } finally {
      busy.value = ''
    }
  }

  return { busy, copy }
}

/** Asked again after an unknown outcome, a copy is the same one. */
function intentOf(number: string): Intent {
  const intent = intents.get(number) ?? new Intent()
  intents.set(number, intent)
  return intent
}

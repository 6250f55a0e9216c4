/** What is done with a PIN: one act at a time, its refusal in words. */
import { ref } from 'vue'
import type { Pin } from '@/api/agent'
import { Problem } from '@/api/problems'
import { sentences } from '@/i18n'

export function usePin(act: (pin: Pin) => Promise<void>) {
  const busy = ref(false)
  const refused = ref('')

  async function enter(pin: Pin): Promise<void> {
    busy.value = true
    refused.value = ''
    try {
      await act(pin)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      refused.value = sentences(problem.message, problem.remedy)
    } finally {
      busy.value = false
    }
  }

  return { busy, refused, enter }
}

/** News for the result; what comes while another page is shown is looked at when this one is back. */
import { onActivated, onDeactivated } from 'vue'
import type { LiveUpdates } from '@/composables/live-updates'
import { showProblem } from '@/ui/messages'
import type { useResult } from './result'

export function useMissedUpdates({ follow, refresh }: ReturnType<typeof useResult>): LiveUpdates {
  let isAway = false
  let missedAll = false
  let missed = new Set<string>()

  onDeactivated(() => isAway = true)
  onActivated(() => {
    isAway = false
    const looking = missedAll ? refresh() : follow(missed)
    missedAll = false
    missed = new Set()
    looking.catch(showProblem)
  })

  return {
    changed: (numbers) => {
      if (!isAway) return follow(numbers)
      for (const number of numbers) missed.add(number)
      return Promise.resolve()
    },
    all: () => {
      if (!isAway) return refresh()
      missedAll = true
      return Promise.resolve()
    },
  }
}

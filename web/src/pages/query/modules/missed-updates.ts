/** News for the result; what comes while another page is shown is looked at when this one is back. */
import { onActivated, onDeactivated } from 'vue'
import type { News } from '@/composables/live'
import { tell } from '@/ui/messages'
import type { useResult } from './result'

export function useNews({ follow, refresh }: ReturnType<typeof useResult>): News {
  let isAway = false
  let missedAll = false
  let missed = new Set<string>()

  onDeactivated(() => isAway = true)
  onActivated(() => {
    isAway = false
    const looking = missedAll ? refresh() : follow(missed)
    missedAll = false
    missed = new Set()
    looking.catch(tell)
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

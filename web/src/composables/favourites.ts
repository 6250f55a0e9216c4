/** Favourite consignees and ports: codes that the user has marked with a star. */
import { computed } from 'vue'
import { usePreferences } from './preferences'
import { showProblem } from '@/ui/messages'

export function useFavourites(name: 'favourite_consignees' | 'favourite_ports') {
  const { of, load, set } = usePreferences()
  const codes = of(name)
  const starred = computed<ReadonlySet<string>>(() => new Set(codes.value))

  function toggle(code: string): void {
    const without = codes.value.filter((each) => each !== code)
    const now = without.length < codes.value.length ? without : [...codes.value, code]
    set(name, now).catch(showProblem)
  }

  load().catch(showProblem)
  return { codes, starred, toggle }
}

/** Marks of the days in a calendar: 休 and 班, and, where days are checked, the reason why a day cannot be chosen. */
import { computed, shallowRef, watch, type ComputedRef, type InjectionKey } from 'vue'
import { Problem } from '@/api/problems'
import { useSpecialDays } from '@/composables/special-days'
import { language, t } from '@/i18n'
import type { Mark } from './calendar'

/** Of the days from one to another, both included: why some cannot be taken. */
export type Judge = (from: string, to: string) => Promise<ReadonlyMap<string, string>>

/** Provided by a field that knows which days cannot be taken; undefined as long as it cannot tell. */
export const JUDGE: InjectionKey<() => Judge | undefined> = Symbol('judge')

export function useMarks(weeks: ComputedRef<string[][]>, judge: () => Judge | undefined) {
  const { years, need } = useSpecialDays()
  const shut = shallowRef<ReadonlyMap<string, string>>(new Map())
  const days = computed(() => weeks.value.flat())
  let turn = 0

  watch([() => days.value[0], language], () => {
    need(days.value.at(0) ?? '', days.value.at(-1) ?? '')
    void ask()
  }, { immediate: true })

  /** An answer for a month that is no longer shown comes too late. Without one no day is grey: the rules judge it. */
  async function ask(): Promise<void> {
    const mine = ++turn
    try {
      const found = await judge()?.(days.value.at(0) ?? '', days.value.at(-1) ?? '')
      if (found && mine === turn) shut.value = found
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
    }
  }

  const special = computed(() => new Map([...years.value.values()].flatMap(({ items }) => items)
    .map(({ day, working, name }) => [day, { kind: working ? 'work' : 'off', name } as const] as const)))
  const marks = computed(() => new Map(days.value.map((day): [string, Mark] => {
    const why = shut.value.get(day)
    return [day, { ...special.value.get(day), ...why === undefined ? {} : { shut: why } }]
  })))
  const unpublished = computed(() => {
    const year = Number(days.value[10]?.slice(0, 4))
    return years.value.get(year)?.published === false ? t('calendar.unpublished', { year }) : ''
  })
  return { marks, unpublished }
}

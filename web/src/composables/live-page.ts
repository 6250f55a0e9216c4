/** What a page of the operators shows: read when it opens, and again with every live change. */
import { computed, onMounted, reactive, readonly, ref, shallowRef } from 'vue'
import { Problem } from '@/api/problems'
import { useLiveUpdates, type Link } from './live-updates'

/** The state of reading, as `OperatorsPage` shows it. */
export interface Reading {
  readonly busy: boolean
  /** Why the last read failed. */
  readonly problem: Problem | undefined
  /** When the last read succeeded, in milliseconds; undefined before the first. */
  readonly at: number | undefined
  readonly link: Link | undefined
}

/**
 * Reads by `read` now, after `reload()`, and, if `live`, whenever an appointment has changed that `concerns` it.
 * @public
 */
export function usePage(
  read: () => Promise<void>,
  { live = true, concerns = () => true }: { live?: boolean, concerns?: (numbers: ReadonlySet<string>) => boolean } = {},
) {
  const busy = ref(0)
  const problem = shallowRef<Problem>()
  const at = ref<number>()

  async function look(): Promise<void> {
    busy.value++
    try {
      await read()
      problem.value = undefined
      at.value = Date.now()
    } catch (why) {
      if (why instanceof Problem) problem.value = why
      throw why
    } finally {
      busy.value--
    }
  }

  const reload = (): Promise<void> => look().catch((why: unknown) => {
    if (!(why instanceof Problem)) throw why
  })

  const follow = (numbers: ReadonlySet<string>): Promise<void> => concerns(numbers) ? look() : Promise.resolve()

  onMounted(reload)
  const link = live ? useLiveUpdates({ changed: follow, all: look }).link : undefined
  const reading: Reading = readonly(reactive({ busy: computed(() => busy.value > 0), problem, at, link }))
  return { reading, reload }
}

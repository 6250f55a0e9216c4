/** One entry that is edited: as it was read, as somebody else made it meanwhile, and what came of saving it. */
import { computed, ref, shallowRef, watch } from 'vue'
import { entry as read, saveEntry, type RegisterName, type SeenEntry } from '@/api/operators-registers'
import { Problem } from '@/api/problems'
import { t } from '@/i18n/operators/registers'
import { showProblem, showSuccess } from '@/ui/messages'

export type Values = Record<string, string | null>

/** What tells the lines of one tariff code apart. */
export const lineOf = (values: Values): string => values.valid_from ?? ''

export function useEntry(register: () => RegisterName, code: () => string, saved: (isNew: boolean) => void) {
  const seen = shallowRef<SeenEntry>()
  /** The entry that somebody else saved after this one was read. */
  const newer = shallowRef<SeenEntry>()
  const problem = shallowRef<unknown>()
  /** The line that could not be saved. */
  const failed = ref<string>()
  const busy = ref(false)
  const detail = computed(() => seen.value?.detail)
  const lines = computed((): Values[] => code() ? detail.value?.items.map((each) => each.values) ?? [] : [{}])

  /** Of the entry that the next save may replace. */
  let etag: string | undefined

  function show(now: SeenEntry | undefined): void {
    seen.value = now
    etag = now?.etag
    newer.value = problem.value = failed.value = undefined
  }

  watch(() => [register(), code()] as const, async ([name, wanted]) => {
    show(undefined)
    if (wanted) show(await read(name, wanted).catch(showProblem) ?? undefined)
  }, { immediate: true })

  async function save({ code: own, ...values }: Values): Promise<void> {
    busy.value = true
    problem.value = newer.value = undefined
    try {
      show(await saveEntry(register(), own ?? '', values, etag))
      showSuccess(t('saved'))
      saved(!code())
    } catch (why) {
      await refused(why, lineOf(values))
    } finally {
      busy.value = false
    }
  }

  async function refused(why: unknown, line: string): Promise<void> {
    problem.value = why
    failed.value = code() ? line : ''
    if (why instanceof Problem && why.code === 'register.entry_changed') {
      newer.value = await read(register(), code()).catch(showProblem) ?? undefined
    }
  }

  /** What was typed gives way to the newer entry. */
  const takeOver = (): void => show(newer.value)

  /** What was typed stays, and the next save replaces the newer entry. */
  function keepTyping(): void {
    if (newer.value) etag = newer.value.etag
    newer.value = problem.value = failed.value = undefined
  }

  return { detail, lines, newer, problem, failed, busy, save, takeOver, keepTyping }
}

/** The page's one application: opened by its number, followed live, saved, declared. */
import { computed, nextTick, provide, watch, type InjectionKey, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { assess } from '@/api/drafts'
import type { Fault } from '@/api/problems'
import { useClock } from '@/composables/clock'
import { useSession } from '@/composables/session'
import { useUnsaved } from '@/composables/unsaved'
import { t } from '@/i18n'
import { focusFault, focusFirst } from '@/focus'
import { pathOf, paths } from '@/paths'
import { showSuccess, showStillTyping, showProblem } from '@/ui/messages'
import { useActions, type Actions } from './actions'
import { useDraft, type Draft } from './draft'
import * as line from './goods-entry'
import { useFaults, mergeFaults } from './faults'
import { useFields } from './field'
import { useLoading } from './loading'
import { unfilled } from './required'
import { useSaving } from './saving'
import { useLatestSubmission } from './latest-submission'

/** What a part of the page may do with the whole application: save it, giving it a number, and read it again. */
export const APPLICATION: InjectionKey<{
  save: () => Promise<boolean>
  refresh: () => Promise<void>
}> = Symbol('application')

export function useApplication(page: Ref<HTMLElement | null>, wanted: () => string | undefined) {
  const router = useRouter()
  const { principal } = useSession()
  const clock = useClock()
  const draft = useDraft(principal.value?.name ?? '')
  const faults = useFaults(draft.form)
  const fields = useFields(draft.form, faults)
  const locked = computed(() => !draft.may('save'))
  const verdict = useLatestSubmission(draft.form, () => !locked.value, clock.set)
  const { missing, loading, refresh } = useLoading(draft, wanted, fresh, begin(page))
  const saving = useSaving(draft, refuse)
  const actions = useActions(draft, refuse, saving.compare, clock.now)

  /** Puts the line of goods that is being typed into the table, if it is whole. */
  function addEntry(): void {
    const { form, entry } = draft
    const added = line.wholeLine(entry.value)
    if (!added) return
    form.value.goods = [...form.value.goods, added]
    entry.value = { ...line.EMPTY_LINE }
  }

  function fresh(): void {
    faults.all.value = []
  }

  const toFault = (field = '') => page.value && focusFault(page.value, field)

  function refuse(found: readonly Fault[]): void {
    faults.all.value = mergeFaults(found)
    void nextTick(() => toFault())
  }

  /** 暂存. A whole line of goods goes along, though nobody has put it into the table. */
  async function save(): Promise<boolean> {
    if (!locked.value) addEntry()
    draft.completeTime()
    if (!fields.isReadable()) {
      void nextTick(() => toFault())
      return false
    }
    faults.all.value = []
    if (!await saving.put()) return false
    if (wanted() !== draft.number.value) await router.replace(addressOf(draft.number.value))
    return true
  }

  const submit = useSubmitting({ draft, save, refuse, submit: actions.submit }, () => ({
    shown: faults.all.value, times: verdict.value?.errors ?? [],
  }))

  watch([draft.entry, draft.leftGoods], () => {
    faults.all.value = faults.all.value.filter(({ code }) => !code.startsWith(line.UNFINISHED))
  }, { deep: true })
  // A first 暂存 gives the same application another address.
  useUnsaved((path) =>
    (draft.isUnsaved.value || draft.uploads.value.length > 0) && path !== addressOf(draft.number.value))

  const saved = async () => {
    if (await save()) showSuccess(t('apply.saved'))
  }
  const state = { missing, loading, locked, now: clock.now }
  provide(APPLICATION, { save, refresh })
  return { ...state, draft, faults, fields, verdict, saving, actions, save, saved, submit, toFault }
}

interface Submitting {
  draft: Draft
  save: () => Promise<boolean>
  refuse: (found: readonly Fault[]) => void
  submit: Actions['submit']
}

/**
 * 预约申报 of a draft: saved first; then everything that stands against it is shown at once, or it is sent. A form
 * that is untouched makes no draft.
 */
function useSubmitting(
  { draft, save, refuse, submit }: Submitting,
  known: () => { shown: readonly Fault[], times: readonly Fault[] },
): () => Promise<void> {
  const unfinished = () => line.unfinished(draft.entry.value, draft.leftGoods.value)

  /** Adds the faults that the page finds itself to those of the server, of a draft that could not be saved. */
  function explain(): void {
    const { shown, times } = known()
    if (shown.length > 0) refuse(mergeFaults(shown, unfinished(), unfilled(draft.form.value), times))
  }

  async function judge(number: string, version: number): Promise<void> {
    const { errors, warnings } = await assess(number)
    const found = mergeFaults(unfinished(), errors)
    if (found.length > 0) refuse(found)
    // What is sent is what has been saved.
    else if (draft.isDirty.value) showStillTyping(t('apply.submit'))
    else await submit(number, version, warnings)
  }

  return async () => {
    if (draft.isUntouched.value) refuse(unfilled(draft.form.value))
    else if (!await save()) explain()
    else await judge(draft.number.value ?? '', draft.version.value).catch(showProblem)
  }
}

/** The cursor waits in the first field, or in the one that is named. A window that is open keeps it. */
const begin = (page: Ref<HTMLElement | null>) => (field: string): void => {
  if (document.activeElement?.closest('[role=dialog]')) return
  if (field && page.value) focusFault(page.value, field)
  else if (page.value) focusFirst(page.value)
}

const addressOf = (number: string | undefined) =>
  number === undefined ? paths.apply : pathOf('application', number)

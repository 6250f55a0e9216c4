/** The application that the address names: loaded, or begun afresh, and followed live. */
import { nextTick, onMounted, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { read } from '@/api/appointments'
import { Problem } from '@/api/problems'
import { lastCopy } from '@/composables/copy'
import { useLiveUpdates } from '@/composables/live-updates'
import { language, sentences, t } from '@/i18n'
import { confirmAct, showProblem } from '@/ui/messages'
import { loadPrefill } from './prefill'
import type { Draft } from './draft'

/** Loads the application of the address, and follows it; with a fresh one, or a copy, one can `begin` at once. */
export function useLoading(draft: Draft, wanted: () => string | undefined, fresh: () => void, begin: Begin) {
  const missing = shallowRef('')
  /** Nothing can be typed into what is still to come. */
  const loading = shallowRef(true)
  const { chosen, taken, mayReplace, at } = useChosen(draft)

  async function load(): Promise<void> {
    const number = wanted()
    missing.value = ''
    loading.value = true
    fresh()
    try {
      if (number === undefined) await start()
      else draft.open(await read(number))
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      draft.open()
      missing.value = sentences(problem.message, problem.remedy)
    } finally {
      loading.value = false
    }
    await nextTick()
    const isCopy = lastCopy.value?.made === number && number !== undefined
    const isTimeNext = isCopy || draft.begun.value?.from === 'template'
    if (at()) await reach(at())
    else if (draft.number.value === undefined || isCopy) begin(isTimeNext ? 'window_start' : '')
  }

  /** The cursor goes where a link wants it, once: a reload, or 上一页, leaves it alone. */
  async function reach(field: string): Promise<void> {
    begin(field)
    await taken()
  }

  /** A fresh application: of the template that was chosen, unless something typed would be lost by it. */
  async function start(): Promise<void> {
    const template = chosen()
    draft.open(undefined, template === undefined ? await loadPrefill(undefined) : undefined)
    if (template === undefined) return
    if (await mayReplace()) draft.giveUp(await loadPrefill(template))
    await taken()
  }

  async function refresh(): Promise<void> {
    if (draft.number.value !== undefined) draft.take(await read(draft.number.value))
  }

  onMounted(load)
  watch(wanted, (number) => number === draft.number.value && number !== undefined ? undefined : load())
  watch(chosen, (template) => template === undefined || wanted() !== undefined ? undefined : load())
  watch(language, () => refresh().catch(showProblem))
  useLiveUpdates({
    changed: async (numbers) => numbers.has(draft.number.value ?? '') ? refresh() : undefined,
    all: refresh,
  })
  return { missing, loading, refresh }
}

/** Puts the cursor into a field, or into the first one. */
type Begin = (field: string) => void

const FIELDS: Record<string, string> = {
  explanation: 'text', feedback: 'declaration_numbers', window: 'window_start',
}

/** What the address names beside the number: a template, or a field. Once that is taken the address is as always. */
function useChosen(draft: Draft) {
  const route = useRoute()
  const router = useRouter()
  const chosen = () => typeof route.query.template === 'string' ? route.query.template : undefined
  const taken = () => router.replace({ path: route.path })
  const mayReplace = async () => !draft.isUnsaved.value
    || confirmAct(t('begin.lose'), t('begin.lose.final'), t('begin.lose.act'))
  const at = () => typeof route.query.at === 'string' ? FIELDS[route.query.at] ?? '' : ''
  return { chosen, taken, mayReplace, at }
}

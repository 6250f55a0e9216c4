/** 批量反馈: numbers are matched, the user chooses where there are several, and each is answered for itself. */
import { computed, ref, shallowRef } from 'vue'
import { matchDeclarations, type Done, type Match } from '@/api/batch'
import { runBatch, type BatchAction } from '@/composables/batch-actions'
import { sentences, t } from '@/i18n'
import { showSuccess, showHint, confirmAct, showProblem } from '@/ui/messages'
import { MAX_NUMBERS, pairs } from './pairs'

/** What became of a number; `good` ones are not sent again. */
interface Fed {
  text: string
  good: boolean
}

export function useFeedback() {
  const matches = shallowRef<readonly Match[]>([])
  /** Number → the appointment it goes to. */
  const chosen = shallowRef<Readonly<Record<string, string>>>({})
  const fed = shallowRef<Readonly<Record<string, Fed>>>({})
  const busy = ref(false)
  const ready = computed(() => matches.value.map((match) => match.declaration_number)
    .filter((number) => chosen.value[number] && !fed.value[number]?.good))

  async function match(text: string): Promise<void> {
    const numbers = pairs(text)
    if (numbers.length > MAX_NUMBERS) showHint(t('acts.feedback.many', { limit: MAX_NUMBERS }))
    await during(async () => {
      matches.value = numbers.length > 0 ? await matchDeclarations(numbers.slice(0, MAX_NUMBERS)) : []
      chosen.value = Object.fromEntries(matches.value.flatMap(({ declaration_number, candidates }) =>
        candidates.length === 1 ? [[declaration_number, candidates[0]?.pre_entry_no ?? '']] : []))
      fed.value = {}
    })
  }

  function choose(number: string, appointment: string): void {
    chosen.value = { ...chosen.value, [number]: appointment }
  }

  async function feedBack(): Promise<void> {
    const numbers = ready.value
    const words = { count: numbers.length }
    const lines = numbers.map((number) => `${number} → ${chosen.value[number] ?? ''}`)
    const title = t('acts.feedback.title', words)
    if (!await confirmAct(title, t('acts.feedback.final'), t('acts.feedback'), lines)) return
    await during(() => runBatch(actsOf(numbers, chosen.value), take))
    const good = numbers.filter((number) => fed.value[number]?.good).length
    if (good === numbers.length) showSuccess(t('acts.feedback.done', { count: good }))
    else showHint(t('acts.some', { done: good, failed: numbers.length - good }))
  }

  function take(act: BatchAction, answer: Done): void {
    if (act.action !== 'feedback') return
    fed.value = { ...fed.value, ...Object.fromEntries(outcomes(act.declaration_numbers, answer)) }
  }

  async function during(work: () => Promise<void>): Promise<void> {
    busy.value = true
    try {
      await work()
    } catch (problem) {
      showProblem(problem)
    } finally {
      busy.value = false
    }
  }

  return { matches, chosen, fed, busy, ready, match, choose, feedBack }
}

/** One act for each appointment, with all of its numbers. */
function actsOf(numbers: readonly string[], chosen: Readonly<Record<string, string>>): BatchAction[] {
  const by = new Map<string, string[]>()
  for (const number of numbers) {
    const appointment = chosen[number] ?? ''
    by.set(appointment, [...by.get(appointment) ?? [], number])
  }
  return [...by].map(([pre_entry_no, declaration_numbers]) =>
    ({ action: 'feedback', pre_entry_no, declaration_numbers }))
}

function outcomes(numbers: readonly string[], answer: Done): [string, Fed][] {
  const messageOf = (errors: readonly unknown[]) =>
    sentences(...(errors as { message: string, remedy: string }[]).flatMap(({ message, remedy }) => [message, remedy]))
  const refused = new Map(answer.refused.map((each) => [each.number, messageOf(each.errors)]))
  const all = answer.code === null ? undefined : messageOf(answer.errors)
  return numbers.map((number) => {
    const why = all ?? refused.get(number)
    return [number, { text: why ?? t('acts.feedback.taken'), good: why === undefined }]
  })
}

/** What is final: 预约申报, 取消预约, 反馈报关单号, 情况说明, 删除. Each is asked once, and has one effect. */
import { ref, shallowRef, type Ref } from 'vue'
import { Intent } from '@/api/commands'
import * as wire from '@/api/drafts'
import { Problem, type Fault } from '@/api/problems'
import { sentences, t, type Key } from '@/i18n'
import { showSuccess, confirmAct, showProblem } from '@/ui/messages'
import type { Draft } from './draft'
import { earlyExplanation, missingFiles, warningTexts } from './warnings'

export interface RefusedNumber {
  number: string
  message: string
}

export type Actions = ReturnType<typeof useActions>

/** `now` is the server's clock. */
export function useActions(
  draft: Draft, refuse: (faults: readonly Fault[]) => void, stale: () => Promise<void>, now: Readonly<Ref<number>>,
) {
  const refused = shallowRef<RefusedNumber[]>([])
  const { busy, act } = useAct(refuse, stale)

  type Final = 'submit' | 'cancel' | 'remove' | 'explain' | 'feedback'
  const ask = (what: Final, words = {}, lines: readonly string[] = []) =>
    confirmAct(t(`apply.title.${what}`, words), t(`apply.final.${what}`, words), t(`apply.${what}` as Key), lines)

  async function submit(number: string, version: number, warnings: readonly Fault[]): Promise<void> {
    const lines = [...warningTexts(warnings), ...missingFiles(draft.uploads.value, number, 'application')]
    if (!await ask('submit', { number }, lines)) return
    const send = async (key: string) => draft.agree(await wire.submit(number, version, key))
    if (await act('submit', { number, version }, send)) showSuccess(t('apply.submitted'))
  }

  async function cancel(number: string): Promise<void> {
    if (!await ask('cancel', { number })) return
    const send = async (key: string) => draft.take(await wire.cancel(number, key))
    if (await act('cancel', number, send)) showSuccess(t('apply.cancelled'))
  }

  async function remove(number: string): Promise<boolean> {
    if (!await ask('remove', { number })) return false
    return act('remove', number, async (key) => {
      await wire.remove(number, key)
    })
  }

  async function feedBack(number: string): Promise<void> {
    const numbers = [...draft.numbers.value]
    if (!await ask('feedback', { count: numbers.length })) return
    const send = async (key: string) => {
      const answer = await wire.feedBack(number, numbers, key)
      refused.value = answer.refused.map((each) => ({ number: each.number, message: messageOf(each.errors) }))
      draft.numbers.value = answer.refused.map((each) => each.number)
      draft.take(answer.appointment)
    }
    if (await act('feedback', numbers, send) && refused.value.length === 0) showSuccess(t('apply.fedBack'))
  }

  async function explain(number: string): Promise<void> {
    const text = draft.text.value.trim()
    const file = draft.view.value?.attachments.find((each) => each.purpose === 'explanation')?.attachment_id
    const lines = [
      ...earlyExplanation(draft.view.value, now.value),
      ...missingFiles(draft.uploads.value, number, 'explanation'),
    ]
    if (!await ask('explain', {}, lines)) return
    const send = async (key: string) => {
      draft.take(await wire.explain(number, text, file, key))
      draft.text.value = ''
    }
    if (await act('explain', { text, file }, send)) showSuccess(t('apply.explained'))
  }

  return { busy, refused, submit, cancel, remove, feedBack, explain }
}

/** Common to all acts: one at a time, each under an intent of its own, its refusal shown. */
function useAct(refuse: (faults: readonly Fault[]) => void, stale: () => Promise<void>) {
  const busy = ref('')
  const intents = new Map<string, Intent>()

  /** Runs an act under its own intent; whether it took effect. */
  async function act(name: string, content: unknown, send: (key: string) => Promise<void>): Promise<boolean> {
    busy.value = name
    const intent = intents.get(name) ?? new Intent()
    intents.set(name, intent)
    try {
      await intent.run(content, send)
      return true
    } catch (problem) {
      if (problem instanceof Problem && problem.code === 'version.stale') await stale()
      else if (problem instanceof Problem && problem.faults.some((fault) => fault.field)) refuse(problem.faults)
      else showProblem(problem)
      return false
    } finally {
      busy.value = ''
    }
  }

  return { busy, act }
}

function messageOf(errors: readonly Fault[]): string {
  return sentences(...errors.flatMap((fault) => [fault.message, fault.remedy]))
}

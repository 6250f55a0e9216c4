/** 最晚申报时间, live: asked again whenever a field changes on which it depends. */
import { useTimeoutFn } from '@vueuse/core'
import { shallowRef, watch, type Ref } from 'vue'
import { latest, type Asked, type Verdict } from '@/api/drafts'
import { Problem, type Fault } from '@/api/problems'
import { windowDays } from '@/api/reference'
import { startOf } from '@/dates'
import { language, sentences } from '@/i18n'
import type { Judge } from '@/ui/marks'
import type { Form } from './form'

const PAUSE_MS = 250
const PORT = /^\d{4}$/
const CODE = /^\d{4}[0-9A-Z]{6}$/

export function useLatestSubmission(form: Ref<Form>, wanted: () => boolean, onAnswer: (now: string) => void) {
  const verdict = shallowRef<Verdict>()
  let turn = 0
  const waiting = useTimeoutFn(() => void ask(), PAUSE_MS, { immediate: false })

  watch(() => [wanted() ? JSON.stringify(questionOf(form.value)) : undefined, language.value], () => {
    waiting.stop()
    verdict.value = undefined
    if (wanted() && questionOf(form.value)) waiting.start()
  }, { immediate: true })

  /** An answer to what was typed before comes too late; without one the question stays open, and saving shows it. */
  async function ask(): Promise<void> {
    const question = questionOf(form.value)
    if (!question) return
    const mine = ++turn
    try {
      const found = await latest(question)
      if (mine !== turn) return
      verdict.value = found
      onAnswer(found.now)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
    }
  }

  return verdict
}

/** What can be asked so far, if anything. */
export function questionOf(form: Form): Asked | undefined {
  const [start, place] = [startOf(form.window_start), placeOf(form)]
  return start && place ? { ...place, window_start: start } : undefined
}

/** Why dates cannot be taken, once the ports are known. */
export function judgeOf(form: Form): Judge | undefined {
  const place = placeOf(form)
  return place && (async (from, to) => {
    const days = await windowDays({ ...place, from, to })
    return new Map(days.filter((each) => !each.bookable).map(({ date, errors }) => [date, textOf(errors)]))
  })
}

function textOf(errors: readonly Fault[]): string {
  return sentences(...new Set(errors.map(({ message }) => message)))
}

function placeOf(form: Form): Omit<Asked, 'window_start'> | undefined {
  if (!PORT.test(form.declaration_port) || !PORT.test(form.entry_exit_port)) return undefined
  return {
    declaration_port: form.declaration_port, entry_exit_port: form.entry_exit_port,
    ...CODE.test(form.consignee_code) ? { consignee: form.consignee_code } : {},
  }
}

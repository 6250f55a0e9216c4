/** Messages beside the content of the page: short notices, and questions before a final act. */
import { computed, shallowRef } from 'vue'
import { isTyping } from '@/accidental-input'
import { Problem } from '@/api/problems'
import { t } from '@/i18n'
import { toast } from './toast'

export function showSuccess(text: string): void {
  toast(text, 'success')
}

/** What is to be done first. */
export function showHint(text: string): void {
  toast(text, 'warning')
}

/** A refusal that belongs to no field, with its remedy. Anything else is a fault of ours, and goes to the console. */
export function showProblem(problem: unknown): void {
  if (!(problem instanceof Problem)) throw problem
  const text = problem.isUnknown ? t('problem.unknown') : problem.remedy
  toast(`${problem.message} ${text}`, 'error')
}

/** A question before a final act, or (`act` is undefined) a notice that the user confirms. */
export interface Question {
  id: number
  title: string
  text: string
  act: string | undefined
  /** Warnings, or what it is about, one by one. */
  lines: readonly string[]
  settle: (yes: boolean) => void
}

let count = 0
const questions = shallowRef<readonly Question[]>([])
/** One after the other. */
export const question = computed(() => questions.value[0])

export function answer(given: Question, yes: boolean): void {
  questions.value = questions.value.filter((each) => each !== given)
  given.settle(yes)
}

/** The user is typing and would not see a question: nothing is done, and a hint tells so. */
export function showStillTyping(act: string): void {
  showHint(t('ask.typing', { act }))
}

export async function showWarning(title: string, text: string): Promise<void> {
  await ask({ title, text, act: undefined, lines: [] })
}

/**
 * Asks once before something that cannot be taken back; the button carries the act's own name. A user who has typed on
 * since the act was asked for, as ahead of a slow server, is not asked: the keys would not reach their field.
 */
export async function confirmAct(
  title: string, final: string, act: string, lines: readonly string[] = [],
): Promise<boolean> {
  if (!isTyping()) return ask({ title, text: final, act, lines })
  showStillTyping(act)
  return false
}

function ask(asked: Omit<Question, 'id' | 'settle'>): Promise<boolean> {
  return new Promise((settle) => questions.value = [...questions.value, { ...asked, id: ++count, settle }])
}

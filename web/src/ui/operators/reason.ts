/** The question for the reason of an act: asked by any page of the operators, shown by `ReasonDialog`. */
import { readonly, shallowRef } from 'vue'

/** What is to be done, and to what; `act` is the name of the act, on the button. */
interface Asked {
  title: string
  text: string
  act: string
  lines?: readonly string[]
}

const asked = shallowRef<Asked>()
let settle: (reason: string | undefined) => void = () => undefined

export const askedReason = readonly(asked)

/**
 * Returns the reason that the user entered; undefined if the user went back.
 */
export function askReason(question: Asked): Promise<string | undefined> {
  answerReason(undefined)
  asked.value = question
  return new Promise((done) => settle = done)
}

export function answerReason(reason: string | undefined): void {
  asked.value = undefined
  settle(reason)
}

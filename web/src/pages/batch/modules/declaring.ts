/**
 * 批量申报, or 暂存 of all by who may only draft: some applications at a time, each with its own outcome; what is asked
 * again has no second effect.
 */
import { computed, ref, shallowRef, triggerRef } from 'vue'
import { batch, type Application, type Done, type Item } from '@/api/batch'
import { retryUnknown, newKey } from '@/api/commands'
import { submit } from '@/api/drafts'
import { Problem } from '@/api/problems'
import { useRights } from '@/composables/rights'
import { useSession } from '@/composables/session'
import { formatInstant } from '@/dates'
import { joinWords, sentences, t } from '@/i18n'
import { showProblem } from '@/ui/messages'

/** So many in one request: the progress moves, and an answer that is lost costs little. */
const AT_A_TIME = 10

/** What became of an application; `final` ones are not sent again. */
export interface Outcome {
  number: string | null
  text: string
  final: boolean
}

export function useDeclaring() {
  const { principal } = useSession()
  const { mayDeclare } = useRights()
  const outcomes = shallowRef(new Map<string, Outcome>())
  const total = ref(0)
  const finished = ref(0)
  const busy = ref(false)
  const done = computed(() => [...outcomes.value.values()].filter((each) => each.final).length)

  /** Whether it is still to be declared: a draft that was left behind is taken up again by who may declare. */
  function isOpen(item: Application): boolean {
    const isMade = item.made !== null && (item.made.state !== 'draft' || !mayDeclare.value)
    return !isMade && outcomes.value.get(item.client_key)?.final !== true
  }

  function tellOf(item: Application, outcome: Outcome): void {
    outcomes.value.set(item.client_key, outcome)
    finished.value++
    triggerRef(outcomes)
  }

  /** How many were declared (by who may only draft: saved) and how many not; stops where no answer comes. */
  async function carryOut(items: readonly Application[]): Promise<{ done: number, failed: number }> {
    busy.value = true
    total.value = items.length
    finished.value = 0
    const before = done.value
    try {
      if (principal.value?.card && mayDeclare.value) await oneByOne(items, tellOf)
      else await some(items, mayDeclare.value, tellOf)
    } catch (problem) {
      showProblem(problem)
    } finally {
      busy.value = false
    }
    return { done: done.value - before, failed: items.length - (done.value - before) }
  }

  return { outcomes, total, finished, busy, done, isOpen, carryOut }
}

type Report = (item: Application, outcome: Outcome) => void

async function some(items: readonly Application[], declare: boolean, report: Report): Promise<void> {
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    const chunk = items.slice(start, start + AT_A_TIME)
    const answers = await sent(chunk.map((item) => created(item, declare)))
    chunk.forEach((item, place) => report(item, outcomeOf(answers[place])))
  }
}

/** A card signs each application as it stands, so each is saved first, then shown, signed and declared. */
async function oneByOne(items: readonly Application[], report: Report): Promise<void> {
  for (const item of items) {
    const [made] = await sent([created(item, false)])
    if (!made?.appointment) report(item, outcomeOf(made))
    else report(item, await signed(made.appointment, item.client_key))
  }
}

async function signed(draft: NonNullable<Done['appointment']>, clientKey: string): Promise<Outcome> {
  if (draft.state !== 'draft') return { number: draft.pre_entry_no, text: draft.state_label, final: true }
  try {
    const key = `${clientKey}/submission`
    const view = await retryUnknown(() => submit(draft.pre_entry_no, draft.version, key))
    return { number: view.pre_entry_no, text: view.state_label, final: true }
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.isUnknown || problem.code.startsWith('card.')) throw problem
    return { number: draft.pre_entry_no, text: sentences(problem.message, problem.remedy), final: false }
  }
}

const created = ({ client_key, content }: Application, declare: boolean): Item =>
  ({ action: 'create', client_key, content, declare })

function sent(items: Item[]): Promise<Done[]> {
  const key = newKey()
  return retryUnknown(() => batch(items, key))
}

function outcomeOf(answer: Done | undefined): Outcome {
  const errors = answer?.errors ?? []
  const number = answer?.pre_entry_no ?? null
  if (!answer?.code) return { number, text: answer?.appointment?.state_label ?? '', final: true }
  const text = sentences(...errors.flatMap(({ message, remedy }) => [message, remedy]))
  return { number, text, final: false }
}

/** The question's line for one application. */
export function lineOf({ reference, content, warnings }: Application): string {
  const line = t('batch.declare.line', {
    reference,
    consignee: content.consignee_code ?? '',
    port: content.declaration_port ?? '',
    window: content.window_start ? formatInstant(content.window_start) : '',
    goods: joinWords(content.goods.map((line) => line.name ?? '')),
  })
  return line + warnings.map(({ message }) => ` ⚠ ${message}`).join('')
}

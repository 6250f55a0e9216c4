/** Acts on many appointments that exist: some at a time, or, with a card, one signature after the other. */
import { batch, type Done, type Item } from '@/api/batch'
import { retryUnknown, newKey } from '@/api/commands'
import { sign, type Request } from '@/api/signing'
import { useSession } from './session'

export type BatchAction = Exclude<Item, { action: 'create' }>

/** So many in one request: the progress moves, and an answer that is lost costs little. */
const AT_A_TIME = 10

/** Tells of each act as it is answered. Rejects where no answer comes, or where the user does not sign. */
export async function runBatch(
  acts: readonly BatchAction[], onAnswer: (act: BatchAction, answer: Done) => void,
): Promise<void> {
  const { principal } = useSession()
  const some = principal.value?.card ? 1 : AT_A_TIME
  for (let start = 0; start < acts.length; start += some) {
    const chunk = acts.slice(start, start + some)
    const key = newKey()
    const items = await Promise.all(chunk.map((act) => signed(act, key)))
    const answers = await retryUnknown(() => batch(items, key))
    answers.forEach((answer) => {
      const act = chunk[answer.index]
      if (act) onAnswer(act, answer)
    })
  }
}

const signed = async (act: BatchAction, key: string): Promise<BatchAction> =>
  ({ ...act, signature: await sign(act.pre_entry_no, requestOf(act), key) ?? null })

/** The request must equal the act, or the signature is of something else. */
function requestOf(act: BatchAction): Request {
  if (act.action === 'submit') return { act: 'submission' }
  if (act.action === 'cancel') return { act: 'cancellation' }
  return { act: 'feedback', declaration_numbers: act.declaration_numbers }
}

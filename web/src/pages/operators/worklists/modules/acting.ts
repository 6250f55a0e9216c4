/** An act on the chosen items: asked for its reason, carried out some at a time, with the result of each. */
import { ref } from 'vue'
import { actOn, AT_ONCE, type Act, type Acted, type Kind, type WorkItem } from '@/api/operators-worklists'
import { Problem } from '@/api/problems'
import { sentences } from '@/i18n'
import { t } from '@/i18n/operators/worklists'
import { askReason } from '@/ui/operators/reason'
import { openResults } from '@/ui/operators/results'
import { nameOf, stateLabel } from './labels'

const MOST_NAMED = 5

type Settle = ReturnType<typeof openResults>

export function useActing(done: () => Promise<void>) {
  const acting = ref(false)

  async function act(kind: Kind, act: Act, items: readonly WorkItem[]): Promise<void> {
    const title = t(`act.${act}`)
    const named = items.slice(0, MOST_NAMED).map(nameOf)
    const lines = items.length > MOST_NAMED ? [...named, '…'] : named
    const text = sentences(t(`ask.${act}`), t('ask.count', { count: items.length }))
    const reason = await askReason({ title, text, act: title, lines })
    if (reason === undefined) return
    acting.value = true
    try {
      await carryOut(kind, act, items, reason, openResults(title, items.map(nameOf)))
    } finally {
      acting.value = false
      await done()
    }
  }

  return { acting, act }
}

async function carryOut(
  kind: Kind, act: Act, items: readonly WorkItem[], reason: string, settle: Settle,
): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const keys = items.slice(start, start + AT_ONCE).map((item) => item.key)
    try {
      const acted = await actOn(kind, act, keys, reason)
      acted.forEach((each, index) => settle(start + index, ...resultOf(act, each)))
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      keys.forEach((_, index) => settle(start + index, 'failed', sentences(problem.message, problem.remedy)))
    }
  }
}

/** What is said of one item: the state it is in now, or why the act was refused and what to do. */
function resultOf(act: Act, { outcome, state, errors }: Acted): ['done' | 'failed', string] {
  if (state === 'awaiting_confirmation') return ['done', t('asked')]
  if (outcome === 'done') return ['done', stateLabel(state)]
  // A retry that changes nothing has failed; a workflow that runs already needs no revival.
  const unchanged = act === 'retry' ? 'failed' : 'done'
  if (outcome === 'unchanged') return [unchanged, t('unchanged', { state: stateLabel(state) })]
  return ['failed', sentences(...errors.flatMap((each) => [each.message, each.remedy]))]
}

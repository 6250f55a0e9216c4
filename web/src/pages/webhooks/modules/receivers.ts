/** The receivers as the page shows them, and what an administrator does with them. */
import { shallowRef } from 'vue'
import { Intent } from '@/api/commands'
import * as wire from '@/api/webhooks'
import { formatInstant } from '@/dates'
import { t } from '@/i18n/webhooks'
import { useActing } from '@/ui/acting'
import { confirmAct, showSuccess, showWarning } from '@/ui/messages'

const FAULTS = ['unreachable', 'timeout', 'closed', 'certificate', 'tls', 'inside'] as const

/** Returns the answer of a receiver in words, with what to do about it. */
export function answerOf({ status, fault }: { status: number | null, fault: string | null }): string {
  const known = FAULTS.find((each) => each === fault)
  if (known) return t(`hooks.fault.${known}`)
  const taken = status !== null && status >= 200 && status < 300
  return t(taken ? 'hooks.ok' : 'hooks.fault.status', { status: status ?? fault ?? '' })
}

export function stateOf({ paused_at, pause_reason, failing_since, next_attempt_at }: wire.Webhook): string {
  if (paused_at) return t(pause_reason === 'failing' ? 'hooks.given_up' : 'hooks.paused')
  if (!failing_since) return t('hooks.active')
  const next = next_attempt_at ? formatInstant(next_attempt_at) : ''
  return t('hooks.failing', { since: formatInstant(failing_since), next })
}

export function useReceivers() {
  const receivers = shallowRef<readonly wire.Webhook[]>()
  const shown = shallowRef<wire.WebhookSecret>()
  const adding = new Intent()

  async function load(): Promise<void> {
    receivers.value = await wire.webhooks()
  }

  const { busy, run } = useActing(load)

  const save = (of: wire.Webhook | undefined, url: string, refused: (problem: unknown) => void) => run(async () => {
    if (of) await wire.move(of.webhook_id, url)
    else shown.value = await adding.run(url, (key) => wire.add(url, key))
  }, refused)

  const test = ({ webhook_id }: wire.Webhook) => run(async () => {
    const answer = await wire.test(webhook_id)
    if (!answer.taken) return showWarning(t('hooks.test'), answerOf(answer))
    showSuccess(t('hooks.taken', { status: answer.status ?? '', milliseconds: answer.milliseconds }))
  })

  const toggle = ({ webhook_id, paused_at }: wire.Webhook) =>
    run(() => (paused_at ? wire.resume : wire.pause)(webhook_id))

  async function rotate({ webhook_id }: wire.Webhook): Promise<void> {
    if (!await confirmAct(t('hooks.rotate'), t('hooks.sure.rotate'), t('hooks.rotate'))) return
    await run(async () => {
      shown.value = await wire.rotate(webhook_id)
    })
  }

  async function remove({ webhook_id, url }: wire.Webhook): Promise<void> {
    if (await confirmAct(t('hooks.remove'), t('hooks.sure.remove', { url }), t('hooks.remove')))
      await run(() => wire.remove(webhook_id))
  }

  return { receivers, shown, busy, load, save, test, toggle, rotate, remove }
}

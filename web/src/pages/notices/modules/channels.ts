/** The channels and times of the user, and what is done with them. */
import { shallowRef } from 'vue'
import { Intent } from '@/api/commands'
import * as wire from '@/api/notices'
import { sentences } from '@/i18n'
import { t } from '@/i18n/notices'
import { useActing } from '@/ui/acting'
import { confirmAct, showProblem, showSuccess } from '@/ui/messages'

/** How long the page asks what became of a test message. */
const ASKS = 30
const PAUSE_MS = 1000

/** The way of a channel and its masked address, as words of a text. */
export const wordsOf = ({ kind, address }: wire.Channel) => ({ kind: t(`notices.kind.${kind}`), address })

/** What is shown of a test message: it runs, or how it ended. */
export interface TestResult {
  type: 'info' | 'success' | 'error'
  text: string
}

export function useChannels() {
  const settings = shallowRef<wire.NoticeSettings>()
  const result = shallowRef<TestResult>()
  const adding = new Intent()
  const testing = new Intent()

  async function load(): Promise<void> {
    settings.value = await wire.settings()
  }

  const { busy, run } = useActing(load)

  const add = (body: wire.NewChannel, refused: (why: unknown) => void) =>
    run(() => adding.run(body, (key) => wire.add(body, key)), refused)

  const change = ({ channel_id }: wire.Channel, body: wire.ChannelChanges) => run(() => wire.change(channel_id, body))

  const saveTimes = (body: wire.Times, refused: (why: unknown) => void) => run(async () => {
    await wire.saveTimes(body)
    showSuccess(t('times.saved'))
  }, refused)

  async function remove(of: wire.Channel): Promise<void> {
    if (await confirmAct(t('notices.remove'), t('notices.sure.remove', wordsOf(of)), t('notices.remove')))
      await run(() => wire.remove(of.channel_id))
  }

  const test = (of: wire.Channel) => run(async () => {
    result.value = { type: 'info', text: t('notices.testing', wordsOf(of)) }
    result.value = resultOf(of, await outcome(of))
  }, (why) => {
    result.value = undefined
    showProblem(why)
  })

  async function outcome({ channel_id: id }: wire.Channel): Promise<wire.Tested> {
    let last = await testing.run(id, (key) => wire.test(id, key))
    for (let asked = 0; last.state === 'waiting' && asked < ASKS; asked++) {
      await new Promise((done) => setTimeout(done, PAUSE_MS))
      last = await wire.tested(id, last.test_id)
    }
    return last
  }

  return { settings, result, busy, load, add, change, saveTimes, remove, test }
}

function resultOf(of: wire.Channel, { state, trouble }: wire.Tested): TestResult {
  const words = wordsOf(of)
  if (state === 'sent') return { type: 'success', text: t('notices.tested', words) }
  if (state === 'waiting') return { type: 'info', text: t('notices.open', words) }
  const why = trouble ? sentences(trouble.message, trouble.remedy) : ''
  return { type: 'error', text: t('notices.untested', { ...words, why }) }
}

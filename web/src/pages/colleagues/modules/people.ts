/** The users of the enterprise as the page shows them, and what an administrator does with them. */
import { shallowRef } from 'vue'
import * as wire from '@/api/colleagues'
import { Intent } from '@/api/commands'
import { t } from '@/i18n'
import { useActing } from '@/ui/acting'
import { showSuccess, confirmAct } from '@/ui/messages'

export function usePeople() {
  const people = shallowRef<readonly wire.Colleague[]>([])
  const issued = shallowRef<wire.Issued>()
  const adding = new Intent()
  const resetting = new Intent()

  async function load(): Promise<void> {
    people.value = await wire.colleagues()
  }

  const { busy, run } = useActing(load)

  function add(body: wire.NewColleague, refused: (problem: unknown) => void): Promise<boolean> {
    return run(async () => {
      issued.value = await adding.run(body, (key) => wire.add(body, key))
    }, refused)
  }

  function change(username: string, body: wire.Changes, refused?: (problem: unknown) => void): Promise<boolean> {
    return run(async () => {
      await wire.change(username, body)
      showSuccess(t('people.saved'))
    }, refused)
  }

  async function disable({ username, name, disabled_at }: wire.Colleague): Promise<void> {
    const disabled = disabled_at === null
    const act = t('people.disable')
    if (disabled && !await confirmAct(act, t('people.sure.disable', { name }), act)) return
    await change(username, { disabled })
  }

  async function reset({ username, name }: wire.Colleague): Promise<void> {
    if (!await confirmAct(t('people.reset'), t('people.sure.reset', { name }), t('people.reset'))) return
    await run(async () => {
      issued.value = await resetting.run(username, (key) => wire.reset(username, key))
    })
  }

  return { people, issued, busy, load, add, change, disable, reset }
}

/**
 * What the user has set for himself. It is read once per session; a change shows at once and is saved behind it, asked
 * again while its outcome is unknown. Logging in as somebody else reloads the page, and this with it.
 */
import { computed, readonly, shallowRef, type ComputedRef } from 'vue'
import { retryUnknown } from '@/api/commands'
import * as wire from '@/api/preferences'

type Values = Required<wire.Preferences>
type Name = keyof Values

const DEFAULTS: Values = { favourite_consignees: [], favourite_ports: [], saved_questions: [], theme: 'system' }

const values = shallowRef<Values>(DEFAULTS)
const changed = new Map<Name, unknown>()
let reading: Promise<void> | undefined
/** Saves run one after the other, so that the last value wins. */
let saving: Promise<unknown> = Promise.resolve()

export function usePreferences() {
  return { values: readonly(values), of, load, set }
}

/** One setting, as it is now. */
function of<N extends Name>(name: N): ComputedRef<Values[N]> {
  return computed(() => values.value[name])
}

/** Reads them unless they were; rejects with the `Problem`, and may then be asked again. */
function load(): Promise<void> {
  reading ??= read().catch((problem: unknown) => {
    reading = undefined
    throw problem
  })
  return reading
}

/** What was changed meanwhile is newer than what was read. */
async function read(): Promise<void> {
  const found = await wire.read()
  values.value = { ...DEFAULTS, ...found, ...Object.fromEntries(changed) }
}

/** Shows at once; rejects with the `Problem` of a save that failed, when the value of the server is shown again. */
async function set<N extends Name>(name: N, value: Values[N]): Promise<void> {
  changed.set(name, value)
  values.value = { ...values.value, [name]: value }
  const mine = saving.then(() => retryUnknown(() => wire.write(name, value)))
  saving = mine.catch(() => undefined)
  try {
    await mine
  } catch (problem) {
    changed.delete(name)
    await read()
    throw problem
  }
}

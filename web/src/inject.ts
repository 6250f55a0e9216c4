import { inject, type InjectionKey } from 'vue'

/** Returns what a component around this one provides. Raises an Error when none does. */
export function injectStrict<T>(key: InjectionKey<T>): T {
  const found = inject(key)
  if (found === undefined) throw new Error(`nothing provides ${String(key)}`)
  return found
}

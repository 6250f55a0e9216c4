/** What a reload or an expired session must not lose: in this tab, for one user and one number, until it is saved. */
import { watch, type ComputedRef, type Ref } from 'vue'
import { dropInput, saveInput, savedInput } from '@/composables/unsaved-input'
import type { Body } from '@/api/drafts'
import type { Form, Goods } from './form'

/** A first 暂存 whose outcome is not known yet: it is asked again as it was, under its own key. */
export interface Creation {
  key: string
  body: Body
}

/** Everything that is typed, and what it was typed upon. */
export interface TypedInput {
  form: Ref<Form>
  base: Ref<Form>
  version: Ref<number>
  /** The goods that are being typed, the declaration numbers to feed back, the explanation. */
  entry: Ref<Goods>
  numbers: Ref<string[]>
  text: Ref<string>
  /** What was pasted and could not be taken: rows of goods, declaration numbers. */
  leftGoods: Ref<string[]>
  leftNumbers: Ref<string[]>
  creation: Ref<Creation | undefined>
}

export type KeptInput = { [Name in keyof TypedInput]: TypedInput[Name]['value'] }

export function useKeptInput(typed: TypedInput, name: ComputedRef<string>, isUnsaved: () => boolean) {
  watch([...Object.values(typed) as Ref[], name], () => {
    if (isUnsaved()) saveInput(name.value, contents())
    else dropInput(name.value)
  }, { deep: true })

  const contents = () => Object.fromEntries(Object.entries(typed).map(([each, { value }]) => [each, value]))

  return {
    /** What was typed under this name before, if it was not saved. */
    before: () => savedInput(name.value) as KeptInput | undefined,
    drop: () => dropInput(name.value),
  }
}

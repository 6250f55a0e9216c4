/** ARIA attributes of the input inside a FormField, which tell a screen reader of its fault. */
import type { ComputedRef, InjectionKey } from 'vue'

interface FaultAttributes {
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}

export const FAULT: InjectionKey<ComputedRef<FaultAttributes>> = Symbol('fault')

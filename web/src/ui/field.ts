/** What the input inside a FormField says of its fault to those who do not see the red text. */
import type { ComputedRef, InjectionKey } from 'vue'

interface FaultAttributes {
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}

export const FAULT: InjectionKey<ComputedRef<FaultAttributes>> = Symbol('fault')

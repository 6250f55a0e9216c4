/** A list of declaration numbers as it is pasted: one in a line, perhaps with its appointment's number beside it. */
import type { Numbers } from '@/api/batch'
import { code } from '@/normalise'

/** More than the server takes at once. */
export const MAX_NUMBERS = 200

/** Returns each number once, in the order of the list. Other texts go along and are refused with their reason. */
export function pairs(text: string): Numbers {
  const found = new Map<string, string | null>()
  for (const line of text.split(/[\r\n]+/)) {
    const numbers = line.split(/[\t,，;；、]+/).flatMap(parted).filter((each) => each !== '')
    if (numbers.length === 2) found.set(numbers[0] ?? '', numbers[1] ?? null)
    else for (const number of numbers) found.set(number, null)
  }
  return [...found].map(([declaration_number, belongs_to]) => ({ declaration_number, belongs_to }))
}

/** Blanks part numbers, unless what they part is one. */
function parted(text: string): string[] {
  const whole = code(text)
  return whole.length <= 18 ? [whole] : text.trim().split(/\s+/).map(code)
}

/** What the card signs, in words: the code as it is signed, and beside it what it means. */
import type { StatementView } from '@/api/agent'
import { useNames } from '@/composables/names'
import { isKey, t } from '@/i18n'
import { formatInstant } from '@/dates'

type Line = StatementView['content'][number]

export function useSigned() {
  const { load, port, mode } = useNames()

  const readers: Record<string, (value: string) => string> = {
    declaration_port: port,
    entry_exit_port: port,
    transport_mode: mode,
    direction: (value) => beside(value, { I: t('apply.import'), E: t('apply.export') }[value]),
    reason_category: (value) => beside(value, worded(`apply.category.${value}`)),
    outcome: (value) => beside(value, worded(`apply.outcome.${value}`)),
    window_start: (value) => beside(value, formatInstant(value)),
  }

  /** `5 航空运输`, `进口 (I)`; the value alone where it explains itself. */
  function read({ path, value }: Line): string {
    const field = path.slice(path.lastIndexOf('.') + 1)
    return value === '' ? value : readers[field]?.(value) ?? value
  }

  return { load, read }
}

const beside = (value: string, meaning: string | undefined) => meaning ? `${meaning} (${value})` : value

const worded = (key: string) => isKey(key) ? t(key) : undefined

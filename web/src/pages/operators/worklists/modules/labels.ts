/** The labels of codes; a code of a later version, or a text of customs, has none and is shown as it is. */
import type { WorkItem } from '@/api/operators-worklists'
import { t } from '@/i18n/operators/worklists'

type Text = Parameters<typeof t>[0]

/** Returns the label of the state in which something waits, or that an act has led to. */
export function stateLabel(state: string | null): string {
  return labelOf(`state.${state ?? ''}`) ?? state ?? ''
}

/** Returns what a message to customs is. */
export function messageLabel(type: string | null): string {
  return labelOf(`message.${type ?? ''}`) ?? type ?? ''
}

/** Returns why a message or receipt waits. */
export function reasonLabel(reason: string | null): string {
  return labelOf(`reason.${reason ?? ''}`) ?? reason ?? ''
}

/** Returns what an item is called: the number of its appointment, or, for a receipt that names none, its own. */
export function nameOf(item: WorkItem): string {
  return item.pre_entry_no ?? t('receipt', { id: item.key })
}

function labelOf(key: string): string | undefined {
  return key in t.texts.zh ? t(key as Text) : undefined
}

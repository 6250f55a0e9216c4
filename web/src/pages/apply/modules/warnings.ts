/** Warnings in the question before an act; they forbid nothing. */
import type { Appointment } from '@/api/appointments'
import type { Purpose } from '@/api/drafts'
import type { Fault } from '@/api/problems'
import { t } from '@/i18n'
import { formatInstant } from '@/dates'
import type { Upload } from './draft'

/** The files that do not go along: refused ones, and those that are still on their way. */
export function missingFiles(uploads: readonly Upload[], number: string, purpose: Purpose): string[] {
  const missing = uploads.filter((each) => each.number === number && each.purpose === purpose)
  const act = t(`warning.act.${purpose}`)
  return missing.map(({ name, fault }) => t(fault ? 'warning.file.refused' : 'warning.file.sending', { name, act }))
}

/** Before the window has passed nobody knows yet what there is to explain. */
export function earlyExplanation(view: Appointment | undefined, now: number): string[] {
  const end = view?.window_end
  return end && now < Date.parse(end) ? [t('warning.early', { end: formatInstant(end) })] : []
}

export function warningTexts(warnings: readonly Fault[]): string[] {
  return warnings.map(({ message, remedy }) => `${message}${remedy}`)
}

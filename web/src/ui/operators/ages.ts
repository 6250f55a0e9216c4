import { t } from '@/i18n/operators/ages'

/** Returns how long something has waited, in the two largest units. */
export function ageOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return t('age.days', { days, hours: hours % 24 })
  return hours > 0 ? t('age.hours', { hours, minutes: minutes % 60 }) : t('age.minutes', { minutes })
}

/** Who started the runs of a job: a person, or the worker that starts the doctor every hour. */
import type { HealthJob } from '@/api/operators-health'
import { formatInstant } from '@/dates'
import { sentences } from '@/i18n'
import { t } from '@/i18n/operators/health'

type Run = Pick<HealthJob['history'][number], 'started_by' | 'started_at'>

/** How the server names the one that is nobody. */
const BY_ITSELF = 'schedule'
const HOURLY = 'doctor'

export const byOf = ({ started_by: by }: Run): string => by === BY_ITSELF ? t('health.by.itself') : by

/** That the job starts by itself, and when it last did; empty for the jobs that only people start. */
export function itselfOf({ job, current, last, history }: HealthJob): string {
  if (job !== HOURLY) return ''
  const runs: Run[] = [current, last, ...history].filter((run) => run !== null)
  if (!runs.length) return t('health.hourly')
  const own = runs.find(({ started_by: by }) => by === BY_ITSELF)
  const when = own ? t('health.itself', { at: formatInstant(own.started_at) }) : t('health.itself.never')
  return sentences(t('health.hourly'), when)
}

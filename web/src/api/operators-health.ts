/** The health jobs: doctor, verify and backup, carried out by a worker. */
import { api, call } from './client'
import type { components } from './schema'

export type HealthJob = components['schemas']['JobView']
export type Finding = components['schemas']['FindingView']
export type JobName = HealthJob['job']

export async function healthJobs(): Promise<HealthJob[]> {
  return (await call(() => api.GET('/ops/v1/health'))).items
}

export async function startJob(job: JobName, key: string): Promise<void> {
  await call(() => api.POST('/ops/v1/health/{job}', { params: { path: { job }, header: { 'idempotency-key': key } } }))
}

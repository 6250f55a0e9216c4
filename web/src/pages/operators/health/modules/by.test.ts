import { describe, expect, it } from 'vitest'
import type { HealthJob } from '@/api/operators-health'
import { byOf, itselfOf } from './by'

const run = (by: string, at: string) => ({ started_by: by, started_at: at }) as HealthJob['history'][number]
const job = (changes: Partial<HealthJob>) =>
  ({ job: 'doctor', current: null, last: null, history: [], ...changes }) as HealthJob

describe('who started a run', () => {
  it('is the system where nobody did', () => {
    expect(byOf(run('schedule', ''))).toBe('系统（自动）')
    expect(byOf(run('officer', ''))).toBe('officer')
  })

  it('is said of the doctor, with the last time, also where a person ran it since', () => {
    const history = [run('officer', '2026-11-30T11:10:00+08:00'), run('schedule', '2026-11-30T11:00:00+08:00')]
    expect(itselfOf(job({ history }))).toBe('每小时自动检查一次。上次自动检查：2026-11-30 11:00。')
    expect(itselfOf(job({ history: history.slice(0, 1) }))).toContain('都由人开始')
    expect(itselfOf(job({}))).toBe('每小时自动检查一次。')
  })

  it('is nothing of jobs that never start by themselves', () => {
    expect(itselfOf(job({ job: 'backup', history: [run('schedule', '2026-11-30T11:00:00+08:00')] }))).toBe('')
  })
})

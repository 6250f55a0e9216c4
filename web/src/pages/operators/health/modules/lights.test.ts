import { expect, test } from 'vitest'
import type { Finding } from '@/api/operators-health'
import { lightsOf } from './lights'

function finding(part: string, severity: Finding['severity']): Finding {
  return { part, severity, code: 'ok', what: { zh: part, en: part }, remedy: null, command: null }
}

test('a light shows the worst that was found, and only what made it so', () => {
  const bad = finding('activity tasks', 'fault')
  expect(lightsOf([finding('workflow tasks', 'ok'), bad])).toEqual([
    { name: 'worker', severity: 'fault', findings: [bad] },
  ])
})

test('a part that was not looked at has no light', () => {
  expect(lightsOf([finding('disk', 'ok')]).map(({ name }) => name)).toEqual(['disk'])
})

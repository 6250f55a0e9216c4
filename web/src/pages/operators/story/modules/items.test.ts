import { expect, it } from 'vitest'
import type { Answer, Story, Workflow } from '@/api/operators-story'
import { evidenceOf, itemsOf, withEarlier } from './items'

const who = {
  kind: 'enterprise', id: '3122260001', name: 'broker.li', address: '10.0.0.9', address_since: null,
} as const
const at = (minute: number) => `2026-11-24T12:0${minute}:00+08:00`

function storyOf(versions: readonly number[]): Story {
  return {
    appointment: {}, answers: [], next_cursor: versions.includes(1) ? null : 'more',
    lanes: {
      events: versions.map((version) => ({
        at: at(version), version, action: 'saved', from: 'draft', to: 'draft', who, due_at: null, receipt_id: null,
        message_id: null, has_reason: false, run_id: 'run',
      })),
      commands: [{
        at: at(5), decided_at: null, command: 'submit', accepted: false, version: 2, who, key: null, signature_id: null,
        times: 3, errors: [{ code: 'cutoff.passed', field: null, message: '太晚。', remedy: '换一个。', facts: {} }],
      }],
      decisions: [], messages: [], receipts: [], signatures: [], notifications: [],
      deliveries: [{
        at: at(3), until: at(4), message_id: 'm1', message_type: 'APPOINTMENT_APPLY', state: 'delivered', attempts: 2,
        reason: null,
      }],
      openings: [{ at: at(7), subject: 'officer', address: null, what: 'personal.opened' }],
      acts: [{
        at: at(8), until: null, operator: 'officer', act: 'deliveries.retry', item: 'm1', outcome: 'refused',
        detail: 'state.not_permitted',
      }],
    },
  } as unknown as Story
}

const answer = (question: string, evidence: object) =>
  ({ question, evidence: { version: null, message_id: null, ...evidence } }) as unknown as Answer

it('puts all lanes on one axis, oldest first, and the workflow beside them', () => {
  const flow = { run_id: 'r', events: [{ id: 7, at: at(6), type: 'timer_started', name: 't', payloads: [{ a: 1 }] }] }
  const items = itemsOf(storyOf([1, 2]), flow as unknown as Workflow)
  expect(items.map((each) => each.lane)).toEqual([
    'events', 'events', 'deliveries', 'commands', 'workflow', 'openings', 'acts',
  ])
  expect(items[4]?.json).toEqual([{ a: 1 }])
})

it('says of a refused command who, from where, how often and why', () => {
  const refused = itemsOf(storyOf([1]), undefined).find((each) => each.lane === 'commands')
  expect(refused?.tone).toBe('bad')
  expect(refused?.errors).toEqual(['太晚。换一个。'])
  const texts = refused?.rows.map(([, text]) => text)
  expect(texts).toContain('企业 3122260001 broker.li')
  expect(texts).toContain('10.0.0.9')
  expect(texts).toContain('3')
})

it('finds the item that proves an answer', () => {
  const items = itemsOf(storyOf([1, 2]), undefined)
  const keyOf = (each: Answer) => evidenceOf(each, items)
  expect(keyOf(answer('delivered', { message_id: 'm1', version: 2 }))).toBe('deliveries:m1')
  expect(keyOf(answer('cancelled', { version: 2 }))).toBe('events:2')
  expect(keyOf(answer('too_late', { version: 2 }))).toMatch(/^commands:r2:submit/)
  expect(keyOf(answer('opened', {}))).toMatch(/^openings:.*officer$/)
})

it('joins an earlier page without telling the lanes that are whole twice', () => {
  const whole = withEarlier(storyOf([2]), storyOf([1]))
  expect(whole.lanes.events.map((each) => each.version)).toEqual([1, 2])
  expect(whole.lanes.commands).toHaveLength(1)
  expect(whole.next_cursor).toBeNull()
})

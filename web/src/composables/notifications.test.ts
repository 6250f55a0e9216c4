import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import * as wire from '@/api/notifications'
import { useLiveUpdates } from './live-updates'
import { useNotificationUpdates, useNotifications, type Notice } from './notifications'

vi.mock('@/api/notifications')
vi.mock('./live-updates')

type Answer = (answer: wire.Notifications) => void
let asked: Answer[]

beforeEach(() => {
  asked = []
  vi.mocked(wire.notifications).mockImplementation(() => new Promise((answer) => asked.push(answer)))
})

const answered = (...numbers: string[]) => ({
  items: numbers.map((pre_entry_no) => ({ pre_entry_no, version: 1, read: false })),
  reminders: [], unread: numbers.length, unread_numbers: numbers, next_cursor: null,
}) as unknown as wire.Notifications

/** A page that has opened and knows of `a`; a live change makes it look again. */
async function follow(): Promise<{ look: () => void, arrived: string[] }> {
  const arrived: string[] = []
  const tell = (fresh: readonly Notice[]) => arrived.push(...fresh.map((each) => each.pre_entry_no))
  mount(defineComponent(() => {
    useNotificationUpdates(tell)
    return () => h('div')
  }))
  asked.shift()?.(answered('a'))
  await flushPromises()
  arrived.length = 0
  const live = vi.mocked(useLiveUpdates).mock.lastCall?.[0]
  return { look: () => void live?.changed(new Set(['b'])), arrived }
}

it('tells of an arrival once, though two looks were on their way', async () => {
  const { look, arrived } = await follow()
  look()
  look()
  for (const answer of asked) answer(answered('b', 'a'))
  await flushPromises()
  expect(arrived).toEqual(['b'])
})

it('drops an answer that was overtaken, and does not tell of the same again', async () => {
  const { look, arrived } = await follow()
  look()
  look()
  asked[1]?.(answered('b', 'a'))
  await flushPromises()
  asked[0]?.(answered('a'))
  await flushPromises()
  expect(useNotifications().isUnread('b')).toBe(true)
  look()
  asked[2]?.(answered('b', 'a'))
  await flushPromises()
  expect(arrived).toEqual(['b'])
})

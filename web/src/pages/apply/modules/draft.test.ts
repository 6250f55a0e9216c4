import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { Appointment } from '@/api/appointments'
import { useDraft } from './draft'
import { blank, bodyOf } from './form'

const view = (version: number, contact: string | null = null, actions = ['save', 'submit']): Appointment => ({
  pre_entry_no: '202600000000000001', version, permitted_actions: actions,
  content: { ...bodyOf(blank()), contact_name: contact },
}) as unknown as Appointment

beforeEach(() => sessionStorage.clear())

it('follows the server as long as nothing is typed', () => {
  const draft = useDraft('a')
  draft.open(view(1, '王'))
  draft.take(view(2, '李'))
  expect(draft.form.value.contact_name).toBe('李')
  expect(draft.version.value).toBe(2)
})

it('keeps what is typed, and the version it was typed upon, when somebody else saves', () => {
  const draft = useDraft('a')
  draft.open(view(1, '王'))
  draft.form.value.reason = '急'
  draft.take(view(2, '李'))
  expect([draft.form.value.contact_name, draft.form.value.reason, draft.version.value]).toEqual(['王', '急', 1])
})

it('goes on upon a version that changed nothing typed, as an uploaded file makes one', () => {
  const draft = useDraft('a')
  draft.open(view(1, '王'))
  draft.form.value.reason = '急'
  draft.take(view(2, '王'))
  expect([draft.form.value.reason, draft.version.value]).toEqual(['急', 2])
})

it('brings back what was not saved, to the same user and the same application alone', async () => {
  const draft = useDraft('a')
  draft.open(view(1, '王'))
  draft.form.value.reason = '急'
  await nextTick()
  const [again, other] = [useDraft('a'), useDraft('b')]
  other.open(view(1, '王'))
  expect(other.isDirty.value).toBe(false)
  again.open(view(3, '李'))
  expect([again.form.value.reason, again.version.value, again.restored.value]).toEqual(['急', 1, true])
  again.giveUp()
  expect([again.form.value.contact_name, again.isUnsaved.value]).toEqual(['李', false])
})

it('leaves nothing behind once it is saved', async () => {
  const draft = useDraft('a')
  draft.open()
  draft.form.value.contact_name = '王'
  await nextTick()
  expect(draft.isUnsaved.value).toBe(true)
  draft.agree(view(1, '王'))
  await nextTick()
  expect(Object.keys(sessionStorage)).toEqual([])
})

it('drops the changes of what may no longer be saved', () => {
  const draft = useDraft('a')
  draft.open(view(1, '王'))
  draft.form.value.reason = '急'
  draft.take(view(2, '王', ['cancel']))
  expect(draft.form.value.reason).toBe('')
})

it('keeps a creation whose outcome is unknown until it is known', async () => {
  const draft = useDraft('a')
  draft.open()
  draft.creation.value = { key: 'k', body: bodyOf(blank()) }
  await nextTick()
  const again = useDraft('a')
  again.open()
  expect([again.creation.value?.key, again.restored.value]).toEqual(['k', true])
  again.agree(view(1))
  await nextTick()
  expect([again.creation.value, Object.keys(sessionStorage)]).toEqual([undefined, []])
})

import { expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import type { Fault } from '@/api/problems'
import { useFaults, mergeFaults } from './faults'
import { blank } from './form'

const fault = (field: string | null, code = 'field.required', message = `${field ?? ''} ${code}`): Fault =>
  ({ code, field, message, remedy: '', facts: {} })

it('shows a fault at its field until the field is changed', async () => {
  const form = ref(blank())
  const faults = useFaults(form)
  faults.all.value = [fault('reason'), fault('contact_name'), fault('window_start', 'cutoff.passed')]
  form.value.reason = '急'
  await nextTick()
  expect(faults.all.value.map((each) => each.field)).toEqual(['contact_name', 'window_start'])
  form.value.declaration_port = '2233'
  await nextTick()
  expect(faults.at('window_start')).toBe('')
  expect(faults.at('contact_name')).toBe('contact_name field.required')
})

it('keeps a fault of another line of goods apart', () => {
  const faults = useFaults(ref(blank()))
  faults.all.value = [fault('goods[1].name', 'field.required', '第二行'), fault('goods', 'goods.required', '至少一项')]
  expect([faults.at('goods[0].name'), faults.at('goods[1].name'), faults.at('goods')]).toEqual(['', '第二行', '至少一项'])
})

it('joins what several questions answered, each once, in the order of the screen', () => {
  const joined = mergeFaults(
    [fault('goods', 'goods.required'), fault('applicant', 'eligibility.overdue')],
    [fault('consignee_code'), fault('goods', 'goods.required')],
  )
  expect(joined.map((each) => each.field)).toEqual(['consignee_code', 'goods', 'applicant'])
})

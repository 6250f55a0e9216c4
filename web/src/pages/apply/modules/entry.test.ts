import { expect, it } from 'vitest'
import { ref } from 'vue'
import { NOTHING, push, unfinished } from './entry'
import { blank } from './form'

const halves = [{ hs_code: '0301', name: '活鱼' }, { hs_code: '0301999990', name: ' ' }, { hs_code: '', name: '活鱼' }]

it('goes into the table when it is whole', () => {
  const [form, entry] = [ref(blank()), ref({ hs_code: '0301999990', name: ' 活鱼 ' })]
  expect(push(form, entry)).toBe(true)
  expect(form.value.goods).toEqual([{ hs_code: '0301999990', name: '活鱼' }])
  expect(entry.value).toEqual(NOTHING)
  expect(push(form, entry)).toBe(false)
  expect(unfinished(entry.value, [])).toEqual([])
})

it.each(halves)('stays where it is as long as it is half: $hs_code $name', (half) => {
  const [form, entry] = [ref(blank()), ref({ ...half })]
  expect(push(form, entry)).toBe(false)
  expect([entry.value, form.value.goods]).toEqual([half, []])
  expect(unfinished(half, []).map(({ field }) => field)).toEqual(['goods'])
  expect(unfinished(half, ['0301']).map(({ field }) => field)).toEqual(['goods', 'goods'])
})

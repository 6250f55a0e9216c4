import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import type { Goods } from './form'
import GoodsSection from './GoodsSection.vue'
import GoodsTable from './GoodsTable.vue'

const fish = { hs_code: '0301999990', name: '活鱼' }
const shrimp = { hs_code: '0306369090', name: '虾' }
const crab = { hs_code: '0306339990', name: '蟹' }
let page: VueWrapper

afterEach(() => page.unmount())

/** The section as the page has it: what it writes comes back to it with the next rendering. */
function opened(typed: Goods) {
  const goods = ref<Goods[]>([fish, shrimp])
  const entry = ref<Goods>(typed)
  const leftover = ref<string[]>([])
  const faults = { at: () => undefined }
  const fields = { enter: () => undefined, leave: () => undefined, typing: () => undefined }
  page = mount(defineComponent({
    setup: () => () => h(GoodsSection, {
      locked: false,
      faults,
      fields,
      modelValue: goods.value,
      'onUpdate:modelValue': (value: Goods[]) => goods.value = value,
      entry: entry.value,
      'onUpdate:entry': (value: Goods) => entry.value = value,
      leftover: leftover.value,
      'onUpdate:leftover': (value: string[]) => leftover.value = value,
    } as never),
  }), { attachTo: document.body })
  const edit = (name: string): unknown =>
    page.findComponent(GoodsTable).vm.$emit('change', goods.value.findIndex((line) => line.name === name))
  return { goods, entry, leftover, edit }
}

it('puts a whole line that was being typed into the table when another one is taken out of it', () => {
  const { goods, entry, leftover, edit } = opened(crab)
  edit('活鱼')
  expect([entry.value, goods.value, leftover.value]).toEqual([fish, [shrimp, crab], []])
})

it('keeps half a line that was being typed among what is still to be put right', () => {
  const { goods, entry, leftover, edit } = opened({ hs_code: '0306', name: '蟹' })
  edit('虾')
  expect([entry.value, goods.value, leftover.value]).toEqual([shrimp, [fish], ['0306\t蟹']])
})

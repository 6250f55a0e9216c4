/** The form as it is typed, and what goes over the wire: every field a text, blanks stand for nothing. */
import type { Body, Content } from '@/api/drafts'
import { startOf, written } from '@/dates'

export interface Goods {
  hs_code: string
  name: string
}

/** `window_start` as people write it, by Shanghai's clock. */
export interface Form {
  consignee_code: string
  contact_name: string
  contact_mobile: string
  declaration_port: string
  entry_exit_port: string
  transport_mode: string
  direction: string
  window_start: string
  reason: string
  reason_category: string
  goods: Goods[]
}

export type Field = keyof Form
export type TextField = Exclude<Field, 'goods'>

/** In the order in which they stand on the screen. */
export const FIELDS: readonly Field[] = [
  'consignee_code', 'contact_name', 'contact_mobile', 'declaration_port', 'entry_exit_port', 'transport_mode',
  'direction', 'window_start', 'reason_category', 'reason', 'goods',
]
export const MAX_NAMES = 4000
export const MAX_GOODS = 200
export const MAX_TEXT = 500
export const MAX_NAME = 50

export function blank(): Form {
  return {
    consignee_code: '', contact_name: '', contact_mobile: '', declaration_port: '', entry_exit_port: '',
    transport_mode: '', direction: '', window_start: '', reason: '', reason_category: '', goods: [],
  }
}

export function formOf(content: Content): Form {
  const { goods, window_start, ...texts } = content
  const typed = Object.entries(texts).map(([name, text]) => [name, text ?? ''] as const)
  return {
    ...blank(),
    ...Object.fromEntries(typed),
    window_start: window_start ? written(window_start) : '',
    goods: goods.map(({ hs_code, name }) => ({ hs_code: hs_code ?? '', name: name ?? '' })),
  }
}

/** What is sent. The start must be readable, or be nothing (`startOf`). */
export function bodyOf(form: Form): Body {
  const { goods, window_start, ...texts } = form
  const given = Object.entries(texts).map(([name, text]) => [name, text.trim() === '' ? null : text] as const)
  return {
    ...Object.fromEntries(given),
    window_start: startOf(window_start) ?? null,
    goods: goods.map(({ hs_code, name }) => ({ hs_code: hs_code || null, name: name || null })),
  }
}

export function same(one: Form, other: Form): boolean {
  return differing(one, other).length === 0
}

export function differing(one: Form, other: Form): Field[] {
  return FIELDS.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]))
}

/** 商品名称所有字符长度相加: code points, as the rule counts them. */
export function nameCharacters(goods: readonly Goods[]): number {
  return goods.reduce((sum, { name }) => sum + Array.from(name).length, 0)
}

export function clone(form: Form): Form {
  return { ...form, goods: form.goods.map((line) => ({ ...line })) }
}

/** The form as it is typed, and what goes over the wire: every field a text, blanks stand for nothing. */
import type { Body, Content } from '@/api/drafts'
import { dateOf } from '@/dates'
import { freeText, halfWidth } from '@/normalise'

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

const OFFSET = '+08:00'
const CLOCK = '(\\d{1,2})(?:[:时点](\\d{2})(?::(\\d{2}))?)?[时点分]?'
/** With something between the parts, so that no part of a date can be taken for an hour; or with no part left out. */
const STARTS = [
  new RegExp(`^(?:(\\d{4})[-/.年])?(\\d{1,2})[-/.月](\\d{1,2})(?:[日号]| |T)${CLOCK}$`),
  /^(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(\d{2})?$/,
]
/** Blanks beside these say nothing. */
const AROUND_MARKS = /\s*([-/.:年月日号时点分T])\s*/g

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

/**
 * `2026-11-28 20:00`, `2026年11月28日 20点`, `202611282000` → `2026-11-28T20:00:00+08:00`; else undefined. A date
 * without its year, `11-28 20:00`, is the next one from `today` on.
 */
export function startOf(typed: string, today = dateOf(Date.now())): string | undefined {
  const text = freeText(halfWidth(typed)).replace(/\s+/g, ' ').replace(AROUND_MARKS, '$1').replace(OFFSET, '')
  const found = STARTS.map((pattern) => pattern.exec(text)).find((each) => each !== null)
  if (!found) return undefined
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0')
  const [given, month, day, hour, minute, second] = found.slice(1) as (string | undefined)[]
  const year = given ?? yearOf(`${two(month)}-${two(day)}`, today)
  const wall = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
  const moment = Date.parse(`${wall}Z`)
  // The 31st of a month of 30 days would slip into the next one.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(wall) ? wall + OFFSET : undefined
}

/** The year in which a day without one comes next. */
function yearOf(day: string, today: string): string {
  const year = Number(today.slice(0, 4))
  return String(day < today.slice(5) ? year + 1 : year)
}

/** A date that is typed alone, with the hour written behind it; anything else as it is. */
export function withHour(typed: string, hour: string): string {
  if (startOf(typed) !== undefined) return typed
  const whole = [`${typed.trim()} ${hour}`, `${typed.trim()}${hour.replace(':', '')}`]
  const start = whole.map((each) => startOf(each)).find(Boolean)
  return start === undefined ? typed : written(start)
}

/** An instant as it is written into the field: seconds only where there are some. */
export function written(instant: string): string {
  const wall = new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  return wall.endsWith(':00') ? wall.slice(0, -3) : wall
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

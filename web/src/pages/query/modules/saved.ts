/** 常用查询: a question by its address; dates that move with the day are kept as `today-15`. */
import type { Preferences } from '@/api/preferences'
import { addDays, daysBetween, isDate } from '@/dates'

export type Saved = NonNullable<Preferences['saved_questions']>[number]
type Params = Saved['params']

/** What the server keeps of a user, and how long a name may be. */
export const MOST = 50
export const NAME_CHARACTERS = 50

const DATES = ['applied_from', 'applied_to', 'window_from', 'window_to']
const MOVING = /^today(?:([+-]\d{1,4}))?$/

/** Whether a span begins or ends today, and is likely meant to do so tomorrow. */
export function isMoving(params: Params, today: string): boolean {
  return DATES.some((name) => params[name] === today)
}

/** The same question with dates that move. */
export function moving(params: Params, today: string): Params {
  return withDates(params, (date) => {
    const days = isDate(date) ? daysBetween(today, date) : undefined
    if (days === undefined) return date
    return days === 0 ? 'today' : `today${days > 0 ? '+' : ''}${days}`
  })
}

/** As it is asked on a day. */
export function asOf(params: Params, today: string): Params {
  return withDates(params, (date) => {
    const found = MOVING.exec(date)
    return found ? addDays(today, Number(found[1] ?? 0)) : date
  })
}

/** With the new one, in place of one of the same name. */
export function withSaved(all: readonly Saved[], one: Saved): Saved[] {
  const at = all.findIndex((each) => each.name === one.name)
  return at < 0 ? [...all, one] : all.map((each, place) => place === at ? one : each)
}

function withDates(params: Params, change: (date: string) => string): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) =>
    [name, DATES.includes(name) && typeof value === 'string' ? change(value) : value]))
}

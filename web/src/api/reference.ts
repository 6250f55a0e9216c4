/** What everybody may ask: http-api.md, Reference. */
import { api, call } from './client'
import type { components, operations } from './schema'

export type Port = components['schemas']['PortView']
export type PortHours = components['schemas']['PortHours']
export type Enterprise = components['schemas']['EnterpriseView']
export type Mode = components['schemas']['ModeView']
export type Start = components['schemas']['StartView']
export type Day = operations['list_window_starts']['parameters']['query']
export type SpecialDays = components['schemas']['SpecialDays']
export type WindowDay = components['schemas']['WindowDay']
type DaysAsked = operations['list_window_days']['parameters']['query']
export type HsCode = components['schemas']['HsCodeView']
export type StateName = components['schemas']['StateView']

/** 申请状态 with their letters and labels, in the page's language. */
export const states = async (): Promise<StateName[]> => (await call(() => api.GET('/api/v1/states'))).states

/** By code, Chinese name, pinyin or initials; the first of all when `q` is empty. */
export const ports = async (q: string): Promise<Port[]> =>
  (await call(() => api.GET('/api/v1/ports', { params: { query: { q } } }))).items

/** One port, or undefined for a code that is none any more. */
export const port = async (code: string): Promise<Port | undefined> =>
  (await ports(code)).find((each) => each.code === code)

/** What the codes of all ports and transport modes mean. */
export const names = () => call(() => api.GET('/api/v1/names'))

/** Working time of one port or of all, both dates included. */
export const workHours = async (query: { from: string, to: string, port?: string }): Promise<PortHours[]> =>
  (await call(() => api.GET('/api/v1/port-work-hours', { params: { query } }))).items

/** Returns its four fields, and the faults that keep it from being a party. */
export const enterprise = async (code: string): Promise<Enterprise> =>
  await call(() => api.GET('/api/v1/enterprises/{code}', { params: { path: { code } } }))

export const modes = async (): Promise<Mode[]> => (await call(() => api.GET('/api/v1/transport-modes'))).items

/** The tariff's lines by the first digits of a code (4 at least), or by name, pinyin or initials. */
export const hsLines = async (q: string): Promise<HsCode[]> => {
  const { items } = await call(() => api.GET('/api/v1/hs-codes', { params: { query: { q } } }))
  return items.filter((each) => each.kind === 'line')
}

/** The starts of a date, with why some of them may not be booked. */
export async function starts(query: Day): Promise<Start[]> {
  const { items } = await call(() => api.GET('/api/v1/window-starts', { params: { query } }))
  return items
}

/** On which dates of a month any window may begin, and why not on the others. */
export async function windowDays(query: DaysAsked): Promise<WindowDay[]> {
  const { items } = await call(() => api.GET('/api/v1/window-days', { params: { query } }))
  return items
}

/** Days off and make-up days of a year, as the nation has published them. */
export const specialDays = (year: number): Promise<SpecialDays> =>
  call(() => api.GET('/api/v1/special-days', { params: { query: { year } } }))

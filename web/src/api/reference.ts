/** What everybody may ask: http-api.md, Reference. */
import { api, call } from './client'
import type { components } from './schema'

export type Port = components['schemas']['PortView']
export type PortHours = components['schemas']['PortHours']
export type StateName = components['schemas']['StateView']

/** 申请状态 with their letters and labels, in the page's language. */
export const states = async (): Promise<StateName[]> => (await call(() => api.GET('/api/v1/states'))).states

/** By code, Chinese name, pinyin or initials; the first of all when `q` is empty. */
export const ports = async (q: string): Promise<Port[]> =>
  (await call(() => api.GET('/api/v1/ports', { params: { query: { q } } }))).items

/** Working time of one port or of all, both dates included. */
export const workHours = async (query: { from: string, to: string, port?: string }): Promise<PortHours[]> =>
  (await call(() => api.GET('/api/v1/port-work-hours', { params: { query } }))).items

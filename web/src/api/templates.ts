/** 模板 and 上次使用: what the next application begins with. */
import { call, api } from './client'
import type { Body } from './drafts'
import type { components } from './schema'

export type Template = components['schemas']['TemplateView']
export type Consignee = components['schemas']['ConsigneeView']

const ALL = '/api/v1/templates'
const ONE = '/api/v1/templates/{template_id}'
const at = (id: string) => ({ params: { path: { template_id: id } } })

/** By name, pinyin or initials, the best first; the newest first when `q` is empty. */
export const templates = async (q = ''): Promise<Template[]> =>
  (await call(() => api.GET(ALL, { params: { query: { q } } }))).items

export const template = (id: string) => call(() => api.GET(ONE, at(id)))

export const make = (name: string, shared: boolean, content: Body, by: string) => call(() =>
  api.POST(ALL, { params: { header: { 'idempotency-key': by } }, body: { name, shared, content } }))

export const change = (id: string, name: string, shared: boolean) =>
  call(() => api.PUT(ONE, { ...at(id), body: { name, shared } }))

export const remove = (id: string) => call(() => api.DELETE(ONE, at(id)))

/** What this user wrote into an application last. */
export const lastUsed = () => call(() => api.GET('/api/v1/last-used'))

/** Those the enterprise has to do with, by code, name, pinyin or initials; all, favourites first, without `q`. */
export const consignees = async (q: string): Promise<Consignee[]> =>
  (await call(() => api.GET('/api/v1/consignees', { params: { query: { q } } }))).items

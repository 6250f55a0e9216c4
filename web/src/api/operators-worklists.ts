/** Worklists: what waits, page by page, and acts on many items. */
import { answer, api, call } from './client'
import { Intent } from './commands'
import type { components, operations } from './schema'

export type Worklist = components['schemas']['WorklistView']
export type WorkItem = components['schemas']['WorkItemView']
export type RawReceipt = components['schemas']['RawReceipt']
export type Acted = components['schemas']['ActedItemView']
export type Act = components['schemas']['ActsBody']['act']
export type Kind = operations['list_work']['parameters']['path']['kind']
export type Params = NonNullable<operations['list_work']['parameters']['query']>
type ExportParams = NonNullable<operations['export_work']['parameters']['query']>

/** As many items as one call acts on while a person watches. */
export const AT_ONCE = 20

/** One page; what has waited longest comes first. */
export const worklist = (kind: Kind, query: Params): Promise<Worklist> =>
  call(() => api.GET('/ops/v1/worklists/{kind}', { params: { path: { kind }, query } }))

/** The whole list as a file, with the header that names it. */
export async function exported(kind: Kind, query: ExportParams): Promise<{ file: Blob, disposition: string | null }> {
  const { data, response } = await answer(() =>
    api.GET('/ops/v1/worklists/{kind}/export', { params: { path: { kind }, query }, parseAs: 'blob' }))
  return { file: data ?? new Blob(), disposition: response.headers.get('content-disposition') }
}

/** A parked receipt as it was received; the access log says who read it. */
export const rawReceipt = (id: string): Promise<RawReceipt> =>
  call(() => api.GET('/ops/v1/receipts/parked/{kept}/raw', { params: { path: { kept: Number(id) } } }))

/** Acts on some items, each once however often it is asked; the answer has one entry for each. */
export async function actOn(kind: Kind, act: Act, items: string[], reason: string): Promise<Acted[]> {
  const body = { act, items, reason }
  const { items: acted } = await new Intent().run(body, (key) => call(() =>
    api.POST('/ops/v1/worklists/{kind}/acts', {
      params: { path: { kind }, header: { 'idempotency-key': key } }, body,
    })))
  return acted
}

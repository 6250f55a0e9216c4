/** Appointments as the query reads and deletes them: http-api.md, Appointments. */
import { answer, api, call } from './client'
import type { components, operations } from './schema'

export type Row = components['schemas']['AppointmentListed']
export type State = components['schemas']['State']
/** Newest first, and who submitted what they answer. */
export type Receipts = components['schemas']['Receipts']
export type Receipt = components['schemas']['ReceiptView']
export type Params = NonNullable<operations['list_appointments']['parameters']['query']>
export type ExportParams = NonNullable<operations['export_appointments']['parameters']['query']>

const ONE = '/api/v1/appointments/{pre_entry_no}'

/** One page, newest first; `next_cursor` is null on the last one. */
export const list = (query: Params) => call(() => api.GET('/api/v1/appointments', { params: { query } }))

export const view = (number: string) => call(() => api.GET(ONE, { params: { path: { pre_entry_no: number } } }))

/** 回执, newest first. */
export async function receipts(number: string): Promise<Receipts> {
  return call(() => api.GET(`${ONE}/receipts`, { params: { path: { pre_entry_no: number } } }))
}

/** 批量删除: all or none. A refusal names each offender by its place. */
export const batchDelete = (numbers: string[], key: string) => call(() =>
  api.POST('/api/v1/appointments/batch-delete', {
    params: { header: { 'idempotency-key': key } }, body: { pre_entry_nos: numbers },
  }))

/** The whole result as a file, with the header that names it. */
export async function exported(query: ExportParams): Promise<{ file: Blob, disposition: string | null }> {
  const { data, response } = await answer(() =>
    api.GET('/api/v1/appointments/export', { params: { query }, parseAs: 'blob' }))
  return { file: data ?? new Blob(), disposition: response.headers.get('content-disposition') }
}

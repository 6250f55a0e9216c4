/** Commands of an applicant on an appointment. Every act has a key of its own. */
import { answer, api, call } from './client'
import type { Fault } from './problems'
import { sign, type Request } from './signing'
import type { components } from './schema'

export type Content = components['schemas']['ContentView']
export type Body = components['schemas']['ContentBody']
export type Purpose = components['schemas']['AttachmentPurpose']

/** Why not, and by when; `now` is the server's own clock as it answered. */
export interface Verdict {
  submit_by: string | null
  window_end: string | null
  errors: Fault[]
  now: string
}

/** What `latest` asks about: the fields on which the latest moment depends. */
export interface Asked {
  declaration_port: string
  entry_exit_port: string
  window_start: string
  consignee?: string
}

const ONE = '/api/v1/appointments/{pre_entry_no}'

const key = (value: string) => ({ 'idempotency-key': value })
const at = (number: string, header: Record<string, string> = {}) =>
  ({ params: { path: { pre_entry_no: number }, header } })
const match = (version: number) => ({ 'if-match': `"${version}"` })

export const create = (body: Body, by: string) =>
  call(() => api.POST('/api/v1/appointments', { params: { header: key(by) }, body }))

export const save = (number: string, version: number, body: Body, by: string) =>
  call(() => api.PUT(ONE, { ...at(number, { ...key(by), ...match(version) }), body }))

/** Everything that would stop a submit now, and what only speaks against it; changes nothing. */
export async function assess(number: string): Promise<{ errors: Fault[], warnings: Fault[] }> {
  return call(() => api.POST(`${ONE}/assessment`, at(number)))
}

/** The signature of a card session; its request must equal the body, or the signature is of something else. */
const signed = async (number: string, request: Request, by: string) =>
  ({ signature: await sign(number, request, by) ?? null })

/** Only what the user has seen is submitted: another version is refused. */
export async function submit(number: string, version: number, by: string) {
  const body = await signed(number, { act: 'submission' }, by)
  return call(() => api.POST(`${ONE}/submission`, { ...at(number, { ...key(by), ...match(version) }), body }))
}

export async function cancel(number: string, by: string) {
  const body = await signed(number, { act: 'cancellation' }, by)
  return call(() => api.POST(`${ONE}/cancellation`, { ...at(number, key(by)), body }))
}

export const remove = (number: string, by: string) => call(() => api.DELETE(ONE, at(number, key(by))))

export const copy = (number: string, by: string) => call(() => api.POST(`${ONE}/copy`, at(number, key(by))))

export async function feedBack(number: string, numbers: string[], by: string) {
  const content = { declaration_numbers: numbers }
  const body = { ...content, ...await signed(number, { act: 'feedback', ...content }, by) }
  return call(() => api.POST(`${ONE}/feedback`, { ...at(number, key(by)), body }))
}

export async function explain(number: string, text: string, attachment: string | undefined, by: string) {
  const content = { text: text || null, attachment_id: attachment ?? null }
  const body = { ...content, ...await signed(number, { act: 'explanation', ...content }, by) }
  return call(() => api.POST(`${ONE}/explanation`, { ...at(number, key(by)), body }))
}

export const detach = (number: string, attachment: string, by: string) =>
  call(() => api.DELETE(`${ONE}/attachments/{attachment_id}`, {
    params: { path: { pre_entry_no: number, attachment_id: attachment }, header: key(by) },
  }))

export async function latest(query: Asked): Promise<Verdict> {
  const { data, response } = await answer(() => api.GET('/api/v1/latest-submission', { params: { query } }))
  if (!data) throw new Error('an answer without a body')
  const { submit_by, window_end = null, errors } = data
  const now = response.headers.get('date') ?? new Date().toISOString()
  return { submit_by, window_end, errors, now }
}

/**
 * Books one appointment with openapi-fetch, typed by what openapi-typescript generates: `node booking.ts TASK`.
 *
 * TASK is JSON: `{api, key, customs_key, consignee, window_start, declaration, pdf, receipt}`. Prints what came of it
 * as JSON. Like any outsider's program, it knows the generated types and nothing else of ours.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import createClient from 'openapi-fetch'
import type { components, paths } from '../src/api/schema'

interface Task {
  api: string
  key: string
  customs_key: string
  consignee: string
  window_start: string
  declaration: string
  pdf: string
  receipt: string
}

type Kind = 'csv' | 'xlsx'

const LIMIT_MS = 60_000
const ONE = '/api/v1/appointments/{pre_entry_no}'

const task = JSON.parse(process.argv[2] ?? '') as Task
const api = createClient<paths>({ baseUrl: task.api, headers: { Authorization: `Bearer ${task.key}` } })

const content: components['schemas']['ContentBody'] = {
  consignee_code: task.consignee,
  contact_name: '王小明',
  contact_mobile: '13800138000',
  declaration_port: '2233',
  entry_exit_port: '2233',
  transport_mode: '5',
  direction: 'I',
  window_start: task.window_start,
  reason: '鲜活货物夜间到港',
  reason_category: 'perishable',
  goods: [{ hs_code: '0301999990', name: '其他活鱼' }],
}

/** The data of an answer, or the problem as an error. */
async function data<T>(asked: Promise<{ data?: T, error?: unknown }>): Promise<T> {
  const { data, error } = await asked
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

const at = (number: string) => ({ params: { path: { pre_entry_no: number } } })

async function upload(number: string): Promise<string> {
  const file = new File([readFileSync(task.pdf)], basename(task.pdf), { type: 'application/pdf' })
  const taken = await data(api.POST(`${ONE}/attachments`, {
    ...at(number),
    body: { file: file as unknown as string, purpose: 'application' }, // a file is a string to openapi-typescript
    bodySerializer: ({ file, purpose }) => {
      const form = new FormData()
      form.append('file', file as unknown as File)
      form.append('purpose', purpose)
      return form
    },
  }))
  return taken.attachment_id
}

async function approved(number: string): Promise<components['schemas']['AppointmentView']> {
  const giveUp = Date.now() + LIMIT_MS
  for (;;) {
    const seen = await data(api.GET(ONE, at(number)))
    if (seen.state === 'succeeded') return seen
    if (Date.now() > giveUp) throw new Error(`${number} is still ${seen.state}`)
    await new Promise((done) => setTimeout(done, 200))
  }
}

async function download(number: string, attachment: string): Promise<string> {
  const path = { pre_entry_no: number, attachment_id: attachment }
  const asked = api.GET(`${ONE}/attachments/{attachment_id}`, { params: { path }, parseAs: 'arrayBuffer' })
  return hex(await data(asked))
}

async function exported(number: string, format: Kind): Promise<ArrayBuffer> {
  const query = { pre_entry_no: number, format }
  return data(api.GET('/api/v1/appointments/export', { params: { query }, parseAs: 'arrayBuffer' }))
}

const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex')

async function calendar(): Promise<string> {
  const { url } = await data(api.POST('/api/v1/calendar-feed'))
  const token = new URL(url ?? '').searchParams.get('token') ?? ''
  return data(api.GET('/calendar.ics', { params: { query: { token } }, parseAs: 'text' }))
}

/** What customs is answered to a receipt, which is raw XML. */
async function received(): Promise<string> {
  const headers = { Authorization: `Bearer ${task.customs_key}`, 'Content-Type': 'application/xml' }
  const body = readFileSync(task.receipt, 'utf8')
  return (await data(api.POST('/customs/v1/receipts', { headers, body, bodySerializer: (xml) => xml }))).outcome
}

const number = (await data(api.POST('/api/v1/appointments', { body: content }))).pre_entry_no
const attachment = await upload(number)
await data(api.POST(`${ONE}/submission`, at(number)))
const view = await approved(number)
const answer = await data(api.POST(`${ONE}/feedback`, {
  ...at(number), body: { declaration_numbers: [task.declaration] },
}))
const unknown = await api.GET(ONE, at('0'.repeat(18)))

process.stdout.write(JSON.stringify({
  pre_entry_no: number,
  state: answer.appointment.state,
  accepted: answer.accepted.map((each) => each.number),
  window_start: view.content.window_start,
  pdf: await download(number, attachment),
  csv: new TextDecoder().decode(await exported(number, 'csv')),
  xlsx: hex((await exported(number, 'xlsx')).slice(0, 4)),
  calendar: await calendar(),
  receipt: await received(),
  refused: unknown.error?.code,
}))

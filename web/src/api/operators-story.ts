/** The story of one appointment: what is on record, its versions, messages, signatures and workflow. */
import { api, call } from './client'
import type { components } from './schema'

export type Story = components['schemas']['StoryView']
export type Lanes = components['schemas']['LanesView']
export type Answer = components['schemas']['AnswerView']
export type Who = components['schemas']['WhoView']
export type Workflow = components['schemas']['WorkflowView']
export type Version = components['schemas']['VersionView']
export type Difference = components['schemas']['VersionDifferenceView']
export type Displayed = components['schemas']['DisplayedView']
export type Judgement = components['schemas']['JudgementView']
export type Opened = components['schemas']['OpenedView']
export type View = Story['appointment']

const ONE = '/ops/v1/appointments/{pre_entry_no}' as const

const of = (pre_entry_no: string) => ({ path: { pre_entry_no } })

export async function story(number: string, cursor?: string): Promise<Story> {
  return call(() => api.GET(`${ONE}/story`, { params: { ...of(number), query: { cursor } } }))
}

/** The last run of the workflow with all its events, page by page. */
export async function wholeWorkflow(number: string): Promise<Workflow> {
  const read = (cursor?: string) =>
    call(() => api.GET(`${ONE}/workflow`, { params: { ...of(number), query: { cursor } } }))
  let whole = await read()
  while (whole.next_cursor) {
    const next = await read(whole.next_cursor)
    whole = { ...next, events: [...whole.events, ...next.events] }
  }
  return whole
}

export async function version(number: string, wanted: number): Promise<Version> {
  return call(() => api.GET(`${ONE}/versions/{version}`, {
    params: { path: { pre_entry_no: number, version: wanted } },
  }))
}

export async function differences(number: string, from_version: number, to_version: number): Promise<Difference[]> {
  const params = { ...of(number), query: { from_version, to_version } }
  return (await call(() => api.GET(`${ONE}/differences`, { params }))).items
}

/** A message to customs, or a receipt of customs by its place in the inbox, with personal fields masked. */
export async function message(number: string, kind: 'messages' | 'receipts', id: string): Promise<Displayed> {
  if (kind === 'messages') {
    const params = { path: { pre_entry_no: number, message_id: id } }
    return call(() => api.GET(`${ONE}/messages/{message_id}`, { params }))
  }
  return call(() => api.GET(`${ONE}/receipts/{kept}`, { params: { path: { pre_entry_no: number, kept: Number(id) } } }))
}

export async function judgement(number: string, signature_id: string): Promise<Judgement> {
  const params = { path: { pre_entry_no: number, signature_id } }
  return call(() => api.GET(`${ONE}/signatures/{signature_id}`, { params }))
}

/** Personal fields in the clear; the reason is on record before the server answers. */
export async function open(number: string, reason: string, wanted?: number): Promise<Opened> {
  const params = { ...of(number), query: { version: wanted } }
  return call(() => api.POST(`${ONE}/opened`, { body: { reason }, params }))
}

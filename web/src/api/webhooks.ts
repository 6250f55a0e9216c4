/** Receivers of events of the enterprise, for those who manage its users. */
import { api, call } from './client'
import type { components } from './schema'

export type Webhook = components['schemas']['WebhookView']
/** A receiver with its secret, shown once. */
export type WebhookSecret = components['schemas']['WebhookSecretView']
export type Attempt = components['schemas']['AttemptView']
export type DeadLetter = components['schemas']['DeadLetterView']
export type Tested = components['schemas']['TestedView']

const ALL = '/api/v1/webhooks'
const ONE = `${ALL}/{webhook_id}` as const
const at = (id: string) => ({ params: { path: { webhook_id: id } } })

export const webhooks = async (): Promise<Webhook[]> => (await call(() => api.GET(ALL))).items

export const add = (url: string, key: string): Promise<WebhookSecret> =>
  call(() => api.POST(ALL, { body: { url }, params: { header: { 'idempotency-key': key } } }))

export const move = (id: string, url: string) => call(() => api.PUT(ONE, { ...at(id), body: { url } }))

export const remove = (id: string) => call(() => api.DELETE(ONE, at(id)))

export const rotate = (id: string): Promise<WebhookSecret> => call(() => api.POST(`${ONE}/rotation`, at(id)))

export const pause = (id: string) => call(() => api.POST(`${ONE}/pause`, at(id)))

export const resume = (id: string) => call(() => api.POST(`${ONE}/resume`, at(id)))

export const test = (id: string): Promise<Tested> => call(() => api.POST(`${ONE}/test`, at(id)))

export const attempts = async (id: string): Promise<Attempt[]> =>
  (await call(() => api.GET(`${ONE}/attempts`, at(id)))).items

export const deadLetters = async (id: string): Promise<DeadLetter[]> =>
  (await call(() => api.GET(`${ONE}/dead-letters`, at(id)))).items

export const replay = (id: string, event: string) =>
  call(() => api.POST(`${ONE}/dead-letters/{event_id}/replay`, {
    params: { path: { webhook_id: id, event_id: event } },
  }))

export const replayBetween = async (id: string, since: string, until: string): Promise<number> =>
  (await call(() => api.POST(`${ONE}/replay`, { ...at(id), body: { since, until } }))).events

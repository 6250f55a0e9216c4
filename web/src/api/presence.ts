/** What the server asks of a card: a challenge to log in, and signs of life while its session lasts. */
import { api, call, callOnce } from './client'
import type { Principal } from './session'
import type { Answer } from './agent'
import type { components } from './schema'

export type Challenge = components['schemas']['ChallengeView']

export const loginChallenge = () => call(() => api.POST('/api/v1/session/card-challenge'))

export async function logIn(nonce: string, answer: Answer): Promise<Principal> {
  return (await callOnce(() => api.POST('/api/v1/session/card', { body: { nonce, ...answer } }))).data as Principal
}

export const presenceChallenge = () => call(() => api.POST('/api/v1/session/card-presence-challenge'))

export const isThere = (nonce: string, answer: Answer) =>
  call(() => api.POST('/api/v1/session/card-presence', { body: { nonce, ...answer } }))

/** The users of the enterprise, for those who manage them; and the password of the user. */
import { api, call } from './client'
import type { components } from './schema'

export type Colleague = components['schemas']['ColleagueView']
export type NewColleague = components['schemas']['ColleagueBody']
export type Changes = components['schemas']['ColleagueChanges']
/** A user with the password for the first login, told once. */
export type Issued = components['schemas']['IssuedView']

const ALL = '/api/v1/colleagues'
const ONE = `${ALL}/{username}` as const

export async function colleagues(): Promise<Colleague[]> {
  return (await call(() => api.GET(ALL))).items
}

export async function add(body: NewColleague, key: string): Promise<Issued> {
  return call(() => api.POST(ALL, { body, params: { header: { 'idempotency-key': key } } }))
}

export async function change(username: string, body: Changes): Promise<Colleague> {
  return call(() => api.PATCH(ONE, { body, params: { path: { username } } }))
}

export async function reset(username: string, key: string): Promise<Issued> {
  return call(() => api.POST(`${ONE}/password`, { params: { path: { username }, header: { 'idempotency-key': key } } }))
}

export async function changePassword(current: string, wanted: string): Promise<void> {
  await call(() => api.PUT('/api/v1/session/password', { body: { current, new: wanted } }))
}

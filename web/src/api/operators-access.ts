/** Users, keys, sessions, cards, lock-outs and the access log, for administrators of the system. */
import { api, call } from './client'
import type { components, operations } from './schema'

export type Account = components['schemas']['AccountView']
export type NewAccount = components['schemas']['AccountBody']
export type AccountChanges = components['schemas']['AccountChanges']
export type IssuedAccount = components['schemas']['IssuedAccountView']
export type ApiKey = components['schemas']['KeyView']
export type NewKey = components['schemas']['KeyBody']
export type IssuedKey = components['schemas']['IssuedKeyView']
export type OpenSession = components['schemas']['SessionView']
export type Card = components['schemas']['UsedCardView']
export type Lockout = components['schemas']['LockoutView']
export type Access = components['schemas']['AccessView']
export type OperatorAct = components['schemas']['ActView']
export type ActQuery = NonNullable<operations['search_acts']['parameters']['query']>
export type AccessQuery = NonNullable<operations['search_access_log']['parameters']['query']>

/** A page of a list; `next_cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[]
  next_cursor?: string | null
}

const ACCESS = '/ops/v1/access'
const ONE_USER = `${ACCESS}/users/{username}` as const
const ONE_KEY = `${ACCESS}/keys/{key_id}` as const
const ONE_BAN = `${ACCESS}/cards/{serial}/ban` as const

const keyed = (key: string) => ({ header: { 'idempotency-key': key } })

export async function accounts(q: string, cursor?: string): Promise<Page<Account>> {
  return call(() => api.GET(`${ACCESS}/users`, { params: { query: { q, ...cursor ? { cursor } : {} } } }))
}

export async function addAccount(body: NewAccount, key: string): Promise<IssuedAccount> {
  return call(() => api.POST(`${ACCESS}/users`, { body, params: keyed(key) }))
}

export async function changeAccount(username: string, body: AccountChanges): Promise<Account> {
  return call(() => api.PATCH(ONE_USER, { body, params: { path: { username } } }))
}

export async function resetAccount(username: string, key: string): Promise<IssuedAccount> {
  return call(() => api.POST(`${ONE_USER}/password`, { params: { path: { username }, ...keyed(key) } }))
}

export async function endSessionsOf(username: string): Promise<number> {
  return (await call(() => api.DELETE(`${ONE_USER}/sessions`, { params: { path: { username } } }))).sessions
}

export async function apiKeys(cursor?: string): Promise<Page<ApiKey>> {
  return call(() => api.GET(`${ACCESS}/keys`, { params: { query: cursor ? { cursor } : {} } }))
}

/** Returns the key with its secret, or, where two persons are needed, what now waits for the second one. */
export async function issueKey(body: NewKey, key: string): Promise<Partial<IssuedKey>> {
  return call(() => api.POST(`${ACCESS}/keys`, { body, params: keyed(key) }))
}

/** The same for a key that replaces another one, which stays valid for some hours. */
export async function rotateKey(id: string, hours: number, reason: string, key: string): Promise<Partial<IssuedKey>> {
  const body = { overlap_hours: hours, reason }
  return call(() => api.POST(`${ONE_KEY}/rotation`, { body, params: { path: { key_id: id }, ...keyed(key) } }))
}

export async function revokeKey(id: string, reason: string): Promise<void> {
  await call(() => api.POST(`${ONE_KEY}/revocation`, { body: { reason }, params: { path: { key_id: id } } }))
}

export async function openSessions(username: string, cursor?: string): Promise<Page<OpenSession>> {
  const query = { ...username ? { username } : {}, ...cursor ? { cursor } : {} }
  return call(() => api.GET(`${ACCESS}/sessions`, { params: { query } }))
}

export async function endSession(id: string): Promise<void> {
  await call(() => api.DELETE(`${ACCESS}/sessions/{session_id}`, { params: { path: { session_id: id } } }))
}

export async function cards(): Promise<Page<Card>> {
  return call(() => api.GET(`${ACCESS}/cards`))
}

export async function banCard(serial: string, reason: string): Promise<void> {
  await call(() => api.PUT(ONE_BAN, { body: { reason }, params: { path: { serial } } }))
}

export async function liftBan(serial: string): Promise<void> {
  await call(() => api.DELETE(ONE_BAN, { params: { path: { serial } } }))
}

export async function lockouts(): Promise<Page<Lockout>> {
  return call(() => api.GET(`${ACCESS}/lockouts`))
}

export async function liftLockout(id: string): Promise<void> {
  await call(() => api.DELETE(`${ACCESS}/lockouts/{lockout_id}`, { params: { path: { lockout_id: id } } }))
}

export async function accessLog(query: AccessQuery): Promise<Page<Access>> {
  return call(() => api.GET(`${ACCESS}/log`, { params: { query } }))
}

/** Acts on items of worklists, each with its reason and what came of it. */
export async function operatorActs(query: ActQuery): Promise<Page<OperatorAct>> {
  return call(() => api.GET(`${ACCESS}/acts`, { params: { query } }))
}

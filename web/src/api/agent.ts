/** The card program on the user's own computer: docs/signatures.md. The server knows its address. */
import { api, call } from './client'
import { Problem, problemOf } from './problems'
import { language, t } from '@/i18n'

interface Card {
  serial: string
  customs_code: string
  name: string
  not_after: string
  days_left: number
  expires_soon: boolean
  tries_left: number | null
  /** Whether its PIN was given since it was inserted. */
  open: boolean
}

/** Why a card that is in cannot be used. */
export type Trouble = 'card.mute' | 'card.unusable' | 'card.in_use' | 'card.failed'

interface Reader {
  reader: string
  present: boolean
  problem: Trouble | null
  card: Card | null
}

/** `service`: whether anybody can tell what is in the readers; `is_card`: whether these are cards at all. */
export interface AgentStatus {
  is_card: boolean
  service: boolean
  readers: Reader[]
}

/** What the card would sign, as its program reads it. */
export interface StatementView {
  sha256: string
  act_zh: string
  act_en: string
  pre_entry_no: string
  signer: string
  content: { path: string, zh: string, en: string, value: string }[]
}

/** What opens a card; `last_try` allows the last try before the card blocks. */
export interface Pin {
  pin: string
  last_try: boolean
}

export type Answer = { jws: string } | { cms: string }

/** No program answers; the user may have forbidden the browser to reach it. */
export const MISSING = 'agent.missing'
export const NOT_PAIRED = 'agent.not_paired'

const STORED = 'yuyue.card.pairing'
/** The user may have to answer the browser's own question first. */
const PATIENCE_MS = 60_000

let found: Promise<{ address: string, code: string }> | undefined

/** The first of the readers whose card cannot be used. */
export function firstTrouble({ readers }: AgentStatus): Trouble | undefined {
  return readers.flatMap((each) => each.problem ?? [])[0]
}

export async function status(): Promise<AgentStatus> {
  return await ask('GET', '/v1/status') as AgentStatus
}

export async function answer(card: string, challenge: string, pin?: Pin): Promise<Answer> {
  return await ask('POST', '/v1/challenge', { card, challenge, ...pin }) as Answer
}

export async function show(statement: string): Promise<StatementView> {
  return await ask('POST', '/v1/statement', { statement }) as StatementView
}

export async function sign(card: string, statement: string, sha256: string, pin: Pin): Promise<string> {
  return (await ask('POST', '/v1/signature', { card, statement, sha256, ...pin }) as { cms: string }).cms
}

export async function lock(card: string): Promise<void> {
  await ask('POST', '/v1/lock', { card })
}

/** Reports the status of the readers at once and at every change; calls `gone` when nothing more will come. */
export async function listen(onStatus: (status: AgentStatus) => void, gone: () => void): Promise<() => void> {
  const { address, code } = await place()
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/v1/events`)
  socket.addEventListener('open', () => socket.send(JSON.stringify({ code })))
  socket.addEventListener('message', (event: MessageEvent<string>) =>
    onStatus((JSON.parse(event.data) as { state: AgentStatus }).state))
  socket.addEventListener('close', gone)
  return () => {
    socket.removeEventListener('close', gone)
    socket.close()
  }
}

/** The code that the user reads from the program. */
export function pair(code: string): void {
  localStorage.setItem(STORED, code.trim())
  found = undefined
}

async function place(): Promise<{ address: string, code: string }> {
  found ??= call(() => api.GET('/api/v1/card-agent')).then(({ address, pairing_code: fixed }) =>
    ({ address, code: fixed ?? localStorage.getItem(STORED) ?? '' }))
  return found.catch((problem: unknown) => {
    found = undefined
    throw problem
  })
}

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const { address, code } = await place()
  const answered = await fetch(address + path, {
    method,
    headers: {
      Authorization: `Bearer ${code}`,
      'Accept-Language': language.value === 'zh' ? 'zh-CN' : 'en',
      ...body === undefined ? {} : { 'Content-Type': 'application/json' },
    },
    ...body === undefined ? {} : { body: JSON.stringify(body) },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => {
    throw new Problem({ status: 0, code: MISSING, detail: t('card.missing'), errors: [] })
  })
  const answer: unknown = answered.status === 204 ? undefined : await answered.json()
  if (!answered.ok) throw problemOf(answered, answer)
  return answer
}

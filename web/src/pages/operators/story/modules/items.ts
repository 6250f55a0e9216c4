/** The story as items on the axis: each has a lane, an instant, a title, and what its details say. */
import type { Answer, Lanes, Story, Who, Workflow } from '@/api/operators-story'
import { formatInstant } from '@/dates'
import { isKey } from '@/i18n'
import { t } from '@/i18n/operators/story'

export const LANES = [
  'events', 'commands', 'decisions', 'messages', 'deliveries', 'receipts', 'signatures', 'notifications', 'openings',
  'acts', 'workflow',
] as const
export type Lane = typeof LANES[number]
export type Tone = 'plain' | 'good' | 'bad' | 'waiting'
/** A row of the details: its label and its text. */
type Row = readonly [label: string, text: string]

export interface Item {
  key: string
  lane: Lane
  /** In milliseconds. */
  at: number
  until?: number
  title: string
  tone: Tone
  rows: Row[]
  errors?: string[]
  version?: number
  hasReason?: boolean
  json?: unknown
  message?: { kind: 'messages' | 'receipts', id: string }
  signature?: string
}

type One<Name extends keyof Lanes> = Lanes[Name][number]

/** Returns all items, oldest first. */
export function itemsOf({ lanes }: Story, workflow: Workflow | undefined): Item[] {
  const all = [
    ...lanes.events.map(event),
    ...lanes.commands.map(command),
    ...lanes.decisions.map(decision),
    ...lanes.messages.map(message),
    ...lanes.deliveries.map(delivery),
    ...lanes.receipts.map(receipt),
    ...lanes.signatures.map(signature),
    ...lanes.notifications.map(notification),
    ...lanes.openings.map(opening),
    ...lanes.acts.map(act),
    ...workflow?.events.map((each) => workflowEvent(each, workflow.run_id ?? '')) ?? [],
  ]
  return all.sort((one, other) => one.at - other.at)
}

/** Returns the story with the events of an earlier page before its own; the other lanes are whole in both. */
export function withEarlier(story: Story, earlier: Story): Story {
  const joined = <Name extends 'events' | 'commands' | 'decisions'>(name: Name): Lanes[Name] => {
    const known = new Set(story.lanes[name].map((each) => JSON.stringify(each)))
    const added = earlier.lanes[name].filter((each) => !known.has(JSON.stringify(each)))
    return [...added, ...story.lanes[name]] as Lanes[Name]
  }
  const lanes = {
    ...story.lanes, events: joined('events'), commands: joined('commands'), decisions: joined('decisions'),
  }
  return { ...story, lanes, next_cursor: earlier.next_cursor }
}

/** Returns the key of the item that proves an answer; undefined if none is on the page. */
export function evidenceOf({ evidence, question }: Answer, items: readonly Item[]): string | undefined {
  if (question === 'opened') return items.findLast((each) => each.lane === 'openings')?.key
  if (evidence.message_id) return `deliveries:${evidence.message_id}`
  if (question === 'refused' || question === 'too_late') {
    const refused = items.findLast((each) => each.lane === 'commands' && each.tone === 'bad'
      && each.version === evidence.version)
    if (refused) return refused.key
  }
  return evidence.version === null ? undefined : `events:${evidence.version}`
}

/** Returns the text of a word that the API uses, such as an action or a rule. */
export function worded(family: 'action' | 'actor' | 'rule', word: string): string {
  const key = `${family}.${word}`
  return isKey(key) ? t(key) : word
}

/** Returns the label of a state, and any other text as it is. */
export function stateName(text: string): string {
  const key = `state.${text}`
  return key in t.texts.zh ? t(key as Parameters<typeof t>[0]) : text
}

function rowsOf(...rows: (readonly [Parameters<typeof t>[0], string | number | null | undefined])[]): Row[] {
  return rows.flatMap(([label, text]) => text == null || text === '' ? [] : [[t(label), String(text)] as const])
}

const seconds = (instant: string) => `${formatInstant(instant)}:${instant.slice(17, 19)}`
const clock = (instant: string | null) => instant && seconds(instant)
const moment = (instant: string) => Date.parse(instant)

function whoOf(who: Who): string {
  return [worded('actor', who.kind), who.id, who.name].filter(Boolean).join(' ')
}

function addressOf({ address, address_since: since }: Who): string | null {
  return address && since ? t('detail.address.since', { address, at: seconds(since) }) : address
}

function event(each: One<'events'>): Item {
  const states = [...each.from && each.from !== each.to ? [each.from] : [], each.to].map(stateName)
  return {
    key: `events:${each.version}`, lane: 'events', at: moment(each.at), version: each.version, tone: 'plain',
    title: `${worded('action', each.action)} v${each.version}`, hasReason: each.has_reason,
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.action', worded('action', each.action)],
      ['detail.states', states.join(' → ')],
      ['detail.who', whoOf(each.who)], ['detail.due', clock(each.due_at)], ['detail.version', each.version],
      ['detail.receipt', each.receipt_id], ['detail.message', each.message_id], ['detail.run', each.run_id],
    ),
  }
}

function command(each: One<'commands'>): Item {
  const errors = each.errors.map(({ message: text, remedy }) => `${text}${remedy}`)
  return {
    key: `commands:${each.accepted ? 'v' : 'r'}${each.version}:${each.command}:${each.at}`, lane: 'commands',
    at: moment(each.at), version: each.version, tone: each.accepted ? 'good' : 'bad', errors,
    title: `${worded('action', each.command)} ${t(each.accepted ? 'detail.accepted' : 'detail.refused')}`,
    ...each.signature_id ? { signature: each.signature_id } : {},
    rows: rowsOf(
      ['detail.received', clock(each.at)], ['detail.decided', clock(each.decided_at)], ['detail.who', whoOf(each.who)],
      ['detail.address', addressOf(each.who)], ['detail.key', each.key], ['detail.version', each.version],
      ['detail.times', each.times > 1 ? each.times : null],
    ),
  }
}

function decision(each: One<'decisions'>): Item {
  return {
    key: `decisions:${each.accepted ? 'v' : 'r'}${each.version}:${each.at}`, lane: 'decisions', at: moment(each.at),
    tone: each.accepted ? 'good' : 'bad', version: each.version, json: each.facts,
    title: `${t(each.accepted ? 'detail.accepted' : 'detail.refused')} v${each.version}`,
    errors: each.errors.map(({ message: text, remedy }) => `${text}${remedy}`),
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.rules', each.rules.map((rule) => worded('rule', rule)).join(' · ')],
      ['detail.policy', each.policy_version], ['detail.version', each.version],
    ),
  }
}

function message(each: One<'messages'>): Item {
  return {
    key: `messages:${each.message_id}`, lane: 'messages', at: moment(each.at), tone: 'plain', version: each.version,
    title: each.message_type, message: { kind: 'messages', id: each.message_id },
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.type', each.message_type], ['detail.message', each.message_id],
    ),
  }
}

const DELIVERIES = { delivered: ['delivery.delivered', 'good'], stuck: ['delivery.stuck', 'bad'] } as const

function delivery(each: One<'deliveries'>): Item {
  const known: Partial<Record<string, typeof DELIVERIES[keyof typeof DELIVERIES]>> = DELIVERIES
  const [label, tone] = known[each.state] ?? ['delivery.pending', 'waiting'] as const
  return {
    key: `deliveries:${each.message_id}`, lane: 'deliveries', at: moment(each.at), tone,
    ...each.until ? { until: moment(each.until) } : {},
    title: `${each.message_type} ${t(label)}`, message: { kind: 'messages', id: each.message_id },
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.until', clock(each.until)], ['detail.outcome', t(label)],
      ['detail.attempts', each.attempts], ['detail.answer', each.reason], ['detail.message', each.message_id],
    ),
  }
}

function receipt(each: One<'receipts'>): Item {
  return {
    key: `receipts:${each.id}`, lane: 'receipts', at: moment(each.at), title: each.result ?? '?',
    tone: each.outcome === 'applied' ? 'good' : each.outcome === 'parked' ? 'bad' : 'plain',
    message: { kind: 'receipts', id: String(each.id) },
    rows: rowsOf(
      ['detail.received', clock(each.at)], ['detail.result', each.result], ['detail.receipt', each.receipt_id],
      ['detail.notice', clock(each.notice_time)],
      ['detail.disposition', [each.outcome, each.reason].filter(Boolean).join(' · ')],
      ['detail.times', each.times > 1 ? each.times : null],
    ),
  }
}

function signature(each: One<'signatures'>): Item {
  return {
    key: `signatures:${each.signature_id}`, lane: 'signatures', at: moment(each.at), tone: 'plain',
    title: each.signer, signature: each.signature_id,
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.signer', each.signer], ['detail.algorithm', each.algorithm],
      ['detail.version', each.version],
    ),
  }
}

function notification(each: One<'notifications'>): Item {
  return {
    key: `notifications:${each.version}:${each.customs_code}`, lane: 'notifications', at: moment(each.at),
    tone: 'plain', title: each.customs_code,
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.recipient', each.customs_code], ['detail.version', each.version],
    ),
  }
}

function opening(each: One<'openings'>): Item {
  return {
    key: `openings:${each.at}:${each.subject}`, lane: 'openings', at: moment(each.at), tone: 'waiting',
    title: each.subject,
    rows: rowsOf(['detail.at', clock(each.at)], ['detail.subject', each.subject], ['detail.address', each.address]),
  }
}

function act(each: One<'acts'>): Item {
  return {
    key: `acts:${each.at}:${each.act}:${each.item}`, lane: 'acts', at: moment(each.at), title: each.act,
    tone: each.outcome === 'refused' ? 'bad' : each.outcome ? 'good' : 'waiting',
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.subject', each.operator], ['detail.action', each.act],
      ['detail.outcome', each.outcome], ['detail.reason', each.detail],
    ),
  }
}

function workflowEvent(each: Workflow['events'][number], run: string): Item {
  return {
    key: `workflow:${each.id}`, lane: 'workflow', at: moment(each.at), tone: each.failure ? 'bad' : 'plain',
    title: [each.type, each.name].filter(Boolean).join(' '),
    ...each.payloads.length ? { json: each.payloads } : {},
    rows: rowsOf(
      ['detail.at', clock(each.at)], ['detail.event', each.id], ['detail.type', each.type],
      ['detail.action', each.name],
      ['detail.summary', each.summary], ['detail.attempt', each.attempt], ['detail.failure', each.failure],
      ['detail.run', run],
    ),
  }
}

/** Returns the source of a rule in the user's language: the chapter of the manual, others as they are. */
export function sourceName(source: string): string {
  const [, number] = /^manual, ch\. (\d)/.exec(source) ?? []
  return number ? t('source.ch', { number }) : source
}

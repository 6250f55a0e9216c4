/**
 * 插入且已解锁: the card of this session, watched for as long as the page is open.
 *
 * A card that is pulled, a reader service that dies and a program that ends all lock declaring at once. While the card
 * is there it gives the server a sign of life now and then; without those the server takes nothing either.
 */
import { useEventListener, useIntervalFn, useTimeoutFn } from '@vueuse/core'
import { computed, readonly, ref, shallowRef, watch } from 'vue'
import * as agent from '@/api/agent'
import type { Pin } from '@/api/agent'
import * as wire from '@/api/presence'
import { Problem } from '@/api/problems'
import { setSigner, type Offer } from '@/api/signing'
import { t } from '@/i18n'
import { useSession } from './session'

/** `locked`: in the reader, but its PIN must be typed; `gone`: nobody tells what is in the reader. */
type CardState = 'none' | 'present' | 'locked' | 'removed' | 'gone'

/** A statement before the user's eyes, until it is signed or given up. */
interface SignatureRequest {
  offer: Offer
  shown: agent.StatementView
  done: (cms: string) => void
  failed: (why: unknown) => void
}

const ALIVE_MS = 20_000
const AGAIN_MS = 1_000

const { principal } = useSession()
const state = ref<CardState>('none')
const other = ref(false)
/** What is wrong with a card that is in. */
const trouble = ref<agent.Trouble>()
const asked = shallowRef<SignatureRequest>()
const tries = ref<number | null>(null)
const serial = computed(() => principal.value?.card?.serial)
/** The key of the text with the reason why the card cannot sign, if it cannot. */
const why = computed(() => {
  if (state.value === 'none' || state.value === 'present') return undefined
  return other.value && state.value === 'removed' ? 'card.other' : `card.${state.value}` as const
})

let until = 0
let next: wire.Challenge | undefined
let showing: Promise<void> | undefined
let hangUp: (() => void) | undefined
const alive = useIntervalFn(() => void sayAlive(), ALIVE_MS, { immediate: false })
const again = useTimeoutFn(() => void connect(), AGAIN_MS, { immediate: false })

/** Watches the card of each session and lets it sign. Called once, from main.ts. */
export function installCard(): void {
  watch(serial, (now) => now === undefined ? stop() : void start(), { immediate: true })
  setSigner(() => serial.value === undefined ? undefined : { ready, sign })
  useEventListener(document, 'visibilitychange', () => void sayAlive())
}

export function useCard() {
  const isLocked = computed(() => serial.value !== undefined && state.value !== 'present')
  const shownState = { state: readonly(state), why: readonly(why), trouble: readonly(trouble), tries: readonly(tries) }
  return { ...shownState, isLocked, asked, unlock, confirm, giveUp, leave }
}

/**
 * Opens the card with the PIN after it was put back; the server gets a sign of life at once. The card program reports
 * the open card before it answers: by the time the server has answered too, the card may be out again.
 */
async function unlock(pin: Pin): Promise<void> {
  await show(pin)
}

/** Signs what is asked; a refusal leaves the question open, for another PIN. */
async function confirm(pin: Pin): Promise<void> {
  const question = asked.value
  if (!question || serial.value === undefined) return
  const cms = await agent.sign(serial.value, question.offer.statement, question.shown.sha256, pin)
  asked.value = undefined
  question.done(cms)
}

function giveUp(): void {
  asked.value?.failed(refusal('card.cancelled'))
  asked.value = undefined
}

/** A page that was in the background has given no signs of life; one comes before it is too late. */
async function ready(): Promise<void> {
  if (state.value !== 'present') throw refusal(`card.${state.value}`)
  if (until - Date.now() < ALIVE_MS) await show()
}

/** At the end of the session nothing stays open. A program that is away has closed the card already. */
async function leave(): Promise<void> {
  if (serial.value === undefined || state.value !== 'present') return
  await agent.lock(serial.value).catch((problem: unknown) => {
    if (!(problem instanceof Problem)) throw problem
  })
}

async function sign(offer: Offer): Promise<string> {
  const shown = await agent.show(offer.statement)
  return new Promise((done, failed) => asked.value = { offer, shown, done, failed })
}

async function start(): Promise<void> {
  stop()
  alive.resume()
  await connect()
}

function stop(): void {
  alive.pause()
  again.stop()
  hangUp?.()
  hangUp = next = undefined
  state.value = 'none'
  giveUp()
}

async function connect(): Promise<void> {
  try {
    hangUp = await agent.listen(onStatus, gone)
    if (serial.value === undefined) hangUp()
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    gone()
  }
}

function onStatus(status: agent.AgentStatus): void {
  const cards = status.readers.flatMap((each) => each.card ?? [])
  const own = cards.find((each) => each.serial === serial.value)
  const before = state.value
  // A folder of software cards always holds others, and may hold bad ones.
  other.value = own === undefined && cards.length > 0 && status.is_card
  trouble.value = status.is_card ? agent.firstTrouble(status) : undefined
  tries.value = own?.tries_left ?? null
  if (!status.service) state.value = 'gone'
  else state.value = own === undefined ? 'removed' : own.open ? 'present' : 'locked'
  if (before !== 'present' && state.value === 'present') void sayAlive()
  if (state.value !== 'present' && state.value !== 'locked') giveUp()
}

/** The program has ended, or cannot be reached: nobody knows of the card. */
function gone(): void {
  if (serial.value === undefined) return
  state.value = 'gone'
  giveUp()
  again.start()
}

async function sayAlive(): Promise<void> {
  if (state.value !== 'present') return
  try {
    await show()
  } catch (problem) {
    // Its program reports the state of the card; a server that is away is asked again soon.
    if (!(problem instanceof Problem)) throw problem
    next = undefined
  }
}

/** One sign of life. One at a time, for the server takes back its last question when it is asked for another. */
function show(pin?: Pin): Promise<void> {
  if (showing && pin === undefined) return showing
  const mine = showNow(pin).finally(() => {
    if (showing === mine) showing = undefined
  })
  return showing = mine
}

/** With the question that the last answer brought, unless another window was asked since. */
async function showNow(pin?: Pin): Promise<void> {
  if (serial.value === undefined) return
  const unexpired = next && Date.parse(next.expires_at) > Date.now() ? next : undefined
  next = undefined
  try {
    await respond(serial.value, unexpired ?? await wire.presenceChallenge(), pin)
  } catch (problem) {
    if (!unexpired || !(problem instanceof Problem && problem.code === 'signature.challenge_unknown')) throw problem
    await respond(serial.value, await wire.presenceChallenge(), pin)
  }
}

async function respond(card: string, challenge: wire.Challenge, pin?: Pin): Promise<void> {
  const given = await agent.answer(card, challenge.challenge, pin)
  const taken = await wire.isThere(challenge.nonce, given)
  next = taken.challenge
  until = Date.parse(taken.until)
}

function refusal(code: 'card.cancelled' | `card.${CardState}`): Problem {
  return new Problem({ status: 0, code, detail: t(code as 'card.cancelled'), errors: [] })
}

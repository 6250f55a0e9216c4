/**
 * Live updates by server-sent events; while there is no stream, everything is read again from time to time.
 *
 * All who follow share one stream, which ends after minutes and comes back by itself. Only a visible page listens: a
 * browser keeps six connections to a host, and six forgotten tabs would leave none for the seventh.
 */
import { onBeforeUnmount, onMounted, readonly, ref, type Ref } from 'vue'
import { Problem } from '@/api/problems'
import { useSession } from './session'

/** `polling`: no stream, but up to date; `lost`: neither. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost'

export interface LiveUpdates {
  /** These appointments are at a later version. */
  changed: (numbers: ReadonlySet<string>) => Promise<void>
  /** Anything may have changed. */
  all: () => Promise<void>
}

export const POLL_SECONDS = 15
/** A submit moves through several states at once: one look is enough for all of them. */
const GATHER_MS = 150
const EVENTS = '/api/v1/appointments/events'
const OPERATORS_EVENTS = '/ops/v1/events'

const link = ref<Link>('connecting')
const followers = new Set<LiveUpdates>()

const each = async (how: (follower: LiveUpdates) => Promise<void>): Promise<void> => {
  await Promise.all([...followers].map(how))
}

/** Follows the news as long as the component is there; what has happened before it reads by itself. */
export function useLiveUpdates(news: LiveUpdates) {
  onMounted(() => {
    followers.add(news)
    if (followers.size > 1) return
    turn()
    document.addEventListener('visibilitychange', turn)
  })
  onBeforeUnmount(() => {
    followers.delete(news)
    if (followers.size > 0) return
    document.removeEventListener('visibilitychange', turn)
    listener.stop()
  })
  return { link: readonly(link) }
}

class Listener {
  #source: EventSource | undefined
  #polling: ReturnType<typeof setInterval> | undefined
  #gathering: ReturnType<typeof setTimeout> | undefined
  #changed = new Set<string>()
  #link: Link = 'connecting'
  readonly #news: LiveUpdates
  readonly #report: Ref<Link>

  constructor(news: LiveUpdates, report: Ref<Link>) {
    this.#news = news
    this.#report = report
  }

  start(): void {
    this.stop()
    this.#listen()
    this.#polling = setInterval(() => void this.#poll(), POLL_SECONDS * 1000)
  }

  stop(): void {
    clearInterval(this.#polling)
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#source?.close()
    this.#source = undefined
    this.#is('connecting')
  }

  #listen(): void {
    const { principal } = useSession()
    const source = new EventSource(principal.value?.kind === 'operator' ? OPERATORS_EVENTS : EVENTS)
    source.addEventListener('ready', () => {
      this.#is('live')
      // Catches up with what changed while nobody listened.
      void this.#look(this.#news.all)
    })
    source.addEventListener('reload', () => void this.#look(this.#news.all))
    source.addEventListener('changed', (event: MessageEvent<string>) => this.#collect(event.data))
    source.addEventListener('error', () => this.#is('connecting'))
    this.#source = source
  }

  #collect(data: string): void {
    this.#changed.add((JSON.parse(data) as { pre_entry_no: string }).pre_entry_no)
    this.#gathering ??= setTimeout(() => {
      const numbers = this.#changed
      this.#changed = new Set()
      this.#gathering = undefined
      void this.#look(() => this.#news.changed(numbers))
    }, GATHER_MS)
  }

  async #poll(): Promise<void> {
    if (this.#link === 'live') return
    // A browser gives up for good when it is refused, as after a session's end.
    const gaveUp = this.#source?.readyState === EventSource.CLOSED
    if (await this.#look(this.#news.all) && gaveUp && this.#source) this.#listen()
  }

  /** Whether the look succeeded. */
  async #look(how: () => Promise<void>): Promise<boolean> {
    try {
      await how()
      if (this.#link !== 'live') this.#is('polling')
      return true
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      this.#is('lost')
      return false
    }
  }

  #is(link: Link): void {
    this.#link = link
    this.#report.value = link
  }
}

const listener = new Listener({
  changed: (numbers) => each((follower) => follower.changed(numbers)),
  all: () => each((follower) => follower.all()),
}, link)

function turn(): void {
  if (document.hidden) listener.stop()
  else listener.start()
}

/**
 * The notifications of the user: read when the page opens, with every live change, and once a minute. One state for the
 * bell, the marks in lists and the browser's own notifications.
 */
import { useIntervalFn } from '@vueuse/core'
import { computed, onMounted, readonly, shallowRef, watch } from 'vue'
import * as wire from '@/api/notifications'
import { Problem } from '@/api/problems'
import { language } from '@/i18n'
import { showProblem } from '@/ui/messages'
import { useLiveUpdates } from './live-updates'

export type Notice = wire.Notification | wire.Reminder

/** Deadlines come near without any event; a hidden page hears of nothing else. */
const LOOK_AGAIN_MS = 60_000

const found = shallowRef<wire.Notifications>()
/** Older pages that were asked for. */
const older = shallowRef<readonly wire.Notification[]>([])
const next = shallowRef<string | null>(null)
/** Several looks may be on their way at once: the last that was asked, and the last that was taken. */
let asked = 0
let taken = 0
const unreadNumbers = computed(() => new Set(found.value?.unread_numbers ?? []))

export function useNotifications() {
  return {
    reminders: computed(() => found.value?.reminders ?? []),
    items: computed(() => [...found.value?.items ?? [], ...older.value]),
    unread: computed(() => found.value?.unread ?? 0),
    next: readonly(next),
    load, more, read, readAll, isUnread: (number: string) => unreadNumbers.value.has(number),
  }
}

/** For the one place that keeps them up to date; `arrived` hears of those that were not there before. */
export function useNotificationUpdates(arrived: (fresh: readonly Notice[]) => void): void {
  const look = async (): Promise<void> => {
    const before = await load()
    if (!before || !found.value) return
    const known = new Set(all(before).map(keyOf))
    arrived(all(found.value).filter((each) => !each.read && !known.has(keyOf(each))))
  }
  const quietly = () => look().catch((problem: unknown) => {
    if (!(problem instanceof Problem)) throw problem
  })
  onMounted(quietly)
  useIntervalFn(() => void quietly(), LOOK_AGAIN_MS)
  watch(language, () => void quietly())
  useLiveUpdates({ changed: look, all: look })
}

/** Marks the notifications of the application on the screen as read, as soon as both are loaded. */
export function useMarkSeen(shown: () => { pre_entry_no: string, version: number } | undefined): void {
  watch([shown, unreadNumbers], ([on, unread]) => {
    if (on && unread.has(on.pre_entry_no)) void seen(on.pre_entry_no, on.version).catch(showProblem)
  }, { immediate: true })
}

/** Tells two notifications apart; a moved deadline is another one. */
export function keyOf(notice: Notice): string {
  const { pre_entry_no: number } = notice
  return 'due' in notice ? `${number} ${notice.code} ${notice.due}` : `${number} ${notice.version}`
}

function all(of: wire.Notifications): readonly Notice[] {
  return [...of.reminders, ...of.items]
}

/** Takes the newest answer, and returns what was known before; one that was overtaken on its way is dropped. */
async function load(): Promise<wire.Notifications | undefined> {
  const turn = ++asked
  const answer = await wire.notifications()
  if (turn < taken) return found.value
  taken = turn
  const before = found.value
  found.value = answer
  older.value = []
  next.value = answer.next_cursor
  return before
}

async function more(): Promise<void> {
  if (next.value === null) return
  const answer = await wire.notifications(next.value)
  older.value = [...older.value, ...answer.items]
  next.value = answer.next_cursor
}

async function read(notice: Notice): Promise<void> {
  const item = 'due' in notice ? { due: notice.due, version: null } : { version: notice.version, due: null }
  await wire.markRead({ items: [{ pre_entry_no: notice.pre_entry_no, ...item }] })
  await load()
}

/** Everything that is shown; what comes in meanwhile stays unread. */
async function readAll(): Promise<void> {
  if (!found.value) return
  const { reminders, items: [newest] } = found.value
  const items = reminders.map(({ pre_entry_no, due }) => ({ pre_entry_no, due, version: null }))
  await wire.markRead(newest ? { items, until: newest.at } : { items })
  await load()
}

async function seen(number: string, version: number): Promise<void> {
  const due = found.value?.reminders.find((each) => each.pre_entry_no === number)?.due ?? null
  await wire.markRead({ items: [{ pre_entry_no: number, version, due }] })
  await load()
}

/** The words of the access log for what happened. */
import { t } from '@/i18n/operators/access'

const KEYS = [
  'what.personal.searched',
  'what.login', 'what.login.refused', 'what.logout', 'what.key', 'what.key.refused', 'what.key.issued',
  'what.key.rotated', 'what.key.revoked', 'what.personal.opened', 'what.personal.receipt', 'what.user.added',
  'what.user.changed', 'what.user.reset', 'what.user.password', 'what.user.password.refused', 'what.sessions.ended',
  'what.cards.banned', 'what.cards.ban_lifted', 'what.lockout.lifted', 'what.two_persons.asked',
  'what.two_persons.confirmed', 'what.two_persons.rejected', 'what.jobs.started',
  'what.receiver.added', 'what.receiver.changed', 'what.receiver.removed', 'what.receiver.rotated',
  'what.receiver.paused', 'what.receiver.resumed', 'what.receiver.tested', 'what.receiver.replayed',
  'what.channels.added', 'what.channels.changed', 'what.channels.removed',
  'what.accesses.swept',
] as const

/** What can be searched for: the log's word and its text. */
export const happenings = () => KEYS.map((key) => ({ word: key.replace('what.', ''), text: t(key) }))

/** Returns the text of a word; one of a later version is shown as it is. */
export function textOf(word: string): string {
  const known = KEYS.find((key) => key === `what.${word}`)
  return known ? t(known) : word
}

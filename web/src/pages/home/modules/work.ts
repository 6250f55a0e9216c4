/** 今日事项 as a list of work: what each appointment is in it for, until when, and what to do about it. */
import type { Agenda, Listed } from '@/api/appointments'
import { pathOf } from '@/paths'

const SECTIONS = ['must', 'feedback', 'drafts', 'undecided', 'upcoming'] as const
export type Section = typeof SECTIONS[number]
type Kind = 'overdue' | 'returned' | 'explanation' | 'refused' | 'hours' | 'feedback' | Draft['timing']
  | 'undecided' | 'upcoming' | 'running'

type Draft = Agenda['drafts'][number]

export interface Task {
  kind: Kind
  item: Listed
  /** A deadline, or where something begins or ends. */
  until: string | null
  /** Where the next step is taken. */
  path: string
}

export interface Work {
  section: Section
  tasks: Task[]
  /** How many there are, though no more than some are listed. */
  total: number
}

/** Returns the lists of work. What must be done now is in the first list only. */
export function workOf(agenda: Agenda): Work[] {
  const { counts, now } = agenda
  const must = mustBeDone(agenda)
  const taken = new Set(must.map(({ item }) => item.pre_entry_no))
  const rest = (tasks: Task[]) => tasks.filter(({ item }) => !taken.has(item.pre_entry_no))
  const lists: Record<Exclude<Section, 'must'>, Task[]> = {
    feedback: agenda.feedback_due.map((each) => task('feedback', each, each.deadlines.feedback_by)),
    drafts: agenda.drafts.map(draft),
    undecided: agenda.undecided.map((each) => task('undecided', each)),
    upcoming: agenda.upcoming.map((each) => coming(each, now)),
  }
  const totals = { ...counts, feedback: counts.feedback_due }
  return SECTIONS.map((section) => {
    if (section === 'must') return { section, tasks: must, total: must.length + unlisted(agenda) }
    const tasks = rest(lists[section])
    return { section, tasks, total: totals[section] - (lists[section].length - tasks.length) }
  })
}

function mustBeDone({ overdue, returned, feedback_due, upcoming }: Agenda): Task[] {
  const open = new Map([...feedback_due, ...upcoming].map((each) => [each.pre_entry_no, each]))
  const troubled = [...open.values()].flatMap((each) => {
    const kind = trouble(each)
    return kind ? [task(kind, each, kind === 'refused' ? each.deadlines.feedback_by : null)] : []
  })
  const first = overdue.map((each) => task('overdue', each))
  return [...first, ...troubled, ...returned.map((each) => task('returned', each))]
}

function unlisted({ counts, overdue, returned }: Agenda): number {
  return counts.overdue - overdue.length + counts.returned - returned.length
}

/** A number counts no more: customs refused it, or it did not match in the end. */
const TAKEN_BACK: ReadonlySet<Listed['attention'][number]> = new Set(['feedback_refused', 'number_mismatched'])

function trouble(item: Listed): Kind | undefined {
  if (item.attention.some((each) => TAKEN_BACK.has(each))) return 'refused'
  if (item.explanation.status === 'refused') return 'explanation'
  return item.attention.includes('hours_changed') ? 'hours' : undefined
}

function draft(item: Draft): Task {
  return task(item.timing, item, item.timing === 'open' ? item.deadlines.submit_by : null)
}

function coming(item: Listed, now: string): Task {
  const start = item.content.window_start ?? now
  const isRunning = Date.parse(start) <= Date.parse(now)
  return isRunning ? task('running', item, item.window_end) : task('upcoming', item, start)
}

/** The part of the application in which the cursor is to wait: `useOpening` of the apply page. */
const AT: Partial<Record<Kind, string>> = {
  overdue: '?at=explanation', feedback: '?at=feedback', refused: '?at=feedback',
  blocked: '?at=window', untimed: '?at=window', passed: '?at=window',
}

function task(kind: Kind, item: Listed, until: string | null = null): Task {
  const page = kind === 'undecided' ? 'progress' : 'application'
  return { kind, item, until, path: pathOf(page, item.pre_entry_no) + (AT[kind] ?? '') }
}

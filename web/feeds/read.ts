/**
 * Reads a calendar feed from standard input with ical.js (Thunderbird's reader) and node-ical, and prints as JSON
 * what each makes of it: the calendar's name, and every event by its UID.
 */
import { readFileSync } from 'node:fs'

import ICAL from 'ical.js'
import ical, { type CalendarComponent } from 'node-ical'

interface Read {
  start: string
  end: string
  summary: string
  status: string
  sequence: number
  modified: string
}

interface Feed {
  name: string
  events: Record<string, Read>
}

const iso = (at: Date): string => at.toISOString()

const byIcalJs = (text: string): Feed => {
  const calendar = new ICAL.Component(ICAL.parse(text) as string[])
  const events = calendar.getAllSubcomponents('vevent').map((each): [string, Read] => {
    const event = new ICAL.Event(each)
    const modified = each.getFirstPropertyValue('last-modified') as InstanceType<typeof ICAL.Time>
    return [event.uid, {
      start: iso(event.startDate.toJSDate()),
      end: iso(event.endDate.toJSDate()),
      summary: event.summary,
      status: String(each.getFirstPropertyValue('status')),
      sequence: event.sequence,
      modified: iso(modified.toJSDate()),
    }]
  })
  return { name: String(calendar.getFirstPropertyValue('x-wr-calname')), events: Object.fromEntries(events) }
}

const byNodeIcal = (text: string): Feed => {
  const parts: CalendarComponent[] = Object.values(ical.sync.parseICS(text)).filter((each) => each !== undefined)
  const events = parts.filter((each) => each.type === 'VEVENT').map((each): [string, Read] => [each.uid, {
    start: iso(each.start),
    end: iso(each.end ?? each.start),
    summary: typeof each.summary === 'string' ? each.summary : each.summary.val,
    status: String(each.status),
    sequence: Number(each.sequence),
    modified: iso(each.lastmodified as unknown as Date),
  }])
  const calendar = parts.find((each) => each.type === 'VCALENDAR') as unknown as Record<string, string>
  return { name: calendar['WR-CALNAME'] ?? '', events: Object.fromEntries(events) }
}

const text = readFileSync(0, 'utf8')
process.stdout.write(JSON.stringify({ 'ical.js': byIcalJs(text), 'node-ical': byNodeIcal(text) }))

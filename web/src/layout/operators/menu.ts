/** The operators' menu. An entry appears when `pages.json` lists its page, for the roles that may open it. */
import type { Component } from 'vue'
import {
  Calendar, CircleCheck, Collection, DataAnalysis, FirstAidKit, Key, Odometer, Tickets,
} from '@element-plus/icons-vue'
import type { Role } from '@/composables/roles'
import { t } from '@/i18n/operators/frame'
import { paths } from '@/paths'

interface Entry {
  label: Parameters<typeof t>[0]
  icon: Component
  /** Its name in `pages.json`. */
  page: string
  /** Who may open it; all operators where there is none. */
  roles?: readonly Role[]
}

const ENTRIES: readonly Entry[] = [
  { label: 'menu.today', icon: Odometer, page: 'operatorsToday' },
  { label: 'menu.worklists', icon: Tickets, page: 'operatorsWorklists' },
  { label: 'menu.approvals', icon: CircleCheck, page: 'operatorsApprovals', roles: ['case_officer'] },
  { label: 'menu.calendar', icon: Calendar, page: 'operatorsCalendar' },
  { label: 'menu.registers', icon: Collection, page: 'operatorsRegisters' },
  { label: 'menu.figures', icon: DataAnalysis, page: 'operatorsFigures' },
  { label: 'menu.health', icon: FirstAidKit, page: 'operatorsHealth' },
  { label: 'menu.access', icon: Key, page: 'operatorsAccess', roles: ['administrator'] },
]

/** Returns the path of a page by its name; undefined while there is no such page. */
function pathNamed(name: string): string | undefined {
  return (paths as Record<string, string>)[name]
}

export const menu = ENTRIES.flatMap((entry) => {
  const path = pathNamed(entry.page)
  return path ? [{ ...entry, path }] : []
})

/** The page of one appointment, with `:number` in it. */
export const storyPath = pathNamed('operatorsStory')

/** The menu at the left, as the manual has it. A page's entry appears here when the page exists. */
import type { Key } from '@/i18n'
import { paths } from '@/router'

export interface Entry {
  label: Key
  path?: string
  entries?: { label: Key, path: string }[]
}

export const menu: Entry[] = [
  { label: 'menu.home', path: paths.home },
  { label: 'menu.apply', path: paths.apply },
  {
    label: 'menu.query',
    entries: [
      { label: 'menu.appointments', path: paths.appointments },
      { label: 'menu.hours', path: paths.hours },
    ],
  },
]

/** The menu at the left, as the manual has it. A page's entry appears here when the page exists. */
import type { Component } from 'vue'
import {
  Clock, DocumentCopy, EditPen, Files, House, Message, Promotion, Search, Tickets, UserFilled,
} from '@element-plus/icons-vue'
import type { Key } from '@/i18n'
import { paths } from '@/paths'

export interface Entry {
  label: Key
  icon: Component
  path?: string
  /** For those alone who manage the users of the enterprise. */
  administrators?: boolean
  entries?: { label: Key, icon: Component, path: string }[]
}

export const menu: Entry[] = [
  { label: 'menu.home', icon: House, path: paths.home },
  { label: 'menu.apply', icon: EditPen, path: paths.apply },
  { label: 'menu.batch', icon: Files, path: paths.batch },
  { label: 'menu.templates', icon: DocumentCopy, path: paths.templates },
  {
    label: 'menu.query',
    icon: Search,
    entries: [
      { label: 'menu.appointments', icon: Tickets, path: paths.appointments },
      { label: 'menu.hours', icon: Clock, path: paths.hours },
    ],
  },
  { label: 'menu.notices', icon: Message, path: paths.notices },
  { label: 'menu.colleagues', icon: UserFilled, path: paths.colleagues, administrators: true },
  { label: 'menu.webhooks', icon: Promotion, path: paths.webhooks, administrators: true },
]

/** The browser's own notifications: shown while the page is hidden, once the user has allowed them. */
import { ref } from 'vue'
import { pathOf } from '@/paths'
import { keyOf, type Notice } from './notifications'

type Permission = NotificationPermission | 'unsupported'

const permission = ref<Permission>(typeof Notification === 'undefined' ? 'unsupported' : Notification.permission)

export function useDesktopNotifications() {
  return { permission, allow, show }
}

async function allow(): Promise<void> {
  permission.value = await Notification.requestPermission()
}

/** Of several tabs each shows it under the same tag: the user sees one. It has the number, and no names. */
function show(notices: readonly Notice[]): void {
  if (permission.value !== 'granted' || !document.hidden) return
  for (const each of notices) {
    const note = new Notification(each.message, { body: each.pre_entry_no, tag: keyOf(each) })
    note.addEventListener('click', () => {
      window.focus()
      window.location.assign(pathOf('application', each.pre_entry_no))
    })
  }
}

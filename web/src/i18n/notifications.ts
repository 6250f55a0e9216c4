/** The words of the bell. What notifications themselves say comes from the server, in the page's language. */

export const zh = {
  'menu.notices': '提醒设置',
  'bell.title': '通知',
  'bell.open': '通知：{count} 条未读',
  'bell.none': '通知：没有未读',
  'bell.reminders': '期限提醒',
  'bell.items': '最近 30 天',
  'bell.empty': '最近 30 天没有通知。海关审批、退单、工作时间变更和临近的期限会在这里提示。',
  'bell.unread': '未读',
  'bell.all': '全部标为已读',
  'bell.more': '更早的通知',
  'bell.browser': '同时在桌面提示',
  'bell.browser.on': '桌面提示已打开',
  'bell.browser.denied': '浏览器不允许桌面提示，可在浏览器的网站设置中打开。',
  'bell.window': '预约时间 {at}',
} as const

export const en: Record<keyof typeof zh, string> = {
  'menu.notices': 'Reminders',
  'bell.title': 'Notifications',
  'bell.open': 'Notifications: {count} unread',
  'bell.none': 'Notifications: none unread',
  'bell.reminders': 'Deadlines',
  'bell.items': 'Last 30 days',
  'bell.empty':
    'No notifications in the last 30 days. Decisions, returns, changed hours and near deadlines appear here.',
  'bell.unread': 'Unread',
  'bell.all': 'Mark all as read',
  'bell.more': 'Older',
  'bell.browser': 'Also notify on the desktop',
  'bell.browser.on': 'Desktop notifications are on',
  'bell.browser.denied': 'The browser does not allow desktop notifications; its site settings can change that.',
  'bell.window': 'Window {at}',
}

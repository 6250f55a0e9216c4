/** The words of the calendar in which a date is picked. */

export const zh = {
  'calendar.hint': '方向键选日，Page Up / Page Down 换月，Enter 选定，Esc 关闭',
  'calendar.year.back': '上一年',
  'calendar.month.back': '上个月',
  'calendar.month.on': '下个月',
  'calendar.year.on': '下一年',
  'calendar.today': '今天',
  'calendar.today.go': '回到今天',
  'calendar.off': '休',
  'calendar.work': '班',
  'calendar.full.off': '休息日',
  'calendar.full.work': '调休上班',
  'calendar.shut': '不可预约：{why}',
  'calendar.unpublished': '{year} 年的节假日安排尚未公布。',
} as const

export const en: Record<keyof typeof zh, string> = {
  'calendar.hint': 'Arrow keys choose a day, Page Up/Page Down a month; Enter takes it, Esc closes',
  'calendar.year.back': 'Previous year',
  'calendar.month.back': 'Previous month',
  'calendar.month.on': 'Next month',
  'calendar.year.on': 'Next year',
  'calendar.today': 'Today',
  'calendar.today.go': 'Go to today',
  'calendar.off': 'off',
  'calendar.work': 'work',
  'calendar.full.off': 'day off',
  'calendar.full.work': 'make-up working day',
  'calendar.shut': 'Cannot be booked: {why}',
  'calendar.unpublished': 'The holidays of {year} have not been published yet.',
}

import { dictionary } from '..'

const zh = {
  'age.days': '{days} 天 {hours} 小时',
  'age.hours': '{hours} 小时 {minutes} 分',
  'age.minutes': '{minutes} 分钟',
} as const

const en: Record<keyof typeof zh, string> = {
  'age.days': '{days} d {hours} h',
  'age.hours': '{hours} h {minutes} min',
  'age.minutes': '{minutes} min',
}

export const t = dictionary(zh, en)

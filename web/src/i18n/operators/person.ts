import { dictionary } from '..'

const zh = {
  title: '谁看过这个手机号',
  search: '查找',
  mobile: '手机号码',
  reason: '理由',
  hint: '需要完整的手机号码。此次查找连同理由记入访问记录；号码本身不会保存。',
  none: '没有预约使用或曾使用这个号码；已删除的暂存不再能查到。',
  openings: '谁看过',
  'openings.none': '没有运维人员查看过这些预约的个人信息。',
  appointments: '使用或曾使用这个号码的预约',
  at: '时间',
  subject: '查看人',
  number: '预录入编号',
  address: '来源地址',
  state: '状态',
  applicant: '申报单位',
  created: '创建时间',
  holds: '号码',
  'holds.now': '现在使用',
  'holds.earlier': '曾经使用',
} as const

const en: Record<keyof typeof zh, string> = {
  title: 'Who looked at this phone number',
  search: 'Search',
  mobile: 'Phone number',
  reason: 'Reason',
  hint: 'The whole number is needed. The access log keeps this search and its reason, never the number.',
  none: 'No appointment has or had this number; deleted drafts are not found any more.',
  openings: 'Who looked',
  'openings.none': 'No operator has opened personal fields of these appointments.',
  appointments: 'Appointments that have or had the number',
  at: 'Time',
  subject: 'Who',
  number: 'Pre-entry number',
  address: 'Address',
  state: 'State',
  applicant: 'Applicant',
  created: 'Created',
  holds: 'Number',
  'holds.now': 'has it now',
  'holds.earlier': 'had it',
}

export const t = dictionary(zh, en)

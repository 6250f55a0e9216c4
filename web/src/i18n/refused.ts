import { dictionary } from '.'

const zh = {
  'refused.customs': '您以海关身份登录。本页面供企业和运维人员使用。',
  'refused.enterprise': '此页面供运维人员使用，企业用户不能打开。',
  'refused.operator': '此页面供企业使用，运维人员不能打开。',
  'refused.role': '打开此页面需要以下角色之一：{roles}。请向管理员申请。',
  'refused.home': '回到首页',
  'refused.docs': '接口文档',
  'role.viewer': '查看',
  'role.case_officer': '办案',
  'role.calendar_keeper': '日历维护',
  'role.administrator': '系统管理',
} as const

const en: Record<keyof typeof zh, string> = {
  'refused.customs': 'You are logged in as customs. These pages are for enterprises and operators.',
  'refused.enterprise': 'This page is for operators; users of an enterprise cannot open it.',
  'refused.operator': 'This page is for enterprises; operators cannot open it.',
  'refused.role': 'This page needs one of these roles: {roles}. Ask an administrator for it.',
  'refused.home': 'Go to your start page',
  'refused.docs': 'API documentation',
  'role.viewer': 'viewer',
  'role.case_officer': 'case officer',
  'role.calendar_keeper': 'calendar keeper',
  'role.administrator': 'administrator',
}

/** Why a page is not shown to the user who is logged in; and the names of the operators' roles. */
export const t = dictionary(zh, en)

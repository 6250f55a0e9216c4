/** 通知: http-api, notifications. */
import { api, call } from './client'
import type { components } from './schema'

export type Notifications = components['schemas']['Notifications']
export type Notification = components['schemas']['NotificationView']
export type Reminder = components['schemas']['ReminderView']
export type Read = components['schemas']['Read']

const ALL = '/api/v1/notifications'

export const notifications = (cursor?: string): Promise<Notifications> =>
  call(() => api.GET(ALL, { params: { query: cursor === undefined ? {} : { cursor } } }))

/** Reads some, or (`until`) everything up to an instant. */
export const markRead = (body: { items?: Read[], until?: string }) =>
  call(() => api.POST(`${ALL}/read`, { body: { items: body.items ?? [], until: body.until ?? null } }))

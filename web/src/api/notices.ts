/** Channels by which the user is notified outside the page, and the times of these messages. */
import { api, call } from './client'
import type { components } from './schema'

export type NoticeSettings = components['schemas']['NotificationSettings']
export type Times = components['schemas']['TimesBody']
export type Channel = components['schemas']['ChannelView']
export type Offer = components['schemas']['OfferedChannel']
export type Topic = components['schemas']['Topic']
export type NewChannel = components['schemas']['ChannelBody']
export type ChannelChanges = components['schemas']['ChangedChannelBody']
/** A test message, and what became of it. */
export type Tested = components['schemas']['TestView']

const ALL = '/api/v1/notification-settings'
const CHANNELS = `${ALL}/channels` as const
const ONE = `${CHANNELS}/{channel_id}` as const
const at = (id: string) => ({ params: { path: { channel_id: id } } })

export const settings = (): Promise<NoticeSettings> => call(() => api.GET(ALL))

export const saveTimes = (body: Times): Promise<NoticeSettings> => call(() => api.PUT(ALL, { body }))

export const add = (body: NewChannel, key: string): Promise<Channel> =>
  call(() => api.POST(CHANNELS, { body, params: { header: { 'idempotency-key': key } } }))

export const change = (id: string, body: ChannelChanges) => call(() => api.PUT(ONE, { ...at(id), body }))

export const remove = (id: string) => call(() => api.DELETE(ONE, at(id)))

export const test = (id: string, key: string): Promise<Tested> =>
  call(() => api.POST(`${ONE}/tests`, {
    params: { path: { channel_id: id }, header: { 'idempotency-key': key } },
  }))

export const tested = (id: string, test: string): Promise<Tested> =>
  call(() => api.GET(`${ONE}/tests/{test_id}`, { params: { path: { channel_id: id, test_id: test } } }))

/** Reading appointments: typed by the API's own document. */
import { api, call } from './client'
import type { components } from './schema'

export type Appointment = components['schemas']['AppointmentView']
export type Listed = components['schemas']['AppointmentListed']
export type AppointmentEvent = components['schemas']['EventView']
export type Agenda = components['schemas']['Agenda']
export type States = components['schemas']['StatesView']
export type State = components['schemas']['State']
export type Feed = components['schemas']['FeedView']

export type KnownDeclaration = components['schemas']['KnownDeclarationView']

const at = (number: string) => ({ params: { path: { pre_entry_no: number } } })

export const read = (number: string) =>
  call(() => api.GET('/api/v1/appointments/{pre_entry_no}', at(number)))

/** Like `read`, but always in Chinese: the paper form has no other language. */
export const readInChinese = (number: string) =>
  call(() => api.GET('/api/v1/appointments/{pre_entry_no}', { ...at(number), headers: { 'Accept-Language': 'zh-CN' } }))

export const timeline = async (number: string) =>
  (await call(() => api.GET('/api/v1/appointments/{pre_entry_no}/timeline', at(number)))).items

/** Declarations that customs knows of an approved appointment and nobody has fed back; feeds back nothing. */
export const knownDeclarations = async (number: string): Promise<KnownDeclaration[]> =>
  (await call(() => api.GET('/api/v1/appointments/{pre_entry_no}/known-declarations', at(number)))).items

export const agenda = () => call(() => api.GET('/api/v1/appointments/agenda'))

export const states = () => call(() => api.GET('/api/v1/states'))

export const feed = () => call(() => api.GET('/api/v1/calendar-feed'))
export const makeFeed = () => call(() => api.POST('/api/v1/calendar-feed'))
export const endFeed = () => call(() => api.DELETE('/api/v1/calendar-feed'))

/** What the user has set for himself: http-api, preferences. */
import { api, call } from './client'
import type { components } from './schema'

export type Preferences = components['schemas']['PreferencesView']

const ALL = '/api/v1/preferences'

export const read = () => call(() => api.GET(ALL))

export const write = (name: keyof Preferences, value: unknown) => call(() =>
  api.PUT(`${ALL}/{name}`, { params: { path: { name } }, body: { value } }))

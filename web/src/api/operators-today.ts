/** What waits for an operator today. */
import { api, call } from './client'
import type { components } from './schema'

export type Today = components['schemas']['TodayView']
export type Tile = components['schemas']['TileView']

export const today = (): Promise<Today> => call(() => api.GET('/ops/v1/today'))

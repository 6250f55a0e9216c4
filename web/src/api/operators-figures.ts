/** 统计: figures by day or port. */
import { api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']
export type Report = Body['FiguresReport']
export type Figures = Body['FiguresView']
export type Labelled = Body['LabelledFigures']
export interface FiguresQuery { from: string, to: string, port?: string, by: 'day' | 'port' }

export const figures = (query: FiguresQuery): Promise<Report> =>
  call(() => api.GET('/ops/v1/figures', { params: { query } }))

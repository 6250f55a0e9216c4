/** The working calendar, as operators keep it. */
import { api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']
export type Picture = Body['PictureView']
export type Day = Body['DayView']
export type Gaps = Body['GapsView']
export type Years = Body['YearsView']
export type Change = Body['ChangeView']
export type Undone = Body['UndoneView']
export type Edit = Body['CalendarEditBody']
export type Preview = Body['CalendarPreviewView']
export type Consequence = Body['ConsequenceView']
export type Notice = Body['NoticeView']
export type Publication = Body['CalendarYearBody']
export type Undo = Body['UndoBody']

const ROOT = '/ops/v1/calendar'
const YEAR = `${ROOT}/years/{year}` as const
/** Rows of a preview at a time. */
const ROWS = 50

export const picture = (year: number): Promise<Picture> =>
  call(() => api.GET(`${ROOT}/picture`, { params: { query: { year } } }))

/** Every date of a year at one port. */
export const days = async (port: string, year: number): Promise<Day[]> =>
  (await call(() => api.GET('/ops/v1/ports/{port}/calendar', {
    params: { path: { port }, query: { from: `${year}-01-01`, to: `${year}-12-31` } },
  }))).items

export const gaps = (): Promise<Gaps> => call(() => api.GET(`${ROOT}/gaps`))
export const years = (): Promise<Years> => call(() => api.GET(`${ROOT}/years`))

export const changes = (port: string, before?: number): Promise<Body['ChangesView']> =>
  call(() => api.GET(`${ROOT}/changes`, {
    params: { query: { ...port ? { port } : {}, ...before ? { before } : {}, limit: 50 } },
  }))

export const previewEdit = (body: Edit, offset = 0): Promise<Preview> =>
  call(() => api.POST(`${ROOT}/edits/preview`, { body, params: { query: { offset, limit: ROWS } } }))
export const edit = (body: Edit) => call(() => api.POST(`${ROOT}/edits`, { body }))

/** What undoing would do, row by row, and whom that would concern. */
export const previewUndo = (body: Undo, offset = 0): Promise<Body['UndoPreviewView']> =>
  call(() => api.POST(`${ROOT}/undo/preview`, { body, params: { query: { offset, limit: ROWS } } }))
export const undo = (body: Undo) => call(() => api.POST(`${ROOT}/undo`, { body }))

/** Reads a notice; publishes nothing. */
export const readNotice = (year: number, notice: string): Promise<Notice> =>
  call(() => api.POST(`${YEAR}/notice`, { params: { path: { year } }, body: { notice } }))

export const readTable = (year: number, file: File): Promise<Notice> =>
  call(() => {
    const form = new FormData()
    form.append('file', file)
    // The form goes as it is: its parts are not what the document's types can say.
    return api.POST(`${YEAR}/notice-file`, {
      params: { path: { year } }, body: form as never, bodySerializer: () => form,
    })
  })

export const previewYear = (year: number, body: Publication, offset = 0): Promise<Preview> =>
  call(() => api.POST(`${YEAR}/preview`, { params: { path: { year }, query: { offset, limit: ROWS } }, body }))
export const publish = (year: number, body: Publication) =>
  call(() => api.POST(YEAR, { params: { path: { year } }, body }))

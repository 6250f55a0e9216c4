/** Many appointments in one request: http-api.md, batch and import. */
import { answer, api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']
export type Checked = Body['ImportView']
export type Application = Body['CheckedView']
export type CellError = Body['CellError']
export type Cells = Record<keyof Required<Body['CellsBody']>, string>
export type Item = Body['BatchBody']['items'][number]
export type Done = Body['ItemView']
export type ResultRow = Body['ResultRowBody']
export type Format = 'xlsx' | 'csv'

/** Carries out all items; each is answered for itself, in their order. */
export const batch = async (items: Item[], key: string): Promise<Done[]> =>
  (await call(() => api.POST('/api/v1/appointments/batch', {
    params: { header: { 'idempotency-key': key } }, body: { items },
  }))).items

/** Reads and judges a file of applications; changes nothing. */
export const importFile = (file: File): Promise<Checked> =>
  call(() => {
    const form = new FormData()
    form.append('file', file)
    // The form goes as it is: its parts are not what the document's types can say.
    return api.POST('/api/v1/appointments/import', { body: form as never, bodySerializer: () => form })
  })

/** Judges a grid; changes nothing. */
export const importCheck = (rows: { row: number, cells: Cells }[]): Promise<Checked> =>
  call(() => api.POST('/api/v1/appointments/import-check', { body: { rows } }))

export async function template(format: Format): Promise<Blob> {
  const { data } = await answer(() => api.GET('/api/v1/appointments/import-template', {
    params: { query: { format } }, parseAs: 'blob',
  }))
  return data as unknown as Blob
}

export async function resultFile(format: Format, rows: ResultRow[]): Promise<Blob> {
  const { data } = await answer(() => api.POST('/api/v1/appointments/import-result', {
    body: { format, rows }, parseAs: 'blob',
  }))
  return data as unknown as Blob
}

export type Match = Body['MatchView']
export type Numbers = Body['NumbersBody']['items']

/** To which open appointments these declaration numbers may belong; changes nothing. */
export const matchDeclarations = async (items: Numbers): Promise<Match[]> =>
  (await call(() => api.POST('/api/v1/appointments/match-declarations', { body: { items } }))).items

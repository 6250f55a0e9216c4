/** 企业、口岸、税则: their entries, and changes that are proposed, applied and undone. */
import { answer, api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']
export type RegisterName = Body['RegisterView']['name']
export type Register = Body['RegisterView']
export type Entry = Body['EntryView']
export type EntryDetail = Body['EntryDetailView']
export type Change = Body['RegisterChangeView']
export type ChangeEntry = Body['ChangeEntryView']
export type EntryKind = ChangeEntry['kind']

/** One page of a list, and the cursor of the next. */
export interface ListPage<Item> { items: Item[], next_cursor: string | null }

export const registers = async (): Promise<Register[]> => (await call(() => api.GET('/ops/v1/registers'))).items

export const entries = (register: RegisterName, q: string, cursor?: string): Promise<ListPage<Entry>> =>
  call(() => api.GET('/ops/v1/registers/{register}/entries', {
    params: { path: { register }, query: { q, ...cursor ? { cursor } : {} } },
  }))

/** An entry as it was read; its `etag` keeps an edit from undoing one that was made meanwhile. */
export interface SeenEntry { detail: EntryDetail, etag: string }

/** Without data there would have been a `Problem`. */
const seen = ({ data, response }: { data?: EntryDetail | undefined, response: Response }): SeenEntry =>
  ({ detail: data ?? { items: [], changes: [] }, etag: response.headers.get('etag') ?? '' })

export const entry = async (register: RegisterName, code: string): Promise<SeenEntry> =>
  seen(await answer(() => api.GET('/ops/v1/registers/{register}/entries/{code}', {
    params: { path: { register, code } },
  })))

/** Saves one entry, if it still is the one with the `etag`; which fields it has depends on the register. */
export const saveEntry = async (
  register: RegisterName, code: string, values: Record<string, string | null>, etag: string | undefined,
): Promise<SeenEntry> =>
  seen(await answer(() => api.PUT(`/ops/v1/register-entries/${register}/{code}`, {
    params: { path: { code }, header: etag ? { 'if-match': etag } : {} }, body: values as never,
  })))

/** Compares a file with the register; changes nothing. */
export const propose = (register: RegisterName, file: File, replace: boolean): Promise<Change> =>
  call(() => {
    const form = new FormData()
    form.append('file', file)
    return api.POST('/ops/v1/registers/{register}/changes', {
      params: { path: { register }, query: { replace } },
      // The form goes as it is: its parts are not what the document's types can say.
      body: form as never,
      bodySerializer: () => form,
      // A file of 100,000 rows takes longer than a call is waited for; asking again would compare it twice.
      fetch: (request) => fetch(request),
    })
  })

export const history = (register: RegisterName, cursor?: string): Promise<ListPage<Change>> =>
  call(() => api.GET('/ops/v1/registers/{register}/changes', {
    params: { path: { register }, query: cursor ? { cursor } : {} },
  }))

export const change = (register: RegisterName, id: number): Promise<Change> =>
  call(() => api.GET('/ops/v1/registers/{register}/changes/{change_id}', {
    params: { path: { register, change_id: id } },
  }))

export const changeEntries = (
  register: RegisterName, id: number, kind: EntryKind | undefined, cursor?: string,
): Promise<ListPage<ChangeEntry>> =>
  call(() => api.GET('/ops/v1/registers/{register}/changes/{change_id}/entries', {
    params: { path: { register, change_id: id }, query: { ...kind ? { kind } : {}, ...cursor ? { cursor } : {} } },
  }))

export const applyChange = (register: RegisterName, id: number, reason: string): Promise<Change> =>
  call(() => api.POST('/ops/v1/registers/{register}/changes/{change_id}/application', {
    params: { path: { register, change_id: id } }, body: { reason }, fetch: (request) => fetch(request),
  }))

export const proposeUndo = (register: RegisterName, id: number): Promise<Change> =>
  call(() => api.POST('/ops/v1/registers/{register}/changes/{change_id}/undo', {
    params: { path: { register, change_id: id } }, fetch: (request) => fetch(request),
  }))

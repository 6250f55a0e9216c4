/** Who looked at a phone number: appointments that have or had it, and looks at their personal fields. */
import { api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']['PersonalSearchBody']
export type Asked = Omit<Body, 'limit'>
export type Found = components['schemas']['PersonalSearchView']

/** Rows of a page of either list. */
const PAGE = 50

/** The number is in the body alone; the reason is on record before the server answers. */
export async function searchPerson(asked: Asked): Promise<Found> {
  return call(() => api.POST('/ops/v1/personal-search', { body: { ...asked, limit: PAGE } }))
}

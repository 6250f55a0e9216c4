import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { api } from './client'
import { Problem } from './problems'
import { sign, setSigner, type Offer } from './signing'

const offered = (nonce: string) => ({ data: { nonce, statement: 'c3Q=' }, response: new Response() })
const post = vi.spyOn(api, 'POST')

beforeEach(() => void post.mockReset())
afterEach(() => setSigner(() => undefined))

const card = (cms: (offer: Offer) => string, ready = () => Promise.resolve()) =>
  setSigner(() => ({ ready, sign: (offer) => Promise.resolve(cms(offer)) }))

it('asks for nothing in a session that no card has opened', async () => {
  expect(await sign('1', { act: 'submission' }, 'k')).toBeUndefined()
  expect(post).not.toHaveBeenCalled()
})

it('sends the same signature under the same key, and another one under another', async () => {
  post.mockResolvedValueOnce(offered('n1')).mockResolvedValueOnce(offered('n2'))
  card((offer) => `signed ${offer.nonce}`)
  const first = await sign('1', { act: 'submission' }, 'key 1')
  expect(first).toEqual({ nonce: 'n1', cms: 'signed n1' })
  expect(await sign('1', { act: 'submission' }, 'key 1')).toBe(first)
  expect(await sign('1', { act: 'submission' }, 'key 2')).toEqual({ nonce: 'n2', cms: 'signed n2' })
})

it('asks the server for nothing while the card is not there', async () => {
  const removed = new Problem({ status: 0, code: 'card.removed', detail: '', errors: [] })
  card(() => '', () => Promise.reject(removed))
  await expect(sign('1', { act: 'cancellation' }, 'key 3')).rejects.toBe(removed)
  expect(post).not.toHaveBeenCalled()
})

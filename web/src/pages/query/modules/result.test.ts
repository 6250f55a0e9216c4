import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Row } from '@/api/query'
import { placed, useResult } from './result'
import { row } from './rows.fixture'

/** A server with these rows, newest first; `asked` are the addresses it was asked for. */
class Server {
  rows: Row[] = []
  asked: URL[] = []
  hold: Promise<void> | undefined

  answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    this.asked.push(url)
    const rows = [...this.rows]
    await this.hold
    const number = /appointments\/(\d+)$/.exec(url.pathname)?.[1]
    return number ? this.#one(rows, number) : this.#page(rows, url.searchParams)
  }

  #one(rows: Row[], number: string): Response {
    const found = rows.find((each) => each.pre_entry_no === number)
    const problem = { status: 404, code: 'not_found', detail: '', errors: [] }
    const headers = { 'content-type': 'application/problem+json' }
    return found ? Response.json(found) : Response.json(problem, { status: 404, headers })
  }

  #page(rows: Row[], asked: URLSearchParams): Response {
    const number = asked.get('pre_entry_no')
    const states = asked.getAll('state')
    const found = rows.filter((each) =>
      (!number || each.pre_entry_no === number) && (states.length === 0 || states.includes(each.state)))
    const from = Number(asked.get('cursor') ?? 0)
    const to = from + Number(asked.get('limit') ?? 50)
    return Response.json({ items: found.slice(from, to), next_cursor: to < found.length ? String(to) : null })
  }
}

/** What is closed until it is released. */
function gate() {
  const gate = new EventTarget()
  const promise = new Promise<void>((done) => gate.addEventListener('open', () => done()))
  return { promise, release: () => gate.dispatchEvent(new Event('open')) }
}

let server: Server
const numbers = (rows: readonly Row[]) => rows.map((each) => each.pre_entry_no.slice(-3))

beforeEach(() => {
  server = new Server()
  vi.stubGlobal('fetch', server.answer)
})
afterEach(() => vi.unstubAllGlobals())

describe('the result', () => {
  it('comes page by page, each row once', async () => {
    server.rows = Array.from({ length: 230 }, (_, place) => row(230 - place))
    const result = useResult()
    await result.search({ party: 'A' })
    expect(result.rows.value).toHaveLength(100)
    await result.more()
    await result.more()
    expect(new Set(numbers(result.rows.value)).size).toBe(230)
    expect(result.next.value).toBeNull()
  })

  it('is read again as far as it is shown', async () => {
    server.rows = Array.from({ length: 230 }, (_, place) => row(230 - place))
    const result = useResult()
    await result.search({ party: 'A' })
    await result.more()
    await result.refresh()
    expect(result.rows.value).toHaveLength(200)
  })

  it('follows a row that changes, also out of what was asked', async () => {
    server.rows = [row(2), row(1)]
    const result = useResult()
    await result.search({ party: 'A', state: ['draft'] })
    server.rows = [row(2), row(1, { version: 2, state: 'submitted' })]
    await result.follow(new Set([row(1).pre_entry_no]))
    expect(result.rows.value.map((each) => each.state)).toEqual(['draft', 'submitted'])
  })

  it('shows a new row in its place, and only if it is asked for', async () => {
    server.rows = [row(3), row(1)]
    const result = useResult()
    await result.search({ party: 'A', state: ['draft'] })
    server.rows = [row(4, { state: 'submitted' }), row(3), row(2), row(1)]
    await result.follow(new Set([row(4).pre_entry_no, row(2).pre_entry_no]))
    expect(numbers(result.rows.value)).toEqual(['003', '002', '001'])
  })

  it('asks where a new row belongs in another order', async () => {
    server.rows = [row(3), row(1)]
    const result = useResult()
    await result.search({ party: 'A', sort: 'state' })
    server.rows = [row(3), row(1), row(2)]
    await result.follow(new Set([row(2).pre_entry_no]))
    expect(numbers(result.rows.value)).toEqual(['003', '001', '002'])
  })

  it('loses a row that is gone', async () => {
    server.rows = [row(2), row(1)]
    const result = useResult()
    await result.search({ party: 'A' })
    server.rows = [row(1)]
    await result.follow(new Set([row(2).pre_entry_no]))
    expect(numbers(result.rows.value)).toEqual(['001'])
  })

  it('takes no answer to a question that is no longer asked', async () => {
    server.rows = [row(1), row(2, { state: 'submitted' })]
    const result = useResult()
    const { promise, release } = gate()
    server.hold = promise
    const first = result.search({ party: 'A', state: ['draft'] })
    server.hold = undefined
    await result.search({ party: 'A', state: ['submitted'] })
    release()
    await first
    expect(numbers(result.rows.value)).toEqual(['002'])
  })

  it('is not set back by pages that were read before the news', async () => {
    server.rows = [row(1)]
    const result = useResult()
    const { promise, release } = gate()
    server.hold = promise
    const searching = result.search({ party: 'A' })
    await vi.waitFor(() => expect(server.asked).toHaveLength(1))
    server.hold = undefined
    server.rows = [row(1, { version: 2, state: 'submitted' })]
    const following = result.follow(new Set([row(1).pre_entry_no]))
    release()
    await Promise.all([searching, following])
    expect(result.rows.value[0]?.version).toBe(2)
  })
})

describe('placing a row', () => {
  it('never replaces a newer version', () => {
    const shown = [row(1, { version: 3 })]
    expect(placed(shown, row(1, { version: 2 }))).toBe(shown)
  })
})

import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { unreachable } from '@/api/problems'
import { POLL_SECONDS, useLiveUpdates } from './live-updates'

/** The browser's own, as a test pulls its strings. */
class Source extends EventTarget {
  static readonly CLOSED = 2
  static opened: Source[] = []
  readyState = 0

  constructor(readonly address: string) {
    super()
    Source.opened.push(this)
  }

  close(): void {
    this.readyState = Source.CLOSED
  }

  say(event: string, data: object = {}): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }))
  }

  /** As after a refusal: the browser does not come back. */
  giveUp(): void {
    this.readyState = Source.CLOSED
    this.dispatchEvent(new Event('error'))
  }
}

const news = { changed: vi.fn(() => Promise.resolve()), all: vi.fn(() => Promise.resolve()) }
const shownLink = (link: { value: string }) => () => h('p', link.value)
let page: ReturnType<typeof mount>
const last = () => Source.opened.at(-1) ?? new Source('')
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  Source.opened = []
  vi.clearAllMocks()
  page = mount(defineComponent(() => shownLink(useLiveUpdates(news).link)))
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('live updates', () => {
  it('share one stream among all who follow, until the last has gone', async () => {
    const second = { changed: vi.fn(() => Promise.resolve()), all: vi.fn(() => Promise.resolve()) }
    const other = mount(defineComponent(() => shownLink(useLiveUpdates(second).link)))
    expect(Source.opened).toHaveLength(1)
    last().say('ready')
    last().say('changed', { pre_entry_no: '1' })
    await seconds(1)
    for (const each of [news, second]) expect(each.changed).toHaveBeenCalledWith(new Set(['1']))
    expect(other.text()).toBe('live')
    other.unmount()
    expect(last().readyState).not.toBe(Source.CLOSED)
  })

  it('read everything once when the stream is there, for what happened before', async () => {
    last().say('ready')
    await flushPromises()
    expect(news.all).toHaveBeenCalledTimes(1)
    expect(page.text()).toBe('live')
    await seconds(10 * POLL_SECONDS)
    expect(news.all).toHaveBeenCalledTimes(1)
  })

  it('collects what happens at once into one look', async () => {
    last().say('ready')
    for (const pre_entry_no of ['1', '2', '1']) last().say('changed', { pre_entry_no, version: 1, state: 'draft' })
    await seconds(1)
    expect(news.changed.mock.calls).toEqual([[new Set(['1', '2'])]])
  })

  it('read everything when anything may have changed', async () => {
    last().say('ready')
    last().say('reload')
    await flushPromises()
    expect(news.all).toHaveBeenCalledTimes(2)
  })

  it('are read now and then while there is no stream', async () => {
    await seconds(2 * POLL_SECONDS)
    expect(news.all).toHaveBeenCalledTimes(2)
    expect(page.text()).toBe('polling')
  })

  it('say so when nobody answers, and come back', async () => {
    news.all.mockRejectedValueOnce(unreachable('x'))
    await seconds(POLL_SECONDS)
    expect(page.text()).toBe('lost')
    last().say('ready')
    await flushPromises()
    expect(page.text()).toBe('live')
  })

  it('listen again after a refusal as soon as the server answers', async () => {
    last().giveUp()
    await seconds(POLL_SECONDS)
    expect(Source.opened).toHaveLength(2)
    last().say('ready')
    await flushPromises()
    expect(page.text()).toBe('live')
  })

  it('stop while nobody looks, and go on afterwards', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(last().readyState).toBe(Source.CLOSED)
    await seconds(5 * POLL_SECONDS)
    expect(news.all).not.toHaveBeenCalled()
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(Source.opened).toHaveLength(2)
  })

  it('end with the page', () => {
    const source = last()
    page.unmount()
    expect(source.readyState).toBe(Source.CLOSED)
  })
})

import { beforeEach, expect, it, vi } from 'vitest'

const read = vi.fn<() => Promise<unknown>>()
const write = vi.fn<(name: string, value: unknown) => Promise<unknown>>()
vi.mock('@/api/preferences', () => ({
  read: () => read(),
  write: (name: string, value: unknown) => write(name, value),
}))

/** A page that was just loaded. */
async function fresh() {
  vi.resetModules()
  const { Problem, unreachable } = await import('@/api/problems')
  return { ...(await import('./preferences')).usePreferences(), Problem, unreachable }
}

beforeEach(() => {
  read.mockReset().mockResolvedValue({ theme: 'dark' })
  write.mockReset().mockResolvedValue({})
})

it('is read once, and what was never set has its default', async () => {
  const { values, load } = await fresh()
  await Promise.all([load(), load()])
  expect(read).toHaveBeenCalledTimes(1)
  expect(values.value).toMatchObject({ theme: 'dark', favourite_ports: [] })
})

it('is asked again after it could not be read', async () => {
  const { values, load, Problem, unreachable } = await fresh()
  read.mockRejectedValueOnce(unreachable(''))
  await expect(load()).rejects.toThrow(Problem)
  await load()
  expect(values.value.theme).toBe('dark')
})

it('shows a change at once, also one that was made before the answer came', async () => {
  const { values, load, set } = await fresh()
  const loading = load()
  void set('favourite_ports', ['2233'])
  expect(values.value.favourite_ports).toEqual(['2233'])
  await loading
  expect(values.value).toMatchObject({ theme: 'dark', favourite_ports: ['2233'] })
})

it('saves in the order in which it was changed', async () => {
  const { set } = await fresh()
  let answer: (found: unknown) => void = () => undefined
  write.mockReturnValueOnce(new Promise((done) => {
    answer = done
  }))
  const both = [set('theme', 'dark'), set('theme', 'light')]
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1))
  answer({})
  await Promise.all(both)
  expect(write.mock.calls).toEqual([['theme', 'dark'], ['theme', 'light']])
})

it('asks again while the outcome is unknown', async () => {
  vi.useFakeTimers()
  const { set, unreachable } = await fresh()
  write.mockRejectedValueOnce(unreachable(''))
  const saved = set('theme', 'light')
  await vi.advanceTimersByTimeAsync(10_000)
  await saved
  vi.useRealTimers()
  expect(write).toHaveBeenCalledTimes(2)
})

it('shows what the server has when a change is refused', async () => {
  const { values, set, Problem } = await fresh()
  write.mockRejectedValueOnce(new Problem({ status: 422, code: 'validation.failed', detail: '', errors: [] }))
  await expect(set('theme', 'light')).rejects.toThrow(Problem)
  expect(values.value.theme).toBe('dark')
})

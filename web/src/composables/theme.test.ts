import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  localStorage.clear()
  vi.resetModules()
})

const shown = () => document.documentElement.dataset.theme

it('follows the system until the user chooses', async () => {
  const { theme } = await import('./theme')
  expect([theme.value, shown()]).toEqual(['system', undefined])
})

it('comes back as it was chosen in this browser', async () => {
  const { dress } = await import('./theme')
  dress('dark')
  vi.resetModules()
  const { theme } = await import('./theme')
  expect([theme.value, shown()]).toEqual(['dark', 'dark'])
})

it('knows nothing but its three themes', async () => {
  localStorage.setItem('yuyue.theme', 'purple')
  const { theme, after } = await import('./theme')
  expect(theme.value).toBe('system')
  expect([after('system'), after('light'), after('dark')]).toEqual(['light', 'dark', 'system'])
})

import { afterEach, expect, it, vi } from 'vitest'

const saved = { theme: 'system' }
const user = { kind: 'enterprise', change_password: false }
const principal: { value: typeof user | undefined } = { value: undefined }
vi.mock('./session', () => ({ useSession: () => ({ principal }) }))
vi.mock('./preferences', () => ({
  usePreferences: () => ({
    load: () => Promise.resolve(),
    of: () => ({ value: saved.theme }),
    set: (_: string, value: string) => Promise.resolve(saved.theme = value),
  }),
}))

afterEach(() => {
  saved.theme = 'system'
  principal.value = undefined
  localStorage.clear()
  vi.resetModules()
})

const shown = () => document.documentElement.dataset.theme

it('follows the system until the user chooses', async () => {
  const { installTheme, theme } = await import('./theme')
  installTheme()
  expect([theme.value, shown()]).toEqual(['system', undefined])
})

it('comes back as it was chosen in this browser', async () => {
  const { applyTheme } = await import('./theme')
  applyTheme('dark')
  vi.resetModules()
  const { installTheme, theme } = await import('./theme')
  installTheme()
  expect([theme.value, shown()]).toEqual(['dark', 'dark'])
})

it('knows nothing but its three themes', async () => {
  localStorage.setItem('yuyue.theme', 'purple')
  const { nextTheme, installTheme, theme } = await import('./theme')
  installTheme()
  expect(theme.value).toBe('system')
  expect([nextTheme('system'), nextTheme('light'), nextTheme('dark')]).toEqual(['light', 'dark', 'system'])
})

it.each(['system', 'light'])('is the one that the user has saved, %s, not the one this browser showed', async (own) => {
  const { applyTheme, theme, useTheme } = await import('./theme')
  applyTheme('dark')
  saved.theme = own
  principal.value = user
  await useTheme().load()
  expect(theme.value).toBe(own)
  expect(localStorage.getItem('yuyue.theme')).toBe(own)
})

it('becomes the own one of who chose it before logging in, once', async () => {
  const { applyTheme, theme, useTheme } = await import('./theme')
  const { load, step } = useTheme()
  await step()
  expect([theme.value, saved.theme]).toEqual(['light', 'system'])
  principal.value = user
  await load()
  expect([theme.value, saved.theme]).toEqual(['light', 'light'])
  applyTheme('dark')
  await load()
  expect(theme.value).toBe('light')
})

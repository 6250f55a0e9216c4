/** 外观: light, dark, or as the computer is set. It stays in this browser, so that the login page has it too. */
import { readonly, ref } from 'vue'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = typeof THEMES[number]

const STORED = 'yuyue.theme'

const current = ref<Theme>('system')

export const theme = readonly(current)

/** Shows the page in a theme, from now on. */
export function dress(wanted: Theme): void {
  current.value = wanted
  localStorage.setItem(STORED, wanted)
  if (wanted === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = wanted
}

/** The theme after this one, for a button that steps through them. */
export function after(now: Theme): Theme {
  return THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system'
}

export function isTheme(word: unknown): word is Theme {
  return THEMES.some((each) => each === word)
}

const stored = localStorage.getItem(STORED)
dress(isTheme(stored) ? stored : 'system')

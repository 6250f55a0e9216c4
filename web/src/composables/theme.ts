/** 外观: light, dark, or as the computer is set. It stays in this browser, so that the login page has it too. */
import { readonly, ref } from 'vue'
import { usePreferences } from './preferences'
import { useSession } from './session'

const THEMES = ['system', 'light', 'dark'] as const
export type Theme = typeof THEMES[number]

const STORED = 'yuyue.theme'

const current = ref<Theme>('system')
/** Chosen while nobody was logged in; it becomes the choice of the user who logs in next. */
let isUnsaved = false

export const theme = readonly(current)

/** Shows the page in a theme, from now on. */
export function applyTheme(wanted: Theme): void {
  current.value = wanted
  localStorage.setItem(STORED, wanted)
  if (wanted === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = wanted
}

/** The theme of the user who is logged in, which is kept on the server for all computers. */
export function useTheme() {
  const { principal } = useSession()
  const preferences = usePreferences()
  const isKept = () => principal.value?.kind === 'enterprise' && !principal.value.change_password

  /** What the user has saved wins over what this browser showed, "system" too. */
  async function load(): Promise<void> {
    if (!isKept()) return
    await preferences.load()
    if (isUnsaved) await save()
    else applyTheme(preferences.of('theme').value)
  }

  async function step(): Promise<void> {
    applyTheme(nextTheme(current.value))
    isUnsaved = true
    if (isKept()) await save()
  }

  async function save(): Promise<void> {
    isUnsaved = false
    await preferences.set('theme', current.value)
  }

  return { load, step }
}

/** The theme after this one, for a button that steps through them. */
export function nextTheme(now: Theme): Theme {
  return THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system'
}

function isTheme(word: unknown): word is Theme {
  return THEMES.some((each) => each === word)
}

/** Shows the theme that this browser had last. Called once, from main.ts. */
export function installTheme(): void {
  const stored = localStorage.getItem(STORED)
  applyTheme(isTheme(stored) ? stored : 'system')
}

/** The texts of the frame around every page: the banner, the menu, the appearance. */

export const zh = {
  'theme.title': '外观：{theme}',
  'theme.system': '跟随系统',
  'theme.light': '浅色',
  'theme.dark': '深色',
} as const

export const en: Record<keyof typeof zh, string> = {
  'theme.title': 'Appearance: {theme}',
  'theme.system': 'same as system',
  'theme.light': 'light',
  'theme.dark': 'dark',
}

/**
 * What is typed but not saved, kept over a reload in this tab alone (`sessionStorage`), for one user.
 * Contents are personal: logging out forgets all of it, and so does closing the tab.
 */

const PREFIX = 'yuyue.kept.'

export function saveInput(name: string, value: unknown): void {
  sessionStorage.setItem(PREFIX + name, JSON.stringify(value))
}

export function savedInput(name: string): unknown {
  const text = sessionStorage.getItem(PREFIX + name)
  return text === null ? undefined : JSON.parse(text)
}

export function dropInput(name: string): void {
  sessionStorage.removeItem(PREFIX + name)
}

export function dropAllInput(): void {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(PREFIX)) sessionStorage.removeItem(name)
  }
}

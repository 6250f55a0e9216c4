/** The path of each page. They are listed in pages.json, which the server reads too. */
import paths from './pages.json'

export { paths }

/** Returns the path of a page about one appointment. */
export function pathOf(page: 'application' | 'progress' | 'print', number: string): string {
  return paths[page].replace(':number', number)
}

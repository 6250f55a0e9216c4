/** An appointment as rows of a table, under the names that differences use. */
import type { View } from '@/api/operators-story'
import { t } from '@/i18n/operators/story'

export interface Field {
  path: string
  text: string
}

/** Returns the name of a field as people call it: `content.goods[0].name` is 商品 1 名称. */
export function fieldName(path: string): string {
  return path.replace(/^content\./, '').split('.').flatMap((part) => {
    const [, name = '', place] = /^(\w+?)(?:\[(\d+)\])?$/.exec(part) ?? []
    const key = `path.${name}`
    const known = key in t.texts.zh ? t(key as Parameters<typeof t>[0]) : name
    return [known, place === undefined ? '' : String(Number(place) + 1)]
  }).filter(Boolean).join(' ')
}

/** What says nothing of the appointment itself, or is the caller's. */
const LEFT_OUT = new Set([
  'state_code', 'state_label', 'notices', 'permitted_actions', 'blocked_by', 'created_by', 'submitted_by', 'version',
  'updated_at', 'goods',
])

/** Returns each field that has a value; one named in `sealed` says so instead. */
export function fieldsOf(view: View, sealed: readonly string[]): Field[] {
  const hidden = new Set(sealed)
  const known = Object.entries(view).filter(([name]) => !LEFT_OUT.has(name))
    .flatMap(([name, value]) => [...leaves(value, name)])
    .filter(({ path, text }) => text !== '' && !hidden.has(path))
  const masked = sealed.filter((path) => known.every((each) => each.path !== path))
  return [...known, ...masked.map((path) => ({ path, text: t('detail.sealed') }))]
}

function* leaves(value: unknown, path: string): Generator<Field> {
  if (Array.isArray(value)) {
    for (const [place, inner] of value.entries()) yield* leaves(inner, `${path}[${place}]`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`)
  } else if (value != null) {
    yield { path, text: typeof value === 'string' ? value : JSON.stringify(value) }
  }
}

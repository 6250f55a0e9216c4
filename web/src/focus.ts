/**
 * Where the cursor goes: the one module that searches the document for fields (eslint.config.js).
 *
 * A page marks its fields with `data-field` and the name of the field; Element Plus marks a wrong one with `is-error`.
 */

/** Fields that Tab stops at and that take text or a choice. */
export const FIELDS = [
  'input:not([type=hidden], [type=file], [type=checkbox], [tabindex="-1"], :disabled, [readonly]:not([role=combobox]))',
  'textarea:not(:disabled, [readonly])',
].join(', ')
const SCOPES = '[role=dialog], main'
/** A field that is wrong, or the button of a row that is. */
const WRONG = '.is-error input:not(:disabled), .is-error textarea:not(:disabled), .is-error button'

/** Puts the cursor into the first field inside. */
export function focusFirst(inside: ParentNode): void {
  fieldsOf(inside)[0]?.focus()
}

/** Puts the cursor into the field that follows after all of these, if there is one. */
export function focusAfter(inside: HTMLElement): void {
  const last = fieldsOf(inside).at(-1)
  if (last) step(last, 1)
}

/** Puts the cursor into the field with this name, or into the first wrong one. */
export function focusFault(inside: ParentNode, field = ''): void {
  const root = field.split(/[[.]/)[0] ?? ''
  const place = root ? inside.querySelector(`[data-field="${root}"]`) : null
  const target = place?.querySelector<HTMLElement>('input, textarea') ?? inside.querySelector<HTMLElement>(WRONG)
  target?.focus()
}

/** Puts the cursor into the next wrong cell of a table of fields; after the last one comes the first. */
export function focusNextFault(inside: ParentNode): void {
  const cells = [...inside.querySelectorAll<HTMLElement>('input[aria-invalid=true]')]
  const here = cells.indexOf(document.activeElement as HTMLElement)
  cells[(here + 1) % cells.length]?.focus()
}

/** Moves the cursor to the field before or after this one, in the same dialog or page. */
export function step(field: HTMLElement, by: 1 | -1): void {
  const scope = field.closest(SCOPES) ?? field.ownerDocument
  const fields = fieldsOf(scope)
  const next = fields[fields.indexOf(field) + by]
  if (next) focus(next)
}

/** Returns the fields inside in their order, one for each group of radio buttons. */
export function fieldsOf(inside: ParentNode): HTMLElement[] {
  const all = visible(inside, FIELDS)
  return all.filter((each) => tabStop(all, each) === each)
}

/** Of a group of radio buttons the chosen one, or the first, is the one that Tab stops at. */
function tabStop(all: HTMLElement[], field: HTMLElement): HTMLElement | undefined {
  const group = all.filter((each) => isOfGroup(each, field))
  return group.find((each) => (each as HTMLInputElement).checked) ?? group[0] ?? field
}

export function isOfGroup(one: HTMLElement, other: HTMLElement): boolean {
  return isRadio(one) && isRadio(other) && one.name === other.name
}

export function isRadio(field: HTMLElement): field is HTMLInputElement {
  return field instanceof HTMLInputElement && field.type === 'radio'
}

/** Returns what the selector matches inside, without what is hidden. */
export function visible<E extends HTMLElement>(inside: ParentNode, selector: string): E[] {
  return [...inside.querySelectorAll<E>(selector)].filter((each) => each.checkVisibility())
}

/** Focuses a field and selects its text. */
export function focus(field: HTMLElement): void {
  field.focus()
  // What is there is replaced by what is typed, as Tab does it.
  if (field instanceof HTMLInputElement && field.type !== 'radio') field.select()
}

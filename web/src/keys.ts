/**
 * Every keyboard rule of the page (使用须知, 关于键盘操作): one listener that sees each key before a component does.
 *
 * A page only marks its elements:
 *   data-area   an area of the form; Ctrl+End steps through them
 *   data-row    fields of which Enter in the last one clicks the button marked data-push
 *   data-key    "save", "remove" or "print": the button of Alt+S, Alt+R, Alt+P
 *   data-next   where Enter goes from the last field of all
 * A closed list hears `clear-field` when Backspace is to clear it.
 */

export const CLEAR = 'clear-field'

/** What the help page lists: the keys, and the message that tells what they do. */
export const RULES = [
  { keys: ['Tab'], does: 'tab' },
  { keys: ['Enter'], does: 'enter' },
  { keys: ['Shift+Enter'], does: 'back' },
  { keys: ['↑', '↓'], does: 'arrows' },
  { keys: ['Space'], does: 'space' },
  { keys: ['Backspace'], does: 'backspace' },
  { keys: ['Ctrl+End'], does: 'area' },
  { keys: ['Alt+S'], does: 'save' },
  { keys: ['Alt+R'], does: 'remove' },
  { keys: ['Alt+P'], does: 'print' },
  { keys: ['Ctrl+Enter'], does: 'line' },
] as const

const ACTS: Record<string, string> = { KeyS: 'save', KeyR: 'remove', KeyP: 'print' }
const FIELDS = [
  'input:not([type=hidden], [type=file], [type=checkbox], [tabindex="-1"], :disabled, [readonly]:not([role=combobox]))',
  'textarea:not(:disabled, [readonly])',
].join(', ')
const SCOPES = '[role=dialog], main'

/** Starts listening; the answer stops it. */
export function install(page: Document): () => void {
  page.addEventListener('keydown', onKey, { capture: true })
  return () => page.removeEventListener('keydown', onKey, { capture: true })
}

/** Puts the cursor into the first field inside. */
export function focusFirst(inside: ParentNode): void {
  fieldsOf(inside)[0]?.focus()
}

function onKey(event: KeyboardEvent): void {
  // A pinyin input method uses Enter, Space and Backspace for itself.
  if (event.isComposing || event.key === 'Process') return
  const rule = ruleOf(event)
  if (rule?.(event)) {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
}

/** True when the key was ours, and nobody else is to see it. */
type Rule = (event: KeyboardEvent) => boolean

function ruleOf(event: KeyboardEvent): Rule | undefined {
  if (event.altKey && !event.ctrlKey && event.code in ACTS) return act
  if (event.altKey || event.metaKey) return undefined
  if (event.ctrlKey) return { End: nextArea, Enter: breakLine }[event.key]
  return { Enter: event.shiftKey ? back : enter, ' ': openList, Backspace: clearList }[event.key]
}

function act(event: KeyboardEvent): boolean {
  const marked = `[data-key=${ACTS[event.code] ?? ''}]`
  const button = visible<HTMLButtonElement>(scopeOf(event), marked)[0]
  if (button && !button.disabled) button.click()
  return button !== undefined
}

function enter(event: KeyboardEvent): boolean {
  const field = fieldOf(event)
  if (!field || isOpen(field)) return false
  const row = field.closest('[data-row]')
  const inRow = row ? fieldsOf(row) : []
  if (row && inRow.at(-1) === field) row.querySelector<HTMLElement>('[data-push]')?.click()
  else step(field, 1)
  return true
}

function back(event: KeyboardEvent): boolean {
  const field = fieldOf(event)
  if (field) step(field, -1)
  return field !== undefined
}

function step(field: HTMLElement, by: 1 | -1): void {
  const scope = field.closest(SCOPES) ?? field.ownerDocument
  const fields = fieldsOf(scope)
  const next = fields[fields.indexOf(field) + by]
  if (next) focus(next)
  else if (by === 1) visible(scope, '[data-next]')[0]?.focus()
}

function nextArea(event: KeyboardEvent): boolean {
  const areas = visible(scopeOf(event), '[data-area]').filter((area) => fieldsOf(area).length > 0)
  const here = areas.findIndex((area) => area.contains(event.target as Node))
  const next = areas[(here + 1) % areas.length]
  if (next) focusFirst(next)
  return next !== undefined
}

function breakLine(event: KeyboardEvent): boolean {
  const field = event.target
  if (!(field instanceof HTMLTextAreaElement)) return false
  field.setRangeText('\n', field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
  return true
}

function openList(event: KeyboardEvent): boolean {
  const field = closedList(event)
  field?.click()
  return field !== undefined
}

function clearList(event: KeyboardEvent): boolean {
  const field = closedList(event)
  return field?.dispatchEvent(new CustomEvent(CLEAR, { bubbles: true })) ?? false
}

/** A closed list with nothing typed into it, if the key goes to one. */
function closedList(event: KeyboardEvent): HTMLInputElement | undefined {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || field.getAttribute('role') !== 'combobox') return undefined
  return isOpen(field) || (field.value !== '' && !field.readOnly) ? undefined : field
}

function isOpen(field: HTMLElement): boolean {
  return field.getAttribute('aria-expanded') === 'true'
}

/** The field the key goes to; a radio button stands for its whole group. */
function fieldOf(event: KeyboardEvent): HTMLElement | undefined {
  const field = event.target
  if (!(field instanceof HTMLElement) || !field.matches(FIELDS)) return undefined
  return fieldsOf(scopeOf(event)).find((each) => each === field || isOfGroup(each, field))
}

function fieldsOf(inside: ParentNode): HTMLElement[] {
  const all = visible(inside, FIELDS)
  return all.filter((each) => tabStop(all, each) === each)
}

/** Of a group of radio buttons the chosen one, or the first, is the one that Tab stops at. */
function tabStop(all: HTMLElement[], field: HTMLElement): HTMLElement | undefined {
  const group = all.filter((each) => isOfGroup(each, field))
  return group.find((each) => (each as HTMLInputElement).checked) ?? group[0] ?? field
}

function isOfGroup(one: HTMLElement, other: HTMLElement): boolean {
  return isRadio(one) && isRadio(other) && one.name === other.name
}

function isRadio(field: HTMLElement): field is HTMLInputElement {
  return field instanceof HTMLInputElement && field.type === 'radio'
}

/** An open dialog keeps its keys to itself. */
function scopeOf(event: KeyboardEvent): ParentNode {
  const page = (event.target as Node).ownerDocument ?? document
  return visible(page, '[role=dialog][aria-modal=true]').at(-1) ?? page
}

function visible<E extends HTMLElement>(inside: ParentNode, selector: string): E[] {
  return [...inside.querySelectorAll<E>(selector)].filter((each) => each.checkVisibility())
}

function focus(field: HTMLElement): void {
  field.focus()
  // What is there is replaced by what is typed, as Tab does it.
  if (field instanceof HTMLInputElement && field.type !== 'radio') field.select()
}

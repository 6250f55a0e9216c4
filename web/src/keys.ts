/**
 * Every keyboard rule of the page (使用须知, 关于键盘操作): one listener that sees each key before a component does.
 *
 * A page only marks its elements:
 *   data-area   an area of the form; Ctrl+End steps through them
 *   data-row    fields of which Enter in the last one, or in one marked data-pushes, clicks the button marked data-push
 *   data-grid   a table of fields; Enter and the arrows go up and down in a column of its rows, data-line
 *   data-key    "save", "declare", "cancel", "remove", "print", "progress", "notifications" or "confirm": the button of
 *               Alt+S, Alt+D, Alt+Q, Alt+R, Alt+P, Alt+G, Alt+N, Alt+Y; "help" of F1 and ?; "template",
 *               "keep-template", "copy" and "clear" of Alt+M, Alt+T, Alt+C, Alt+X
 *   data-open   "true" or "false" on a text box with a list of its own: whether that is open
 *   data-item   a row with a button of its own for a key, which counts while the cursor is in the row
 * A closed list hears `clear-field` when Backspace is to clear it. A question, which is a dialog with a button marked
 * "confirm", hears `typed-on` when somebody types text at it, who has not seen it yet.
 *
 * A key that is held down acts once, and none acts while an input method composes (`accidents.ts`).
 */
import { actBegins, composes, isStrayRelease, pressed } from './accidental-input'
import { fieldsOf, FIELDS, focus, focusFirst, isOfGroup, isRadio, step, visible } from './focus'

export const CLEAR = 'clear-field'
export const TYPED_ON = 'typed-on'

/** What the help page lists, group by group: the keys, and the message that tells what they do. */
export const GROUPS = [
  {
    of: 'fields',
    rules: [
      { keys: ['Tab'], does: 'tab' },
      { keys: ['Enter'], does: 'enter' },
      { keys: ['Shift+Enter'], does: 'back' },
      { keys: ['Ctrl+Enter'], does: 'onward' },
      { keys: ['Ctrl+End'], does: 'area' },
      { keys: ['Backspace'], does: 'backspace' },
    ],
  },
  {
    of: 'lists',
    rules: [
      { keys: ['↑', '↓'], does: 'arrows' },
      { keys: ['Space'], does: 'space' },
      { keys: ['↑', '↓', 'Enter'], does: 'grid' },
      { keys: ['*'], does: 'star' },
      { keys: ['↑', '↓', 'Home', 'End'], does: 'rows' },
      { keys: ['Enter', 'Space'], does: 'row' },
    ],
  },
  {
    of: 'calendar',
    rules: [
      { keys: ['Alt+↓'], does: 'calendar' },
      { keys: ['←', '→', '↑', '↓'], does: 'days' },
      { keys: ['Page Up', 'Page Down'], does: 'months' },
      { keys: ['Shift+Page Up', 'Shift+Page Down'], does: 'years' },
      { keys: ['Home', 'End'], does: 'week' },
    ],
  },
  {
    of: 'acts',
    rules: [
      { keys: ['Alt+S'], does: 'save' },
      { keys: ['Alt+D'], does: 'declare' },
      { keys: ['Alt+Q'], does: 'cancel' },
      { keys: ['Alt+R'], does: 'remove' },
      { keys: ['Alt+C'], does: 'copy' },
      { keys: ['Alt+M'], does: 'template' },
      { keys: ['Alt+T'], does: 'keep-template' },
      { keys: ['Alt+X'], does: 'clear' },
      { keys: ['Alt+P'], does: 'print' },
      { keys: ['Alt+G'], does: 'progress' },
      { keys: ['Alt+N'], does: 'notifications' },
    ],
  },
  {
    of: 'asked',
    rules: [
      { keys: ['Alt+Y'], does: 'confirm' },
      { keys: ['Esc'], does: 'escape' },
      { keys: ['F1', '?'], does: 'help' },
    ],
  },
] as const

const ACTS: Record<string, string> = {
  KeyS: 'save', KeyD: 'declare', KeyQ: 'cancel', KeyR: 'remove', KeyP: 'print', KeyG: 'progress',
  KeyN: 'notifications', KeyY: 'confirm', KeyM: 'template', KeyT: 'keep-template', KeyC: 'copy', KeyX: 'clear',
}

/** Starts listening; the answer stops it. */
export function install(page: Document): () => void {
  const stop = new AbortController()
  const options = { capture: true, signal: stop.signal }
  page.addEventListener('keydown', onKey, options)
  page.addEventListener('keyup', onRelease, options)
  return () => stop.abort()
}

function onKey(event: KeyboardEvent): void {
  pressed(event)
  // A pinyin input method uses Enter, Space and Backspace for itself: no component is to see them.
  if (composes(event)) event.stopImmediatePropagation()
  else if (isHeld(event) || (ruleOf(event) ?? typedOn)(event)) keep(event)
}

function onRelease(event: KeyboardEvent): void {
  if (isStrayRelease(event)) keep(event)
}

function keep(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** A key that is still down would do again what it has done; in a text it writes on. */
function isHeld(event: KeyboardEvent): boolean {
  if (!event.repeat || writes(event)) return false
  return event.key === 'Escape' || ruleOf(event) !== undefined
}

function writes(event: KeyboardEvent): boolean {
  const field = event.target
  if (event.altKey || event.ctrlKey || event.metaKey) return false
  if (field instanceof HTMLTextAreaElement) return true
  return field instanceof HTMLInputElement && field.matches(FIELDS) && !isRadio(field) && event.key !== 'Enter'
    && !closedList(event)
}

/** True when the key was ours, and nobody else is to see it. */
type Rule = (event: KeyboardEvent) => boolean

function ruleOf(event: KeyboardEvent): Rule | undefined {
  if (event.altKey && !event.ctrlKey && event.code in ACTS) return act
  if (event.key === 'F1' || (event.key === '?' && !isText(event.target))) return help
  if (event.altKey || event.metaKey) return undefined
  if (event.ctrlKey) return { End: nextArea, Enter: onward }[event.key]
  return gridRule(event) ?? { Enter: event.shiftKey ? back : enter, ' ': openList, Backspace: clearList }[event.key]
}

function act(event: KeyboardEvent): boolean {
  const marked = `[data-key=${ACTS[event.code] ?? ''}]`
  const row = (event.target as Element).closest('[data-item]')
  const inRow = row ? visible<HTMLButtonElement>(row, marked) : []
  const button = [...inRow, ...visible<HTMLButtonElement>(scopeOf(event), marked)][0]
  if (button && !button.disabled) {
    actBegins()
    button.click()
  }
  return button !== undefined
}

/** A question keeps the page's keys to itself; there is no help behind it. */
function help(event: KeyboardEvent): boolean {
  const [button] = visible(scopeOf(event), '[data-key=help]')
  button?.click()
  return button !== undefined
}

function isText(field: EventTarget | null): boolean {
  return field instanceof HTMLElement && field.matches('input, textarea, [contenteditable]')
}

/**
 * Letters and digits at a question are meant for the field that had the cursor before it opened; in a field of the
 * question they are meant for it.
 */
function typedOn(event: KeyboardEvent): boolean {
  if (event.key.length !== 1 || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return false
  const scope = scopeOf(event)
  if (scope instanceof Element && scope.contains(event.target as Node) && isText(event.target)) return false
  const [confirm] = visible(scope, '[role=dialog] [data-key=confirm]')
  return confirm?.dispatchEvent(new CustomEvent(TYPED_ON, { bubbles: true })) ?? false
}

function enter(event: KeyboardEvent): boolean {
  const field = fieldOf(event)
  // In a text of many lines it is a new line.
  if (!field || isOpen(field) || field instanceof HTMLTextAreaElement) return false
  const row = field.closest('[data-row]')
  const pushes = row && (field.matches('[data-pushes]') || fieldsOf(row).at(-1) === field)
  if (pushes) visible(row, '[data-push]')[0]?.click()
  else step(field, 1)
  return true
}

/** In a table of fields. */
function gridRule(event: KeyboardEvent): Rule | undefined {
  if (!(event.target instanceof HTMLInputElement) || !event.target.closest('[data-grid]')) return undefined
  const by = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key]
  return by === undefined ? undefined : () => stepInColumn(event.target as HTMLElement, by)
}

function stepInColumn(field: HTMLElement, by: number): boolean {
  const line = field.closest('[data-line]')
  const lines = visible(field.closest('[data-grid]') ?? document, '[data-line]')
  const next = lines[lines.indexOf(line as HTMLElement) + by]
  const target = line && next && fieldsOf(next)[fieldsOf(line).indexOf(field)]
  if (target) focus(target)
  return true
}

/** Out of a text of many lines, where Enter alone stays. */
function onward(event: KeyboardEvent): boolean {
  const field = event.target
  if (field instanceof HTMLTextAreaElement) step(field, 1)
  return field instanceof HTMLTextAreaElement
}

function back(event: KeyboardEvent): boolean {
  const field = fieldOf(event)
  if (field) step(field, -1)
  return field !== undefined
}

function nextArea(event: KeyboardEvent): boolean {
  const areas = visible(scopeOf(event), '[data-area]').filter((area) => fieldsOf(area).length > 0)
  const here = areas.findIndex((area) => area.contains(event.target as Node))
  const next = areas[(here + 1) % areas.length]
  if (next) focusFirst(next)
  return next !== undefined
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

/** A closed list with nothing typed into it, if the key belongs to one. */
function closedList(event: KeyboardEvent): HTMLInputElement | undefined {
  const field = event.target
  if (!(field instanceof HTMLInputElement) || field.getAttribute('role') !== 'combobox') return undefined
  return isOpen(field) || (field.value !== '' && !field.readOnly) ? undefined : field
}

/** Of a combobox, or of a text box that shows by itself whether its list is open (data-open). */
function isOpen(field: HTMLElement): boolean {
  return field.getAttribute('aria-expanded') === 'true' || field.dataset.open === 'true'
}

/** The field the key goes to; for a radio button, the one of its group that Tab stops at. */
function fieldOf(event: KeyboardEvent): HTMLElement | undefined {
  const field = event.target
  if (!(field instanceof HTMLElement) || !field.matches(FIELDS)) return undefined
  return fieldsOf(scopeOf(event)).find((each) => each === field || isOfGroup(each, field))
}

/** An open dialog keeps its keys to itself. */
function scopeOf(event: KeyboardEvent): ParentNode {
  const page = (event.target as Node).ownerDocument ?? document
  return visible(page, '[role=dialog][aria-modal=true]').at(-1) ?? page
}

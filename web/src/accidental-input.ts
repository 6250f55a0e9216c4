/**
 * Input by accident, as opposed to what is meant: a key that is held, an input method that composes, the second
 * click of a double click, typing that goes on while the server is slow. None of these may start or confirm an act.
 */

/** The slowest double click that Windows can be set to, and how far a hand slips in it. */
const DOUBLE_MS = 900
const SLIP_PX = 8
const PRESSABLE = 'button, a[href], summary, input[type=checkbox], input[type=radio], [role=button]'
const TEXT = 'textarea, input:not([type=file], [type=checkbox], [type=radio])'

/** Where each key that is down was pressed. */
const down = new Map<string, EventTarget | null>()
let clicked: { x: number, y: number, at: number, dialog: Element | null } | undefined
let typing = false

/** Starts watching the mouse and what is typed; the answer stops it. Keys are reported by `keys.ts`. */
export function watchHands(page: Document): () => void {
  const stop = new AbortController()
  const options = { capture: true, signal: stop.signal }
  page.addEventListener('mousedown', onMouseDown, options)
  page.addEventListener('click', onClick, options)
  page.addEventListener('input', onInput, options)
  page.defaultView?.addEventListener('blur', () => down.clear(), { signal: stop.signal })
  return () => stop.abort()
}

/** Whether something was typed into a text after the last act was asked for: the hands are elsewhere by now. */
export function isTyping(): boolean {
  return typing
}

/** The user asks for an act, by a button or a key. */
export function actBegins(): void {
  typing = false
}

/** The key belongs to an input method: 229 is all that Safari says of the Enter that ends a composition. */
export function composes(event: KeyboardEvent): boolean {
  return event.isComposing || event.key === 'Process' || Reflect.get(event, 'keyCode') === 229
}

/** Notes a key that goes down. */
export function pressed(event: KeyboardEvent): void {
  if (!event.repeat) down.set(event.code, event.target)
}

/** Notes a key that comes up; whether it would press what has taken the focus since the key went down. */
export function isStrayRelease(event: KeyboardEvent): boolean {
  const from = down.get(event.code)
  down.delete(event.code)
  return event.key === ' ' && from !== event.target && isPressable(event.target)
}

/** It would put the cursor on a button of the dialog. */
function onMouseDown(event: MouseEvent): void {
  if (isEcho(event)) keepFromAll(event)
}

function onClick(event: MouseEvent): void {
  if (isEcho(event)) {
    keepFromAll(event)
    return
  }
  // A key that presses a button is a click, too, of no count and no place.
  if (event.detail > 0) clicked = { x: event.clientX, y: event.clientY, at: event.timeStamp, dialog: dialogOf(event) }
  if (event.isTrusted && isPressable(event.target)) actBegins()
}

function keepFromAll(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

function onInput(event: Event): void {
  if (event.isTrusted && event.target instanceof Element && event.target.matches(TEXT)) typing = true
}

/** The second click of a double click, whose first has opened a dialog under it, or closed one above it. */
function isEcho(event: MouseEvent): boolean {
  if (event.detail === 0 || !clicked || clicked.dialog === dialogOf(event)) return false
  // The browser counts it as such, unless it has lost count with the element that went.
  if (event.detail === 1 && event.timeStamp - clicked.at > DOUBLE_MS) return false
  return Math.hypot(event.clientX - clicked.x, event.clientY - clicked.y) <= SLIP_PX
}

const dialogOf = (event: Event) => (event.target as Element).closest('[role=dialog]')

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(PRESSABLE) !== null
}

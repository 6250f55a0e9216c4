import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchHands } from './accidental-input'

let stop: () => void
const pressed = vi.fn()
let start = 0

beforeEach(() => {
  pressed.mockClear()
  start += 10_000
  stop = watchHands(document)
  document.body.innerHTML = `<button id="open">x</button><button id="other">x</button>
    <div role="dialog" id="one"><button id="yes">y</button><button id="more">m</button></div>
    <div role="dialog" id="two"><button id="next">y</button></div>`
  document.body.addEventListener('click', pressed)
})
afterEach(() => {
  stop()
  document.body.removeEventListener('click', pressed)
})

function click(id: string, x: number, at: number, detail = 1): void {
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, clientX: x, clientY: 20, detail })
  Object.defineProperty(event, 'timeStamp', { value: start + at })
  document.getElementById(id)?.dispatchEvent(event)
}

it.each([
  ['a dialog that the first has opened', 'open', 'yes'],
  ['the page under a dialog that the first has closed', 'yes', 'other'],
  ['the next dialog', 'yes', 'next'],
])('keeps the second click of a double click from %s', (_, first, second) => {
  click(first, 10, 0)
  click(second, 14, 400)
  expect(pressed).toHaveBeenCalledOnce()
})

it('believes the browser that it was a slow double click', () => {
  click('open', 10, 0)
  click('yes', 10, 1500, 2)
  expect(pressed).toHaveBeenCalledOnce()
})

it.each([
  ['elsewhere', 'open', 'yes', 200, 400, 1],
  ['later', 'open', 'yes', 10, 1500, 1],
  ['by a key', 'open', 'yes', 10, 400, 0],
  ['in the same dialog', 'yes', 'more', 10, 400, 1],
  ['on the same page', 'open', 'other', 10, 400, 1],
])('takes a click %s', (_, first, second, x, at, detail) => {
  click(first, 10, 0)
  click(second, x, at, detail)
  expect(pressed).toHaveBeenCalledTimes(2)
})

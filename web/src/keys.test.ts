import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { focusAfter } from './focus'
import { CLEAR, GROUPS, install, TYPED_ON } from './keys'

let stop: () => void

beforeEach(() => {
  HTMLElement.prototype.checkVisibility = function (this: HTMLElement) {
    return this.closest('[hidden]') === null
  }
  stop = install(document)
})
afterEach(() => stop())

function page(html: string): void {
  document.body.innerHTML = `<main>${html}</main>`
}

function at(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(id)
  return found
}

/** Presses a key in the focused element; whether the page kept it for itself. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  const target = document.activeElement ?? document.body
  return !target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
}

const focused = () => document.activeElement?.id

describe('Enter', () => {
  it('goes to the next field that can be filled in', () => {
    page(`<input id="a"><input id="grey" disabled><input id="fixed" readonly><div hidden><input id="h"></div>
          <button id="no">x</button><textarea id="b"></textarea>`)
    at('a').focus()
    expect(press('Enter')).toBe(true)
    expect(focused()).toBe('b')
  })

  it('goes back with Shift', () => {
    page('<input id="a"><input id="b">')
    at('b').focus()
    press('Enter', { shiftKey: true })
    expect(focused()).toBe('a')
  })

  it('stays in the first field when there is none before', () => {
    page('<input id="a"><input id="b">')
    at('a').focus()
    press('Enter', { shiftKey: true })
    expect(focused()).toBe('a')
  })

  it('is left to an open list, which takes its lit entry', () => {
    page('<input id="a" role="combobox" aria-expanded="true"><input id="b">')
    at('a').focus()
    expect(press('Enter')).toBe(false)
    expect(focused()).toBe('a')
  })

  it('never reaches a closed list, which would open', () => {
    page('<input id="a" role="combobox" aria-expanded="false" readonly><input id="b">')
    const heard = vi.fn()
    at('a').addEventListener('keydown', heard)
    at('a').focus()
    press('Enter')
    expect(focused()).toBe('b')
    expect(heard).not.toHaveBeenCalled()
  })

  it.each([{ isComposing: true }, { keyCode: 229 }])('belongs to the input method while it composes: %j', (more) => {
    page('<input id="a"><input id="b">')
    const heard = vi.fn()
    at('a').addEventListener('keydown', heard)
    at('a').focus()
    expect(press('Enter', more)).toBe(false)
    expect(focused()).toBe('a')
    expect(heard).not.toHaveBeenCalled()
  })

  it('is left to a button', () => {
    page('<input id="a"><button id="do">x</button>')
    at('do').focus()
    expect(press('Enter')).toBe(false)
  })

  it('in the last field of a row pushes the row', () => {
    page('<div data-row><input id="hs"><input id="name"><button id="add" data-push></button></div><input id="after">')
    const pushed = vi.fn()
    at('add').addEventListener('click', pushed)
    at('hs').focus()
    press('Enter')
    expect(focused()).toBe('name')
    expect(pushed).not.toHaveBeenCalled()
    press('Enter')
    expect(pushed).toHaveBeenCalledOnce()
    expect(focused()).toBe('name')
  })

  it('never goes to a button: from the last field nowhere', () => {
    page('<input id="a"><button id="go" data-key="declare">x</button>')
    at('a').focus()
    expect(press('Enter')).toBe(true)
    expect(focused()).toBe('a')
  })

  it('is a new line in a text of many lines', () => {
    page('<textarea id="t"></textarea><input id="b">')
    at('t').focus()
    expect(press('Enter')).toBe(false)
    expect(focused()).toBe('t')
    expect(press('Enter', { ctrlKey: true })).toBe(true)
    expect(focused()).toBe('b')
  })

  it('treats radio buttons as one field', () => {
    page(`<input id="a"><input id="i" type="radio" name="d"><input id="e" type="radio" name="d" checked>
          <input id="b">`)
    at('a').focus()
    press('Enter')
    expect(focused()).toBe('e')
    press('Enter')
    expect(focused()).toBe('b')
    press('Enter', { shiftKey: true })
    expect(focused()).toBe('e')
  })

  it('stays inside a dialog', () => {
    page('<input id="a"><div role="dialog" aria-modal="true"><input id="x"><input id="y"></div><input id="b">')
    at('y').focus()
    press('Enter')
    expect(focused()).toBe('y')
  })
})

describe('Space', () => {
  it('opens a closed list', () => {
    page('<input id="a" role="combobox" aria-expanded="false">')
    const clicked = vi.fn()
    at('a').addEventListener('click', clicked)
    at('a').focus()
    expect(press(' ')).toBe(true)
    expect(clicked).toHaveBeenCalledOnce()
  })

  it.each([
    ['what is typed into a list', '<input id="a" role="combobox" aria-expanded="false" value="浦东">'],
    ['an open list', '<input id="a" role="combobox" aria-expanded="true">'],
    ['a text', '<input id="a">'],
  ])('is a space in %s', (_, html) => {
    page(html)
    at('a').focus()
    expect(press(' ')).toBe(false)
  })
})

describe('Backspace', () => {
  it('clears a closed list', () => {
    page('<input id="a" role="combobox" aria-expanded="false">')
    const cleared = vi.fn()
    document.addEventListener(CLEAR, cleared, { once: true })
    at('a').focus()
    expect(press('Backspace')).toBe(true)
    expect(cleared).toHaveBeenCalledOnce()
  })

  it('takes back a character of a text', () => {
    page('<input id="a" value="x">')
    at('a').focus()
    expect(press('Backspace')).toBe(false)
  })
})

describe('Alt', () => {
  it.each([
    ['KeyS', 'save'],
    ['KeyR', 'remove'],
    ['KeyD', 'declare'],
    ['KeyY', 'confirm'],
    ['KeyP', 'print'],
  ])('+%s clicks the button that is to %s', (code, key) => {
    page(`<input id="a"><button id="do" data-key="${key}"></button>`)
    const clicked = vi.fn()
    at('do').addEventListener('click', clicked)
    at('a').focus()
    expect(press('?', { altKey: true, code })).toBe(true)
    expect(clicked).toHaveBeenCalledOnce()
  })

  it('does nothing, and prints nothing by itself, while the button is grey', () => {
    page('<input id="a"><button id="do" data-key="print" disabled></button>')
    const clicked = vi.fn()
    at('do').addEventListener('click', clicked)
    at('a').focus()
    expect(press('p', { altKey: true, code: 'KeyP' })).toBe(true)
    expect(clicked).not.toHaveBeenCalled()
  })

  it('is nothing to a page without such a button', () => {
    page('<input id="a">')
    at('a').focus()
    expect(press('s', { altKey: true, code: 'KeyS' })).toBe(false)
  })

  it('reaches no button behind a dialog', () => {
    page('<button id="do" data-key="save"></button><div role="dialog" aria-modal="true"><input id="x"></div>')
    const clicked = vi.fn()
    at('do').addEventListener('click', clicked)
    at('x').focus()
    press('s', { altKey: true, code: 'KeyS' })
    expect(clicked).not.toHaveBeenCalled()
  })
})

describe('a key that is held down', () => {
  it.each([
    ['Enter', '<input id="a"><input id="b">'],
    ['Enter', '<button id="a">x</button>'],
    ['Enter', '<a id="a" href="/x">x</a>'],
    ['Enter', '<input id="a" role="combobox" aria-expanded="true">'],
    [' ', '<button id="a">x</button>'],
    [' ', '<input id="a" type="checkbox">'],
    [' ', '<input id="a" role="combobox" aria-expanded="false">'],
    ['Backspace', '<input id="a" role="combobox" aria-expanded="false">'],
    ['Escape', '<button id="a">x</button>'],
  ])('does nothing again: %j on %s', (key, html) => {
    page(html)
    at('a').focus()
    expect(press(key, { repeat: true })).toBe(true)
    expect(focused()).toBe('a')
  })

  it('pushes no second row', () => {
    page('<div data-row><input id="a"><button id="add" data-push></button></div>')
    const pushed = vi.fn()
    at('add').addEventListener('click', pushed)
    at('a').focus()
    press('Enter')
    press('Enter', { repeat: true })
    expect(pushed).toHaveBeenCalledOnce()
  })

  it.each(['KeyS', 'KeyD', 'KeyR', 'KeyP', 'KeyY'])('clicks nothing with Alt+%s', (code) => {
    page('<input id="a"><button data-key="save"></button>')
    const clicked = vi.fn()
    document.addEventListener('click', clicked, { once: true })
    at('a').focus()
    expect(press('?', { altKey: true, code, repeat: true })).toBe(true)
    expect(clicked).not.toHaveBeenCalled()
    document.removeEventListener('click', clicked)
  })

  it.each([
    ['Enter', '<textarea id="a"></textarea>'],
    [' ', '<input id="a">'],
    ['Backspace', '<input id="a" value="x">'],
    ['a', '<input id="a">'],
    ['ArrowDown', '<input id="a">'],
    ['Tab', '<button id="a">x</button>'],
  ])('writes and moves on: %j in %s', (key, html) => {
    page(html)
    at('a').focus()
    expect(press(key, { repeat: true })).toBe(false)
  })
})

describe('Space that comes up', () => {
  const release = () => !(document.activeElement ?? document.body)
    .dispatchEvent(new KeyboardEvent('keyup', { key: ' ', code: 'Space', bubbles: true, cancelable: true }))

  it('presses the button on which it went down', () => {
    page('<button id="a">x</button>')
    at('a').focus()
    press(' ', { code: 'Space' })
    expect(release()).toBe(false)
  })

  it('presses no other', () => {
    page('<input id="a"><button id="b">x</button>')
    at('a').focus()
    press(' ', { code: 'Space' })
    at('b').focus()
    expect(release()).toBe(true)
    expect(release()).toBe(true)
  })
})

describe('a question', () => {
  const QUESTION = `<input id="a"><div role="dialog" aria-modal="true">
    <button id="back">b</button><button id="yes" data-key="confirm">y</button></div>`

  it.each(['n', '1', '，'])('hears that %s is typed at it', (key) => {
    page(QUESTION)
    const heard = vi.fn()
    document.addEventListener(TYPED_ON, heard, { once: true })
    at('back').focus()
    expect(press(key)).toBe(true)
    expect(heard).toHaveBeenCalledOnce()
  })

  it.each([
    ['Tab', {}], [' ', {}], ['Enter', {}], ['c', { ctrlKey: true }], ['x', { repeat: true }],
  ])('hears nothing of %s %j', (key, more) => {
    page(QUESTION)
    const heard = vi.fn()
    document.addEventListener(TYPED_ON, heard)
    at('back').focus()
    press(key, more)
    document.removeEventListener(TYPED_ON, heard)
    expect(heard).not.toHaveBeenCalled()
  })

  it('leaves what is typed into a field of its own', () => {
    page(QUESTION.replace('<button id="back">', '<textarea id="reason"></textarea><button id="back">'))
    at('reason').focus()
    expect(press('n')).toBe(false)
    at('a').focus()
    expect(press('n')).toBe(true)
  })
})

describe('Ctrl+End', () => {
  const AREAS = `<section data-area="1"><input id="a"></section>
                 <section data-area="2"><p>nothing to fill in</p></section>
                 <section data-area="3"><input id="c"></section>`

  it('goes to the first field of the next area that has one, and round', () => {
    page(AREAS)
    at('a').focus()
    expect(press('End', { ctrlKey: true })).toBe(true)
    expect(focused()).toBe('c')
    press('End', { ctrlKey: true })
    expect(focused()).toBe('a')
  })

  it('goes to the first area from outside', () => {
    page(`<button id="top">x</button>${AREAS}`)
    at('top').focus()
    press('End', { ctrlKey: true })
    expect(focused()).toBe('a')
  })
})

it('goes on after a row that stays empty', () => {
  page('<div id="row" data-row><input id="a"><button data-push>+</button></div><textarea id="after"></textarea>')
  focusAfter(at('row'))
  expect(focused()).toBe('after')
})

it('leaves Tab and everything else to the browser', () => {
  page('<input id="a"><input id="b">')
  at('a').focus()
  for (const key of ['Tab', 'ArrowDown', 'ArrowUp', 'Escape', 'a', 'End']) expect(press(key)).toBe(false)
})

describe('F1 and ?', () => {
  it('open the table of keys, which lists every rule once', () => {
    page('<button id="help" data-key="help">?</button>')
    const opened = vi.fn()
    at('help').addEventListener('click', opened)
    expect([press('F1'), press('?')]).toEqual([true, true])
    expect(opened).toHaveBeenCalledTimes(2)
    const does = GROUPS.flatMap(({ rules }) => rules.map((rule) => rule.does))
    expect(new Set(does).size).toBe(does.length)
  })

  it('leave a question mark in a text', () => {
    page('<button id="help" data-key="help">?</button><input id="a"><textarea id="b"></textarea>')
    const opened = vi.fn()
    at('help').addEventListener('click', opened)
    for (const field of ['a', 'b']) {
      at(field).focus()
      expect(press('?')).toBe(false)
    }
    expect(opened).not.toHaveBeenCalled()
  })
})

describe('every act', () => {
  it('that is marked in a page has its key in the table', () => {
    const marks = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.vue'))
      .flatMap((name) => [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/ data-key="([a-z]+)"/g)])
    const listed: string[] = GROUPS.flatMap(({ rules }) => rules.map((rule) => rule.does))
    expect(marks.length).toBeGreaterThan(10)
    expect(marks.map(([, act]) => act).filter((act) => act && !listed.includes(act))).toEqual([])
  })
})

/**
 * What no tool checks by itself: the size of components, their committed list, the reach of sheets, raw colours,
 * unused texts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { dictionary } from './i18n'
import { en } from './i18n/en'
import { zh } from './i18n/zh'

const SRC = import.meta.dirname
const COMPONENT_LINES = 150

const TOKENS = 'tokens.css'
const RAW_LAYER = /z-index: *\d/
const RAW_COLOUR = new RegExp([
  /#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})\b(?!\w)/,
  /\b(?:rgba?|hsla?|oklch|color-mix|light-dark)\(/,
  /(?:color|background|border|outline|shadow|fill|stroke)[\w-]*[:=].*\b(?:white|black|gr[ae]y|red|green|blue|yellow)\b/,
].map(({ source }) => source).join('|'), 'i')

const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
const text = (name: string) => readFileSync(join(SRC, name), 'utf8')
const components = names.filter((name) => name.endsWith('.vue'))
const OTHERS = /^i18n|\.test\.ts$|\.d\.ts$/
const code = names.filter((name) => /\.(?:vue|ts)$/.test(name) && !OTHERS.test(name)).map(text).join()

describe.each(components)('%s', (name) => {
  it('fits a screen or two', () => {
    expect(text(name).split('\n').length).toBeLessThanOrEqual(COMPONENT_LINES)
  })
})

it.each([...components, 'router.ts'])('%s imports each component under the name of its file', (name) => {
  const imported = [...text(name).matchAll(/(?:import|const) (\w+) .*'[^']*\/(\w+)\.vue'/g)]
  expect(imported.filter(([, own, file]) => own !== file)).toEqual([])
})

it('declares exactly the components that are used: run make web and commit components.d.ts', () => {
  const used = new Set(components.flatMap((name) => text(name).match(/(?<=<)el-[a-z-]+/g) ?? []).map(pascal))
  const declared = new Set(text('components.d.ts').match(/^ {4}El\w+(?=:)/gm)?.map((name) => name.trim()))
  expect([...declared].sort()).toEqual([...used].sort())
})

/** It stays loaded when the user goes on to the next page. */
it.each(names.filter((name) => /^pages.*\.css$/.test(name)))('%s says nothing about other pages', (name) => {
  const outermost = [...text(name).matchAll(/^([^\s}].*) \{/gm)].map(([, selector]) => selector)
  expect(outermost.filter((selector) => selector !== '@media print')).toHaveLength(1)
})

/** A raw colour is right in one theme alone, and a raw layer knows nothing of the others. */
const dressed = names.filter((name) => /\.(?:vue|css)$/.test(name) && !name.endsWith(TOKENS))
it.each(dressed)('%s has no raw colour', (name) => {
  const raw = declarations(text(name)).filter((each) => RAW_COLOUR.test(each) || RAW_LAYER.test(each))
  expect(raw).toEqual([])
})

it('knows a raw colour when it sees one', () => {
  const raw = ['color: #fff', 'background: rgb(0 0 0 / 20%)', 'border: 1px solid red', 'fill="white"', 'z-index: 3']
  expect(raw.filter((each) => RAW_COLOUR.test(each) || RAW_LAYER.test(each))).toEqual(raw)
  const clean = declarations('color: var(--red); a { color: var(--on-blue); }')
  expect(clean.filter((each) => RAW_COLOUR.test(each))).toEqual([])
})

/** Texts that are loaded with the pages that use them. */
const others = import.meta.glob<{ t: ReturnType<typeof dictionary> }>(
  ['./i18n/refused.ts', './i18n/operators/*.ts'], { eager: true },
)
const dictionaries = Object.entries({ './i18n/zh.ts': { zh, en }, ...mapValues(others, ({ t }) => t.texts) })

describe.each(dictionaries)('%s', (_, texts) => {
  it('has no text that nobody uses', () => {
    const unused = Object.keys(texts.zh).filter((key) => !code.includes(`'${key}'`) && !isComputed(key))
    expect(unused).toEqual([])
  })

  it('has no blank text, and each in both languages', () => {
    const all = [...Object.entries(texts.zh), ...Object.entries(texts.en)]
    expect(all.filter(([, words]) => words.trim() === '')).toEqual([])
    expect(Object.keys(texts.en).sort()).toEqual(Object.keys(texts.zh).sort())
  })

  it('hides no text of every page', () => {
    expect(texts.zh === zh ? [] : Object.keys(texts.zh).filter((key) => key in zh)).toEqual([])
  })
})

/** Keys put together at run time: t(`keys.${rule}`). */
function isComputed(key: string): boolean {
  return code.includes(`\`${key.slice(0, key.lastIndexOf('.') + 1)}\${`)
}

function mapValues<From, To>(of: Record<string, From>, how: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, how(value)]))
}

/** Pieces of a sheet or a component, without the tokens they refer to. */
function declarations(source: string): string[] {
  return source.replaceAll(/var\(--[\w-]+\)/g, '').split(/[;{}]/)
}

function pascal(tag: string): string {
  return tag.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase())
}

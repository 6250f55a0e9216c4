/** Chinese first, English by a switch. Every text has a key; `en` must have each key of `zh` (the types see to it). */
import { readonly, ref } from 'vue'
import { en } from './en'
import { zh, type Key } from './zh'

export type Language = 'zh' | 'en'
export type { Key }
export type Words = Record<string, string | number>

const TEXTS: Record<Language, Record<Key, string>> = { zh, en }
const STORED = 'yuyue.language'

const current = ref<Language>(localStorage.getItem(STORED) === 'en' ? 'en' : 'zh')

export const language = readonly(current)

export function setLanguage(wanted: Language): void {
  current.value = wanted
  localStorage.setItem(STORED, wanted)
}

/** The text of a key, its `{names}` replaced. A name without a word is our mistake; the page's tests notice it. */
export function t(key: Key, words: Words = {}): string {
  return filled(key, TEXTS[current.value][key], words)
}

/**
 * Returns `t` for texts that are loaded with the pages that use them, beside those of every page. The first load of an
 * enterprise has none of them.
 */
export function dictionary<Own extends string>(zh: Readonly<Record<Own, string>>, en: Readonly<Record<Own, string>>) {
  const texts: Record<Language, Readonly<Record<string, string>>> = { zh, en }
  const text = (key: Own | Key, words: Words = {}): string =>
    key in zh ? filled(key, texts[current.value][key] ?? '', words) : t(key as Key, words)
  return Object.assign(text, { texts })
}

function filled(key: string, text: string, words: Words): string {
  return text.replace(/\{(\w+)\}/g, (name, word: string) => {
    if (!(word in words)) console.warn(`${key}: no word for ${name}`)
    return String(words[word] ?? name)
  })
}

/** Sentences, such as what is wrong and its remedy, one after the other as the language writes them. */
export function sentences(...texts: string[]): string {
  return texts.filter(Boolean).join(current.value === 'zh' ? '' : ' ')
}

/** Words in a row. */
export function joinWords(words: readonly string[]): string {
  return words.join(current.value === 'zh' ? '、' : ', ')
}

/** Whether a text computed at run time, such as `state.draft`, has one. */
export function isKey(key: string): key is Key {
  return key in zh
}

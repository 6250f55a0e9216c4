/** What codes of ports and transport modes mean: read once for all pages that show them beside the codes. */
import { shallowReadonly, shallowRef } from 'vue'
import { names as read } from '@/api/reference'
import { language } from '@/i18n'

type Names = Awaited<ReturnType<typeof read>>
type Named = Names['ports'][number]

const known = shallowRef<Record<keyof Names, ReadonlyMap<string, Named>>>()
let reading: Promise<void> | undefined

export function useNames() {
  return {
    load,
    known: shallowReadonly(known),
    port: (code: string | null) => nameOf('ports', code),
    mode: (code: string | null) => nameOf('transport_modes', code),
  }
}

/** Reads them unless they were; rejects with the `Problem`, and may then be asked again. */
function load(): Promise<void> {
  reading ??= remember().catch((problem: unknown) => {
    reading = undefined
    throw problem
  })
  return reading
}

async function remember(): Promise<void> {
  const { ports, transport_modes } = await read()
  known.value = { ports: byCode(ports), transport_modes: byCode(transport_modes) }
}

/** `2233 浦东机场海关`; the code alone as long as nobody knows more, nothing for no code. */
function nameOf(kind: keyof Names, code: string | null): string {
  const found = code === null ? undefined : known.value?.[kind].get(code)
  return [code, language.value === 'en' ? found?.name_en ?? found?.name : found?.name].filter(Boolean).join(' ')
}

function byCode(list: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(list.map((each) => [each.code, each]))
}

/** 上传 PDF: each file on its way by itself, with its progress, its refusal, and another try under the same key. */
import { shallowRef } from 'vue'
import { Intent } from '@/api/commands'
import { detach, type Purpose } from '@/api/drafts'
import { Problem } from '@/api/problems'
import { attach } from '@/api/upload'
import { useUnsaved } from '@/composables/unsaved'
import { t } from '@/i18n'
import { sure, tell } from '@/ui/messages'
import type { Draft } from './draft'

export interface Upload {
  id: number
  file: File
  name: string
  percent: number
  /** Empty while it is on its way. */
  fault: string
}

/** `refresh` reads the application anew; `place` saves it first where it has no number yet. */
export function useFiles(draft: Draft, purpose: Purpose, place: () => Promise<boolean>, refresh: () => Promise<void>) {
  const uploads = shallowRef<Upload[]>([])
  const intents = new Map<number, Intent>()
  let count = 0
  useUnsaved(() => uploads.value.length > 0)
  const detaching = new Intent()

  async function add(files: readonly File[]): Promise<void> {
    if (draft.number.value === undefined && !await place()) return
    const fresh = files.map((file) => ({ id: ++count, file, name: file.name, percent: 0, fault: '' }))
    uploads.value = [...uploads.value, ...fresh]
    // One after the other: each is a version of the application.
    for (const { id } of fresh) await send(id)
  }

  async function send(id: number): Promise<void> {
    const upload = uploads.value.find((each) => each.id === id)
    if (!upload) return
    const intent = intents.get(id) ?? new Intent()
    intents.set(id, intent)
    change(id, { fault: '' })
    try {
      const told = (percent: number) => change(id, { percent })
      await intent.run(id, (key) => attach(draft.number.value ?? '', upload.file, purpose, key, told))
      drop(id)
      await refresh()
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      change(id, { fault: `${problem.faults[0]?.message ?? problem.message}${problem.remedy || t('problem.unknown')}` })
    }
  }

  function change(id: number, to: Partial<Upload>): void {
    uploads.value = uploads.value.map((each) => each.id === id ? { ...each, ...to } : each)
  }

  function drop(id: number): void {
    intents.delete(id)
    uploads.value = uploads.value.filter((each) => each.id !== id)
  }

  async function remove(id: string, name: string): Promise<void> {
    const number = draft.number.value ?? ''
    if (!await sure(t('apply.file.title', { name }), t('apply.file.final'), t('apply.remove'))) return
    try {
      draft.take(await detaching.run(id, (key) => detach(number, id, key)))
    } catch (problem) {
      tell(problem)
    }
  }

  return { uploads, add, send, drop, remove }
}

export function sizeOf(bytes: number): string {
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`
}

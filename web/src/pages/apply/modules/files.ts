/** 上传 PDF: each file on its way by itself, with its progress, its refusal, and another try under the same key. */
import { computed } from 'vue'
import { Intent } from '@/api/commands'
import { detach, type Purpose } from '@/api/drafts'
import { Problem } from '@/api/problems'
import { attach } from '@/api/upload'
import { t } from '@/i18n'
import { injectStrict } from '@/inject'
import { showHint, confirmAct, showProblem } from '@/ui/messages'
import { APPLICATION } from './application'
import type { Draft, Upload } from './draft'

let count = 0

/** The files of one purpose. An application without a number is saved before its first file is sent. */
export function useFiles(draft: Draft, purpose: Purpose) {
  const { save, refresh } = injectStrict(APPLICATION)
  const { uploads: all } = draft
  const uploads = computed(() => all.value.filter(isHere))
  const intents = new Map<number, Intent>()
  const detaching = new Intent()

  async function add(files: readonly File[]): Promise<void> {
    if (draft.number.value === undefined && !await save()) return
    const number = draft.number.value ?? ''
    const fresh = files.map((file) => ({ id: ++count, number, purpose, file, name: file.name, percent: 0, fault: '' }))
    all.value = [...all.value, ...fresh]
    // One after the other: each is a version of the application.
    for (const { id } of fresh) await send(id)
  }

  async function send(id: number): Promise<void> {
    const upload = all.value.find((each) => each.id === id)
    if (!upload) return
    const intent = intents.get(id) ?? new Intent()
    intents.set(id, intent)
    change(id, { fault: '' })
    try {
      const onProgress = (percent: number) => change(id, { percent })
      await intent.run(id, (key) => attach(upload.number, upload.file, purpose, key, onProgress))
      drop(id)
      await refresh()
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      if (isHere(upload)) change(id, { fault: messageOf(problem) })
      else forsake(upload, problem)
    }
  }

  function change(id: number, to: Partial<Upload>): void {
    all.value = all.value.map((each) => each.id === id ? { ...each, ...to } : each)
  }

  function drop(id: number): void {
    intents.delete(id)
    all.value = all.value.filter((each) => each.id !== id)
  }

  function isHere(upload: Upload): boolean {
    return upload.number === draft.number.value && upload.purpose === purpose
  }

  /** Refused when its application has been left: there is no place to show it at, nor to try it again. */
  function forsake({ id, name }: Upload, problem: Problem): void {
    drop(id)
    showHint(`${name}：${messageOf(problem)}`)
  }

  async function remove(id: string, name: string): Promise<void> {
    const number = draft.number.value ?? ''
    if (!await confirmAct(t('apply.file.title', { name }), t('apply.file.final'), t('apply.remove'))) return
    try {
      draft.take(await detaching.run(id, (key) => detach(number, id, key)))
    } catch (problem) {
      showProblem(problem)
    }
  }

  return { uploads, add, send, drop, remove }
}

function messageOf(problem: Problem): string {
  return `${problem.faults[0]?.message ?? problem.message}${problem.remedy || t('problem.unknown')}`
}

export function sizeOf(bytes: number): string {
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`
}

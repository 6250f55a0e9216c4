/** 批量申报 and 批量取消 of the rows that are chosen: one question, an answer for each. */
import { ref, shallowRef } from 'vue'
import type { Done } from '@/api/batch'
import { assess } from '@/api/drafts'
import type { Row } from '@/api/query'
import { runBatch, type BatchAction } from '@/composables/batch-actions'
import { formatInstant } from '@/dates'
import { sentences, t } from '@/i18n'
import { showSuccess, showHint, confirmAct, showProblem } from '@/ui/messages'

export type Kind = 'submit' | 'cancel'

/** What became of one appointment. */
export interface Result {
  number: string
  text: string
  good: boolean
}

export function useBatchActions() {
  const busy = ref(false)
  const total = ref(0)
  const results = shallowRef<readonly Result[]>([])

  async function act(kind: Kind, rows: readonly Row[]): Promise<void> {
    const able = permitted(kind, rows)
    const warned = kind === 'submit' ? await warnings(able).catch(showProblem) : new Map<string, string>()
    if (!warned) return
    const words = { count: able.length, left: rows.length - able.length }
    const final = t(`acts.final.${kind}`) + (words.left > 0 ? t('acts.left', words) : '')
    const lines = able.map((row) => lineOf(row, warned))
    if (!await confirmAct(t(`acts.title.${kind}`, words), final, t(`acts.${kind}`), lines)) return
    await run(able.map((row) => actOf(kind, row)))
  }

  async function run(acts: readonly BatchAction[]): Promise<void> {
    busy.value = true
    total.value = acts.length
    results.value = []
    try {
      await runBatch(acts, (_, answer) => results.value = [...results.value, resultOf(answer)])
      const good = results.value.filter((each) => each.good).length
      const words = { done: good, failed: acts.length - good }
      if (words.failed === 0) showSuccess(t('acts.done', words))
      else showHint(t('acts.some', words))
    } catch (problem) {
      showProblem(problem)
    } finally {
      busy.value = false
    }
  }

  return { busy, total, results, act }
}

/** The rows for which the server permits the action. */
export const permitted = (kind: Kind, rows: readonly Row[]): Row[] =>
  rows.filter((row) => row.permitted_actions.includes(kind))

/** Only what the user has seen is declared: another version is refused. */
const actOf = (kind: Kind, row: Row): BatchAction => kind === 'submit'
  ? { action: kind, pre_entry_no: row.pre_entry_no, version: row.version }
  : { action: kind, pre_entry_no: row.pre_entry_no }

function resultOf(answer: Done): Result {
  const text = sentences(...answer.errors.flatMap(({ message, remedy }) => [message, remedy]))
  const state = answer.appointment?.state_label ?? ''
  return { number: answer.pre_entry_no ?? '', good: answer.code === null, text: text || state }
}

function lineOf(row: Row, warned: ReadonlyMap<string, string>): string {
  const start = row.content.window_start ? formatInstant(row.content.window_start) : ''
  const line = [row.pre_entry_no, row.consignee?.name ?? '', start].filter((each) => each !== '').join(' · ')
  return line + (warned.get(row.pre_entry_no) ?? '')
}

/** What the user should know of each before he declares it, by number: what is wrong, and what equals it. */
async function warnings(rows: readonly Row[]): Promise<Map<string, string>> {
  const found = await Promise.all(rows.map(async ({ pre_entry_no: number }) => {
    const { errors, warnings } = await assess(number)
    return [number, [...errors, ...warnings].map(({ message }) => ` ⚠ ${message}`).join('')] as const
  }))
  return new Map(found)
}

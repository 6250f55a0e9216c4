/** 批量删除: asked once, all or nothing; the appointments that prevent it are named. */
import { ref, shallowRef } from 'vue'
import { batchDelete } from '@/api/query'
import { Intent } from '@/api/commands'
import { Problem, type Fault } from '@/api/problems'
import { joinWords, t } from '@/i18n'
import { showSuccess, confirmAct, showProblem } from '@/ui/messages'

export interface Offender {
  number: string
  message: string
  remedy: string
}

/** The confirmation names so many numbers one by one. */
const NAMED = 10

export function useDeletion(gone: (numbers: readonly string[]) => void) {
  const offenders = shallowRef<Offender[]>([])
  const busy = ref(false)
  const intent = new Intent()

  async function remove(numbers: string[]): Promise<void> {
    offenders.value = []
    const count = numbers.length
    const final = t('query.delete.final', { numbers: named(numbers) })
    if (!await confirmAct(t('query.delete.title', { count }), final, t('query.delete'))) return
    busy.value = true
    try {
      gone((await intent.run(numbers, (key) => batchDelete(numbers, key))).deleted)
      showSuccess(t('query.deleted', { count }))
    } catch (problem) {
      offenders.value = problem instanceof Problem ? offendersOf(problem.faults, numbers) : []
      if (offenders.value.length === 0) showProblem(problem)
    } finally {
      busy.value = false
    }
  }

  return { offenders, busy, remove }
}

/** A fault names its place in the list: `pre_entry_nos[2]`. */
export function offendersOf(faults: readonly Fault[], numbers: readonly string[]): Offender[] {
  return faults.flatMap(({ field, message, remedy }) => {
    const number = numbers[Number(/^pre_entry_nos\[(\d+)\]$/.exec(field ?? '')?.[1])]
    return number === undefined ? [] : [{ number, message, remedy }]
  })
}

export function named(numbers: readonly string[]): string {
  const some = joinWords(numbers.slice(0, NAMED))
  return numbers.length > NAMED ? t('query.delete.others', { numbers: some, count: numbers.length }) : some
}

/** 导出: the whole result with the columns that are shown, as a file. */
import { ref } from 'vue'
import { exported, type Params } from '@/api/query'
import { t } from '@/i18n'
import { download } from '@/ui/download'
import { showSuccess, showProblem } from '@/ui/messages'
import { exportedBy, type Column } from './columns'

export type Format = 'csv' | 'xlsx'

export function useExport() {
  const exporting = ref(false)

  async function save(asked: Params, column: Column[], format: Format): Promise<void> {
    exporting.value = true
    try {
      const { file, disposition } = await exported({ ...asked, column: exportedBy(column), format })
      const name = nameIn(disposition, format)
      download(file, name)
      showSuccess(t('query.exported', { name }))
    } catch (problem) {
      showProblem(problem)
    } finally {
      exporting.value = false
    }
  }

  return { exporting, save }
}

export function nameIn(disposition: string | null, format: Format): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? `appointments.${format}`
}

/** What the page says beside its own content: a short message, a question before what is final. */
import { ElMessage } from 'element-plus/es/components/message/index'
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { Problem } from '@/api/problems'
import { t } from '@/i18n'

export function done(text: string): void {
  ElMessage({ message: text, type: 'success', grouping: true })
}

/** What is to be done first. */
export function hint(text: string): void {
  ElMessage({ message: text, type: 'warning', grouping: true })
}

/** A refusal that belongs to no field, with its remedy. Anything else is a fault of ours, and goes to the console. */
export function tell(problem: unknown): void {
  if (!(problem instanceof Problem)) throw problem
  const text = problem.isUnknown ? t('problem.unknown') : problem.remedy
  const message = `${problem.message} ${text}`
  ElMessage({ message, type: 'error', duration: 8000, showClose: true, grouping: true })
}

export async function warn(title: string, text: string): Promise<void> {
  await ElMessageBox.alert(text, title, { type: 'error', confirmButtonText: t('app.confirm') }).catch(() => undefined)
}

/** Asks once before something that cannot be taken back; the button carries the act's own name. */
export async function sure(title: string, final: string, act: string): Promise<boolean> {
  const words = { confirmButtonText: act, cancelButtonText: t('app.cancel') }
  try {
    await ElMessageBox.confirm(final, title, { type: 'warning', ...words })
    return true
  } catch {
    return false
  }
}

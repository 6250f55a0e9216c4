/**
 * Short messages in one place: at the bottom right, below every dialog and question, where no bar of acts is.
 * They are announced, wait while the pointer rests on them, and can be closed.
 */
import { ElMessage } from 'element-plus/es/components/message/index'
import 'element-plus/es/components/message/style/css'

/** Milliseconds: long enough to be read, and an error with its remedy twice over. */
const STAYS = { success: 4_000, warning: 8_000, error: 15_000 }

export function toast(message: string, type: keyof typeof STAYS): void {
  ElMessage({ message, type, duration: STAYS[type], placement: 'bottom-right', showClose: true, grouping: true })
}

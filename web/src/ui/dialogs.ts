import { nextTick } from 'vue'

/** Waits until an el-dialog has focused itself, a tick after `open-auto-focus`; then the cursor can go elsewhere. */
export async function dialogFocused(): Promise<void> {
  await nextTick()
  await nextTick()
}

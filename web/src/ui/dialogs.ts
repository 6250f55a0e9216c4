import { nextTick } from 'vue'

/** Waits until an el-dialog has focused itself, a tick after its `open-auto-focus`: the cursor can now be put elsewhere. */
export async function dialogFocused(): Promise<void> {
  await nextTick()
  await nextTick()
}

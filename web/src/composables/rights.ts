/** What the user who is logged in may do, beside what states and rules say. */
import { computed } from 'vue'
import { t } from '@/i18n'
import { useSession } from './session'

export function useRights() {
  const { principal } = useSession()
  const mayDeclare = computed(() => principal.value?.may_declare !== false)
  /** Why nothing can be declared, where the user may only draft. */
  const limit = computed(() => mayDeclare.value ? undefined : t('people.draft.only'))
  return { mayDeclare, limit }
}

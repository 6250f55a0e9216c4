/** The page's one question: typed in the form, kept in the address, answered by the result. */
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { Problem } from '@/api/problems'
import { t } from '@/i18n'
import { dateOf } from '@/instants'
import { MAX_SPAN_DAYS } from '@/spans'
import { tell } from '@/ui/messages'
import { askedBy, faultsOf, fieldOf, paramsOf, usual, type Field } from './asked'
import type { useResult } from './result'

const TICK_MS = 30_000

export function useQuery(result: ReturnType<typeof useResult>) {
  const route = useRoute()
  const router = useRouter()
  const today = () => dateOf(Date.now())
  const asked = ref(askedBy(route.query) ?? usual(today()))
  const faults = ref<Partial<Record<Field, string>>>({})

  /** The same question again reads again; another one goes into the address first. */
  async function ask(): Promise<boolean> {
    const found = faultsOf(asked.value)
    faults.value = Object.fromEntries([...found].map(([field, fault]) => [field, said(field, fault)]))
    if (found.size > 0) return false
    const address = paramsOf(asked.value) as LocationQueryRaw
    const before = route.fullPath
    await router.push({ query: address })
    if (route.fullPath === before) await search()
    return true
  }

  async function search(): Promise<void> {
    faults.value = {}
    try {
      await result.search(paramsOf(asked.value))
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.faults.length === 0) {
        tell(problem)
        return
      }
      faults.value = Object.fromEntries(problem.faults.map((fault) => [fieldOf(fault), fault.message]))
    }
  }

  // What is being put right is judged again when it is asked.
  watch(asked, () => faults.value = {}, { deep: true })

  // Receipts that open or close change the address, but not the question.
  watch(() => JSON.stringify(askedBy(route.query)), () => {
    asked.value = askedBy(route.query) ?? usual(today())
    if (faultsOf(asked.value).size === 0) void search()
  }, { immediate: true })

  return { asked, faults, ask }
}

/** The number whose receipts are open, kept in the address too. */
export function useOpened() {
  const route = useRoute()
  const router = useRouter()
  const opened = computed(() => typeof route.query.receipts === 'string' ? route.query.receipts : '')
  const open = (number: string) => void router.replace({ query: { ...route.query, receipts: number || undefined } })
  return { opened, open }
}

/** The moment, now and then, for what is judged by it. */
export function useNow() {
  const now = ref(Date.now())
  const ticking = setInterval(() => now.value = Date.now(), TICK_MS)
  onBeforeUnmount(() => clearInterval(ticking))
  return now
}

function said(field: Field, fault: string): string {
  if (field === 'nothing') return t('query.nothing')
  if (field === 'consignee') return t(`query.consignee.${fault as 'required'}`)
  if (field === 'number') return t('query.number.malformed')
  return t(`span.${fault as 'long'}`, { days: MAX_SPAN_DAYS })
}

/** The page's one question: typed in the form, kept in the address, answered by the result. */
import { computed, onActivated, ref, shallowRef, watch, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router'
import { Problem } from '@/api/problems'
import { t } from '@/i18n'
import { dateOf } from '@/dates'
import { paths } from '@/paths'
import { isEmpty, MAX_SPAN_DAYS } from '@/spans'
import { showProblem } from '@/ui/messages'
import {
  conditionsOf, defaultConditions, faultsOf, fieldOf, isByNumber, paramsOf, recentSpan, type Field,
} from './conditions'
import type { useResult } from './result'

/** The page's own address: the last one it had, while another page is shown. */
export function useAddress() {
  const route = useRoute()
  const query = shallowRef(route.query)
  watch(() => route.fullPath, () => {
    if (route.path === paths.appointments) query.value = route.query
  })
  return query
}

export function useQuery(result: ReturnType<typeof useResult>, address: Ref<LocationQuery>) {
  const route = useRoute()
  const router = useRouter()
  const today = ref(dateOf(Date.now()))
  const fromAddress = () => conditionsOf(address.value) ?? defaultConditions(today.value)
  const asked = ref(fromAddress())
  const faults = ref<Partial<Record<Field, string>>>({})

  /** The same question again reads again; another one goes into the address first. */
  async function ask(go: 'push' | 'replace' = 'push'): Promise<boolean> {
    const found = faultsOf(asked.value)
    faults.value = Object.fromEntries([...found].map(([field, fault]) => [field, messageOf(field, fault)]))
    if (found.size > 0) return false
    const query = paramsOf(asked.value) as LocationQueryRaw
    const before = route.fullPath
    await router[go]({ query })
    if (route.fullPath === before) await search()
    return true
  }

  async function search(): Promise<void> {
    faults.value = {}
    try {
      await result.search(paramsOf(asked.value))
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.faults.length === 0) {
        showProblem(problem)
        return
      }
      faults.value = Object.fromEntries(
        problem.faults.map((fault) => [fieldOf(fault), `${fault.message}${fault.field ? '' : fault.remedy}`]),
      )
    }
  }

  // What is being put right is judged again when it is asked.
  watch(asked, () => faults.value = {}, { deep: true })

  // A number finds however old it is: the span that nobody asked for gives way, and is back with the next question.
  watch(() => isByNumber(asked.value), (byNumber) => {
    const { applied, window } = asked.value
    if (byNumber && isSame(applied, recentSpan(applied.to))) asked.value.applied = { from: '', to: '' }
    if (!byNumber && isEmpty(applied) && isEmpty(window)) asked.value.applied = recentSpan(today.value)
  })

  // Receipts that open or close change the address, but not the question.
  watch(() => JSON.stringify(fromAddress()), () => {
    asked.value = fromAddress()
    if (faultsOf(asked.value).size === 0) void search()
  }, { immediate: true })

  // Left open overnight, the last days are others.
  onActivated(() => today.value = dateOf(Date.now()))

  return { asked, faults, ask }
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The number whose receipts are open, kept in the address too. */
export function useOpened(address: Ref<LocationQuery>) {
  const router = useRouter()
  const opened = computed(() => typeof address.value.receipts === 'string' ? address.value.receipts : '')
  const open = (number: string) => void router.replace({ query: { ...address.value, receipts: number || undefined } })
  return { opened, open }
}

function messageOf(field: Field, fault: string): string {
  if (field === 'nothing') return t('query.nothing')
  if (field === 'consignee') return t(`query.consignee.${fault as 'required'}`)
  if (field === 'number') return t('query.number.malformed')
  return t(`span.${fault as 'long'}`, { days: MAX_SPAN_DAYS })
}

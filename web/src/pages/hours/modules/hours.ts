/** 口岸工作时间查询: what is asked, kept in the address, and the answer. */
import { ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { Problem } from '@/api/problems'
import { workHours, type PortHours } from '@/api/reference'
import { language, t } from '@/i18n'
import { dateOf, addDays } from '@/dates'
import { MAX_SPAN_DAYS, spanFault, type Span } from '@/spans'
import { showProblem } from '@/ui/messages'

/** A fresh page looks at this week and the next. */
const AHEAD_DAYS = 13
const PORT = /^\d{4}$/

export function useHours() {
  const route = useRoute()
  const router = useRouter()
  const span = ref<Span>({ from: '', to: '' })
  const port = ref('')
  const faults = ref<Partial<Record<'span' | 'port', string>>>({})
  const found = shallowRef<{ ports: PortHours[], from: string, to: string }>()
  const busy = ref(false)
  // An answer to an older question comes too late.
  let turn = 0

  async function ask(): Promise<void> {
    const fault = spanFault(span.value) ?? (span.value.from ? undefined : 'required')
    faults.value = fault ? { span: t(`span.${fault}`, { days: MAX_SPAN_DAYS }) } : {}
    judgePort()
    if (fault || faults.value.port) return
    const before = route.fullPath
    await router.push({ query: { from: span.value.from, to: span.value.to, port: port.value || undefined } })
    if (route.fullPath === before) await search()
  }

  /** What leads to no port stays in its field, and is no question. */
  function judgePort(): void {
    if (port.value !== '' && !PORT.test(port.value)) faults.value = { ...faults.value, port: t('check.port') }
  }

  async function search(): Promise<void> {
    const { from, to } = span.value
    const query = { from, to, ...port.value ? { port: port.value } : {} }
    const mine = ++turn
    busy.value = true
    try {
      const ports = await workHours(query)
      if (mine === turn) found.value = { ports, from, to }
    } catch (problem) {
      if (mine === turn) refuse(problem)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  function refuse(problem: unknown): void {
    found.value = undefined
    if (!(problem instanceof Problem) || problem.faults.length === 0) {
      showProblem(problem)
      return
    }
    const place = (field: string | null | undefined) => field === 'port' ? 'port' : 'span'
    faults.value = Object.fromEntries(problem.faults.map((fault) => [place(fault.field), fault.message]))
  }

  watch(() => [route.query.from, route.query.to, route.query.port].join(' '), () => {
    const today = dateOf(Date.now())
    const asking = typeof route.query.from === 'string'
    span.value = asking
      ? { from: text(route.query.from), to: text(route.query.to) }
      : { from: today, to: addDays(today, AHEAD_DAYS) }
    port.value = text(route.query.port)
    found.value = undefined
    if (asking && spanFault(span.value) === undefined) void search()
  }, { immediate: true })
  watch([span, port], () => faults.value = {})
  watch(language, () => found.value && search())

  return { span, port, faults, found, busy, ask, judgePort }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

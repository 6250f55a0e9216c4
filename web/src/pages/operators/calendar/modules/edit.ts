/** A change of hours while it is entered, and its consequences before it is made. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import * as calendar from '@/api/operators-calendar'
import { t } from '@/i18n/operators/calendar'
import { showSuccess } from '@/ui/messages'
import { nextRows, useRun } from './run'
import { readSessions } from './year'

type Act = 'close' | 'hours' | 'clear' | 'week' | 'remove_week'
type Where = 'port' | 'several' | 'district' | 'all'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const CLOSED = new Set(['休', '休息', 'closed', '-'])

const empty = () => ({
  act: 'close' as Act, where: 'port' as Where, codes: '', from: '', to: '', sessions: '',
  week: ['', '', '', '', '', '', ''], reason: '',
})

/** Sessions of a weekday: null as the nation, [] closed; undefined for what cannot be read. */
function ofWeekday(text: string): string[][] | null | undefined {
  if (!text.trim()) return null
  return CLOSED.has(text.trim().toLowerCase()) ? [] : readSessions(text)
}

type Form = ReturnType<typeof empty>

const missing = (field: Parameters<typeof t>[0]): string => t('edit.missing', { field: t(field) })

/** What is missing or cannot be read, by field. */
function faultsOf(form: Form): Record<string, string> {
  const isPlan = form.act === 'week' || form.act === 'remove_week'
  const isUnread = form.act === 'week' && form.week.some((each) => ofWeekday(each) === undefined)
  const found = {
    from: form.from ? '' : missing(isPlan ? 'edit.since' : 'edit.from'),
    codes: form.where !== 'several' || form.codes.trim() ? '' : missing('edit.codes'),
    sessions: form.act !== 'hours' || readSessions(form.sessions) ? '' : t('edit.sessions.bad'),
    week: isUnread ? t('edit.sessions.bad') : '',
  }
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault))
}

function placeOf(form: Form, port: string): Pick<calendar.Edit, 'ports' | 'district' | 'all_ports'> {
  if (form.where === 'all') return { all_ports: true }
  if (form.where === 'district') return { district: port.slice(0, 2), all_ports: false }
  const codes = form.where === 'port' ? [port] : form.codes.split(/[,，、;\s]+/).filter(Boolean)
  return { ports: codes, all_ports: false }
}

/** The change as the API takes it. Its reason is asked for when it is made; what would happen needs none. */
function bodyOf(form: Form, port: string): calendar.Edit {
  const common = { ...placeOf(form, port), first_day: form.from, reason: t('edit.preview') }
  const span = { ...common, last_day: form.to || form.from }
  if (form.act === 'close') return { ...span, kind: 'hours', sessions: [] }
  if (form.act === 'hours') return { ...span, kind: 'hours', sessions: readSessions(form.sessions) ?? [] }
  if (form.act === 'clear') return { ...span, kind: 'clear' }
  if (form.act === 'remove_week') return { ...common, kind: 'remove_week' }
  const days = WEEKDAYS.map((day, index) => [day, ofWeekday(form.week[index] ?? '') ?? null] as const)
  return { ...common, kind: 'week', days: Object.fromEntries(days) }
}

export function useEdit(port: () => string, done: () => void) {
  const form = reactive(empty())
  const faults = ref<Record<string, string>>({})
  const preview = shallowRef<calendar.Preview>()
  const { busy, run } = useRun()
  /** What the preview is of; another content needs another preview. */
  let shown: calendar.Edit | undefined

  const isPlan = computed(() => form.act === 'week' || form.act === 'remove_week')
  const changed = computed(() => JSON.stringify({ ...form, reason: '' }))
  watch([changed, port], () => preview.value = undefined)
  watch(port, (chosen) => form.where = chosen ? 'port' : 'several', { immediate: true })

  async function look(): Promise<void> {
    faults.value = faultsOf(form)
    if (Object.keys(faults.value).length) return
    await run(async () => {
      shown = bodyOf(form, port())
      preview.value = await calendar.previewEdit(shown)
    })
  }

  const more = () => run(async () => {
    const body = shown
    if (!body || !preview.value) return
    preview.value = await nextRows(preview.value, (offset) => calendar.previewEdit(body, offset))
  })

  const make = () => run(async () => {
    const reason = form.reason.trim()
    faults.value = reason ? {} : { reason: missing('edit.reason') }
    if (!shown || !preview.value || !reason) return
    const made = await calendar.edit({ ...shown, reason })
    showSuccess(t('edit.done', { changes: made.changes, ports: made.ports.length }))
    preview.value = undefined
    form.reason = ''
    done()
  })

  function span(from: string, to: string): void {
    form.from = from
    form.to = to
  }

  return { form, faults, preview, busy, isPlan, look, more, make, span }
}

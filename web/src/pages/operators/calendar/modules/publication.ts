/** 公布年度: from the text of the notice, or a table, to the published year. */
import { computed, ref, shallowRef, watch } from 'vue'
import * as calendar from '@/api/operators-calendar'
import { t } from '@/i18n/operators/calendar'
import { showSuccess } from '@/ui/messages'
import { nextRows, useRun } from './run'
import { planned } from './year'

export function usePublication(year: () => number, done: () => void) {
  const text = ref('')
  const source = ref(t('publish.source.default'))
  const read = shallowRef<calendar.Notice>()
  const preview = shallowRef<calendar.Preview>()
  const accepted = ref(false)
  const { busy, run } = useRun()

  const days = computed(() => read.value && planned(
    year(), new Set(Object.keys(read.value.holidays)), new Set(Object.keys(read.value.workdays)),
  ))
  const mayGoOn = computed(() => read.value?.errors.length === 0 && (accepted.value || read.value.unread.length === 0))
  const step = computed(() => preview.value ? 2 : read.value ? 1 : 0)

  function again(): void {
    read.value = undefined
    preview.value = undefined
    accepted.value = false
  }

  watch(text, again)
  watch(year, again)
  watch(accepted, () => preview.value = undefined)

  function body(): calendar.Publication {
    const { holidays = {}, workdays = {} } = read.value ?? {}
    const named = source.value.trim() || t('publish.source.default')
    return { holidays, workdays, source: named, accept_unread: accepted.value }
  }

  const check = () => run(async () => {
    again()
    read.value = await calendar.readNotice(year(), text.value)
  })
  const checkFile = (file: File) => run(async () => {
    again()
    read.value = await calendar.readTable(year(), file)
  })
  const look = () => run(async () => {
    preview.value = await calendar.previewYear(year(), body())
  })
  const more = () => run(async () => {
    if (!preview.value) return
    preview.value = await nextRows(preview.value, (offset) => calendar.previewYear(year(), body(), offset))
  })
  const publish = () => run(async () => {
    const made = await calendar.publish(year(), body())
    showSuccess(t('publish.done', { ...made }))
    done()
  })

  return { text, source, read, preview, accepted, busy, days, mayGoOn, step, check, checkFile, look, more, publish }
}

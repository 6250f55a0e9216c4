/** What the page shows: its year and port are in the address, so that reload, back and a link keep them. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import * as calendar from '@/api/operators-calendar'
import { usePage } from '@/composables/live-page'
import { addDays, dateOf } from '@/dates'
import { t } from '@/i18n/operators/calendar'
import { daysOf, patternOf, shownSessions } from './year'

/** The most days whose hours are drawn on one axis, with the day before and after. */
const MOST_DRAWN = 5

interface Address { year?: number, port?: string, publish?: number | undefined }

export function useCalendar() {
  const route = useRoute()
  const router = useRouter()
  const thisYear = Number(dateOf(Date.now()).slice(0, 4))

  const year = computed(() => Number(route.query.year) || thisYear)
  const port = computed(() => typeof route.query.port === 'string' ? route.query.port : '')
  const publishing = computed(() => Number(route.query.publish) || 0)
  const picture = shallowRef<calendar.Picture>()
  const gaps = shallowRef<calendar.Gaps>()
  const years = shallowRef<calendar.Years>()
  const own = shallowRef<calendar.Day[]>([])
  const version = ref(0)

  async function read(): Promise<void> {
    const [newPicture, newGaps, newYears, newDays] = await Promise.all([
      calendar.picture(year.value), calendar.gaps(), calendar.years(),
      port.value ? calendar.days(port.value, year.value) : [],
    ])
    picture.value = newPicture
    gaps.value = newGaps
    years.value = newYears
    own.value = newDays
    version.value++
  }

  const { reading, reload } = usePage(read, { live: false })
  watch([year, port], () => void reload())

  const letters = computed(() => picture.value ? daysOf(picture.value.year, patternOf(picture.value, port.value)) : [])
  const options = computed(() => (picture.value?.items ?? []).map((each) => ({
    value: each.port, label: `${each.port} ${each.name}`,
  })))
  /** The first year that nobody has published. */
  const nextYear = computed(() => Math.max(thisYear, ...(years.value?.items ?? []).map((each) => each.year)) + 1)
  const name = computed(() => options.value.find(({ value }) => value === port.value)?.label ?? t('port.all'))
  const texts = computed(() => new Map(own.value.map((day) => [
    day.date, [shownSessions(day), day.note].filter(Boolean).join(' '),
  ])))

  /** The days of a span with the day before and after it, as far as they belong to the year. */
  function around(from: string, to: string): calendar.Day[] {
    if (!from) return []
    const last = to && to < addDays(from, MOST_DRAWN) ? to : from
    return own.value.filter(({ date }) => date >= addDays(from, -1) && date <= addDays(last, 1))
  }

  function go(to: Address): Promise<unknown> {
    const given = Object.entries({ ...route.query, ...to }).filter(([, value]) => Boolean(value))
    return router.replace({ query: Object.fromEntries(given.map(([key, value]) => [key, String(value)])) })
  }

  return {
    year, port, publishing, picture, gaps, years, letters, options, reading, version, reload, texts, around, go, name,
    nextYear,
  }
}

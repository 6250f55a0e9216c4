/** 节假日与调休 of the years that a calendar shows: asked once each. A year that could not be had is asked for again. */
import { shallowRef } from 'vue'
import { Problem } from '@/api/problems'
import { specialDays, type SpecialDays } from '@/api/reference'

const years = shallowRef<ReadonlyMap<number, SpecialDays>>(new Map())
const asked = new Map<number, Promise<void>>()

export function useSpecialDays() {
  return { years, need }
}

/** Loads the years of these dates. Without an answer a calendar has no marks, and works all the same. */
function need(...dates: string[]): void {
  for (const year of new Set(dates.map((date) => Number(date.slice(0, 4))))) {
    if (!asked.has(year)) asked.set(year, load(year))
  }
}

async function load(year: number): Promise<void> {
  try {
    const found = await specialDays(year)
    years.value = new Map(years.value).set(year, found)
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    asked.delete(year)
  }
}

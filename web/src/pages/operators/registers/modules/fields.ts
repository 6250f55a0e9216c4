/** The fields of each register, in the order in which they are shown, and how their values are written. */
import type { RegisterName } from '@/api/operators-registers'
import { t } from '@/i18n/operators/registers'

export const NAMES: readonly RegisterName[] = ['enterprises', 'ports', 'tariff']

const FIELDS = {
  enterprises: ['code', 'name', 'uscc', 'ciq_code', 'qualification', 'valid_until', 'grade'],
  ports: ['code', 'name', 'name_en'],
  tariff: ['code', 'name', 'valid_from', 'valid_to'],
} as const

type Field = (typeof FIELDS)[RegisterName][number]

export const QUALIFICATIONS = ['registered', 'not_registered', 'expired', 'cancelled'] as const
/** The measures in force. */
export const GRADES = ['高级认证', '认证', '常规', '失信', '严重失信'] as const

const DATES: readonly string[] = ['valid_until', 'valid_from', 'valid_to']
type Qualification = (typeof QUALIFICATIONS)[number]
const QUALIFIED: readonly string[] = QUALIFICATIONS

export const fieldsOf = (register: RegisterName): readonly Field[] => FIELDS[register]

export const isDateField = (field: string): boolean => DATES.includes(field)

export function labelOf(field: string): string {
  return t(field as Field)
}

/** A value as people read it; what an empty one means depends on the field. */
export function written(field: string, value: string | null | undefined): string {
  if (value && field === 'qualification') return QUALIFIED.includes(value) ? t(value as Qualification) : value
  if (value) return value
  if (field === 'valid_from') return t('always')
  return field === 'valid_to' || field === 'valid_until' ? t('endless') : '—'
}

/** The roles of the operator who is logged in. */
import type { components } from '@/api/schema'
import { useSession } from './session'

export type Role = components['schemas']['Role']

/** An administrator may do everything. */
export function useRoles() {
  const { principal } = useSession()
  /** Whether the operator has one of these roles, or, where none is named, any. */
  function hasRole(...roles: readonly Role[]): boolean {
    const own = principal.value?.roles ?? []
    if (roles.length === 0) return own.length > 0
    return own.includes('administrator') || roles.some((each) => own.includes(each))
  }
  /** Whether the operator keeps the calendar of this port, or, where none is named, of all. */
  function keepsCalendar(port?: string): boolean {
    const ports = principal.value?.ports
    const isOwn = ports == null || (port !== undefined && ports.includes(port))
    return hasRole('administrator') || (hasRole('calendar_keeper') && isOwn)
  }
  return { hasRole, keepsCalendar }
}

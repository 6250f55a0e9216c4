/** The operators' pages: their routes, and who may open them. The menu shows those that `pages.json` lists. */
import type { RouteComponent, RouteRecordRaw } from 'vue-router'
import type { Role } from './composables/roles'
import { paths } from './paths'

type Load = () => Promise<RouteComponent>

/** A page for all operators, or for those alone who have one of the roles. */
function page(path: string, component: Load, ...roles: Role[]): RouteRecordRaw {
  return { path, component, meta: { operators: true, roles } }
}

export const operatorsRoutes: RouteRecordRaw[] = [
  page(paths.operatorsToday, () => import('@/pages/operators/today/TodayPage.vue')),
  page(paths.operatorsRegisters, () => import('@/pages/operators/registers/RegistersPage.vue')),
  page(paths.operatorsFigures, () => import('@/pages/operators/figures/FiguresPage.vue')),
  page(paths.operatorsHealth, () => import('@/pages/operators/health/HealthPage.vue')),
  page(paths.operatorsWorklists, () => import('@/pages/operators/worklists/WorklistsPage.vue')),
  page(paths.operatorsStories, () => import('@/pages/operators/story/StoryPage.vue')),
  page(paths.operatorsStory, () => import('@/pages/operators/story/StoryPage.vue')),
  page(paths.operatorsCalendar, () => import('@/pages/operators/calendar/CalendarPage.vue')),
  page(paths.operatorsApprovals, () => import('@/pages/operators/approvals/ApprovalsPage.vue'), 'case_officer'),
  page(paths.operatorsAccess, () => import('@/pages/operators/access/AccessPage.vue'), 'administrator'),
]

/** Which page a path shows. The paths stand in pages.json, which the server reads too. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from '@/composables/session'
import { mayGo } from '@/composables/unsaved'
import paths from './pages.json'

export { paths }

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: paths.home },
  { path: paths.login, component: () => import('@/pages/login/index.vue'), meta: { open: true } },
  { path: paths.apply, component: () => import('@/pages/apply/index.vue') },
  { path: paths.application, component: () => import('@/pages/apply/index.vue') },
  { path: paths.batch, component: () => import('@/pages/batch/index.vue') },
  { path: paths.appointments, component: () => import('@/pages/query/index.vue') },
  { path: paths.templates, component: () => import('@/pages/templates/index.vue') },
  { path: paths.hours, component: () => import('@/pages/hours/index.vue') },
  { path: paths.colleagues, component: () => import('@/pages/colleagues/index.vue') },
  { path: paths.home, component: () => import('@/pages/home/index.vue') },
  { path: paths.progress, component: () => import('@/pages/progress/index.vue') },
  { path: paths.print, component: () => import('@/pages/print/index.vue') },
]

export const router = createRouter({ history: createWebHistory(), routes })

const session = useSession()

/** A page with something unsaved is not left unasked; what a search writes into its own address is no leaving. */
router.beforeEach((to, from) => to.path === from.path || mayGo(to.path))

/** Only the login page is open to all; who is not logged in goes there first. */
router.beforeEach(async (to) => {
  const who = session.principal.value ?? await session.load()
  if (to.meta.open) return who ? paths.home : true
  return who ? true : { path: paths.login, query: to.fullPath === '/' ? {} : { next: to.fullPath } }
})

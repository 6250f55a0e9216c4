/** Shows the page of each path, and sends a user who is not logged in to the login page. */
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import { useSession } from '@/composables/session'
import { confirmLeaving } from '@/composables/unsaved'
import { homeOf } from '@/composables/admission'
import { operatorsRoutes } from './operators'
import { paths } from './paths'

const routes: RouteRecordRaw[] = [
  {
    path: paths.login,
    component: () => import('@/pages/login/LoginPage.vue'),
    meta: { open: true, title: 'login.title' },
  },
  ...operatorsRoutes,
  // The guard leads from here to the home of the user.
  { path: '/', component: () => import('@/pages/home/HomePage.vue') },
  { path: paths.apply, component: () => import('@/pages/apply/ApplyPage.vue'), meta: { title: 'menu.apply' } },
  { path: paths.application, component: () => import('@/pages/apply/ApplyPage.vue'), meta: { title: 'menu.apply' } },
  { path: paths.batch, component: () => import('@/pages/batch/BatchPage.vue'), meta: { title: 'menu.batch' } },
  {
    path: paths.appointments,
    component: () => import('@/pages/query/QueryPage.vue'),
    meta: { title: 'menu.appointments' },
  },
  {
    path: paths.templates,
    component: () => import('@/pages/templates/TemplatesPage.vue'),
    meta: { title: 'menu.templates' },
  },
  { path: paths.hours, component: () => import('@/pages/hours/HoursPage.vue'), meta: { title: 'menu.hours' } },
  {
    path: paths.colleagues,
    component: () => import('@/pages/colleagues/ColleaguesPage.vue'),
    meta: { title: 'menu.colleagues' },
  },
  {
    path: paths.webhooks,
    component: () => import('@/pages/webhooks/WebhooksPage.vue'),
    meta: { title: 'menu.webhooks' },
  },
  {
    path: paths.notices,
    component: () => import('@/pages/notices/NoticesPage.vue'),
    meta: { title: 'menu.notices' },
  },
  { path: paths.home, component: () => import('@/pages/home/HomePage.vue'), meta: { title: 'menu.home' } },
  {
    path: paths.progress,
    component: () => import('@/pages/progress/ProgressPage.vue'),
    meta: { title: 'progress.title' },
  },
  { path: paths.print, component: () => import('@/pages/print/PrintPage.vue'), meta: { title: 'print.act' } },
]

/** Returns the router, with the questions it asks before each page. */
export function makeRouter(): Router {
  const session = useSession()
  const router = createRouter({
    history: createWebHistory(),
    routes,
    // Back is where one was; another page begins at its top.
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })

  /** A page with something unsaved is not left unasked; what a search writes into its own address is no leaving. */
  router.beforeEach((to, from) => to.path === from.path || confirmLeaving(to.path))

  /** Only the login page is open to all; who is not logged in goes there first. */
  router.beforeEach(async (to) => {
    const who = session.principal.value ?? await session.load()
    if (who && (to.meta.open || to.path === '/')) return homeOf(who) ?? paths.home
    return who || to.meta.open ? true : { path: paths.login, query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  })
  return router
}

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router'
import { PAGE_PATHS } from './page-paths.ts'
import { OverviewPage } from './pages/overview-page.tsx'
import { alertsSearch } from './search/alerts-search.ts'
import { compareSearch } from './search/compare-search.ts'
import { entitySearch } from './search/entity-search.ts'
import { exploreSearch } from './search/explore-search.ts'
import { healthSearch } from './search/health-search.ts'
import { parseSearch, writeSearch } from './search/search-text.ts'
import { SHARED_WORDS, type SharedSearch, sharedSearch } from './search/shared-search.ts'
import { Shell } from './shell/shell.tsx'
import { UnknownPage } from './states/unknown-page.tsx'
import { Fault, FaultPage } from './states/fault-page.tsx'

/** Whom and when a page is about goes with whoever goes to another one; its open tables do not. */
const root = createRootRoute({
  validateSearch: (words: Record<string, unknown>): SharedSearch => sharedSearch(words),
  search: { middlewares: [retainSearchParams([...SHARED_WORDS])] },
  component: Shell, notFoundComponent: UnknownPage, errorComponent: FaultPage,
})

const getParentRoute = () => root

/** The overview is what people see first; the others come when they are gone to. */
const routes = [
  createRoute({ getParentRoute, path: PAGE_PATHS.overview, component: OverviewPage }),
  createRoute({ getParentRoute, path: PAGE_PATHS.entity, validateSearch: entitySearch, component: lazyRouteComponent(() => import('./pages/entity-page.tsx'), 'EntityPage') }),
  createRoute({ getParentRoute, path: PAGE_PATHS.compare, validateSearch: compareSearch, component: lazyRouteComponent(() => import('./pages/compare-page.tsx'), 'ComparePage') }),
  createRoute({ getParentRoute, path: PAGE_PATHS.alerts, validateSearch: alertsSearch, component: lazyRouteComponent(() => import('./pages/alerts-page.tsx'), 'AlertsPage') }),
  createRoute({ getParentRoute, path: PAGE_PATHS.explore, validateSearch: exploreSearch, component: lazyRouteComponent(() => import('./pages/explore-page.tsx'), 'ExplorePage') }),
  createRoute({ getParentRoute, path: PAGE_PATHS.health, validateSearch: healthSearch, component: lazyRouteComponent(() => import('./pages/health-page.tsx'), 'HealthPage') }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes), parseSearch, stringifySearch: writeSearch, trailingSlash: 'always', defaultPreload: 'intent', scrollRestoration: true, defaultErrorComponent: Fault,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

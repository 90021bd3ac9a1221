import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useMe } from '../api/hooks.ts'
import { isSignedOut } from '../api/problem.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { OfflineNote } from '../states/offline-note.tsx'
import { SignedOut } from '../states/signed-out.tsx'
import { GrainChoice } from './grain-choice.tsx'
import { Wave } from './icons.tsx'
import { Navigation } from './navigation.tsx'
import { RangeChoice } from './range-choice.tsx'
import { SeriesChoice } from './series-choice.tsx'
import css from './shell.module.css'
import { TenantChoice } from './tenant-choice.tsx'
import { ThemeChoice } from './theme-choice.tsx'

/** What is around every page: where one can go, and whom and when it is about. */
export function Shell() {
  const { error } = useMe()
  const { pathname } = useLocation()
  if (isSignedOut(error)) return <SignedOut error={error} />
  return (
    <div className={css['shell']}>
      <a className={css['skip']} href="#main">Skip to the content</a>
      <div className={css['note']}><OfflineNote /></div>
      <header className={css['header']}>
        <Link to={PAGE_PATHS.overview} className={css['brand'] ?? ''}><Wave /> Tidemark</Link>
        <fieldset className={css['choices']} aria-label="What is shown">
          <TenantChoice />
          <SeriesChoice />
          {pathname !== PAGE_PATHS.health && <><RangeChoice /><GrainChoice /></>}
        </fieldset>
        <div className={css['theme']}><ThemeChoice /></div>
      </header>
      <nav className={css['nav']} aria-label="Pages"><Navigation /></nav>
      <main className={css['main']} id="main" tabIndex={-1}><Outlet /></main>
    </div>
  )
}

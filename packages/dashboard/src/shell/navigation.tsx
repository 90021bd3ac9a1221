import { Link } from '@tanstack/react-router'
import { useDeclarations } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { PAGE_PATHS, type PageName } from '../page-paths.ts'
import { Alerts, Compare, Entity, Explore, Health, Overview } from './icons.tsx'
import css from './shell.module.css'

const PAGES: readonly { readonly name: PageName; readonly title: string; readonly Icon: typeof Overview }[] = [
  { name: 'overview', title: 'Overview', Icon: Overview }, { name: 'entity', title: 'One entity', Icon: Entity }, { name: 'compare', title: 'Compare', Icon: Compare },
  { name: 'alerts', title: 'Alerts', Icon: Alerts }, { name: 'explore', title: 'Explore', Icon: Explore }, { name: 'health', title: 'Health', Icon: Health },
]

export function Navigation() {
  const entity = useDeclarations().data?.series[0]?.of.name
  return (
    <ul>
      {PAGES.map(({ name, title, Icon }) => (
        <li key={name}>
          <Link to={PAGE_PATHS[name]} className={css['link'] ?? ''} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
            <Icon />{name === 'entity' && entity !== undefined ? `One ${wordsOf(entity).toLowerCase()}` : title}
          </Link>
        </li>
      ))}
    </ul>
  )
}

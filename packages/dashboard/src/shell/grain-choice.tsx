import { useLocation } from '@tanstack/react-router'
import { wordsOf } from '../format/amount.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import type { Grain } from '../search/shared-search.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from './choice.tsx'

/** How large the windows of an answer are: as suits the range, or as chosen. */
export function GrainChoice() {
  const [search, change] = useShared()
  const { series, grain } = usePlace()
  const { pathname } = useLocation()
  // There the grain is part of the question, with two that no other page has.
  if (pathname === PAGE_PATHS.explore) return null
  const grains = (series?.grains ?? []).filter((one) => one !== 'range' && one !== 'captured')
  return (
    <Choice
      label="Grain" value={search.grain ?? ''} onChange={(value) => change({ grain: value === '' ? undefined : value as Grain })}
      options={[{ value: '', text: `As suits (${grain})` }, ...grains.map((value) => ({ value, text: wordsOf(value) }))]}
    />
  )
}

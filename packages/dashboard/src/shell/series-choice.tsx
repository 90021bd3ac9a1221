import { useLocation } from '@tanstack/react-router'
import { useDeclarations, useToldAnswers } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from './choice.tsx'

export function SeriesChoice() {
  const [search, change] = useShared()
  const { series } = usePlace()
  const all = useDeclarations().data?.series ?? []
  const { pathname } = useLocation()
  const placed = useToldAnswers().data?.some(({ place }) => place !== null) ?? false
  // The overview of a project with panels of its own shows these, until a series is chosen.
  const own = placed && pathname === PAGE_PATHS.overview
  if ((all.length < 2 && !own) || series === undefined) return null
  return (
    <Choice
      label="Series" value={own ? search.series ?? '' : series.name}
      options={[...(own ? [{ value: '', text: 'The project’s panels' }] : []), ...all.map(({ name }) => ({ value: name, text: wordsOf(name) }))]}
      onChange={(value) => change({ series: value === '' ? undefined : value, grain: undefined })}
    />
  )
}

import { useMemo } from 'react'
import type { ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import type { Place } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { EntityChoice } from '../shell/entity-choice.tsx'
import { AnswerPanel } from './answer-panel.tsx'
import { inPlace } from './in-place.ts'
import { PanelLayout, PanelPlace } from './panel-layout.tsx'
import { useUsualEntity } from './use-usual-entity.ts'

/** Declared panels in the places that they were declared for. Those of one entity are of the one that is chosen, or of a lively one. */
export function DeclaredPanels({ answers, place }: { readonly answers: readonly ToldAnswer[]; readonly place: Place }) {
  const [search] = useShared()
  const usual = useUsualEntity(place)
  const entity = place.entity ?? usual
  const wantsEntity = answers.some(({ words }) => words.some(({ word, required }) => word === 'entity' && required))
  const known = { tenant: place.tenant, entity, entityChosen: place.entity !== undefined, from: place.range.from, to: place.range.to, ranged: place.ranged, grain: search.grain, horizon: search.horizon, threshold: search.threshold }
  const ordered = useMemo(() => inPlace(answers), [answers])
  return (
    <>
      {wantsEntity && <EntityChoice entity={entity} />}
      <PanelLayout>
        {ordered.map((told) => <PanelPlace key={told.name} width={told.place?.width ?? 'half'}><AnswerPanel told={told} known={known} /></PanelPlace>)}
      </PanelLayout>
    </>
  )
}

import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { CardsPanel, ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import { useAnswer, useAnswers } from '../api/hooks.ts'
import { placeOf } from '../format/amount.ts'
import { useShared } from '../search/use-shared.ts'
import type { DayRange } from '../search/day-range.ts'
import { answerCoverage } from './answer-coverage.ts'
import { answerWords, type Known, partsOf } from './answer-words.ts'
import { AskedWords } from './asked-words.tsx'
import { describe } from './describe.ts'
import { useNarrowed } from './narrowing.ts'
import css from './panel.module.css'
import { PanelFrame } from './panel-frame.tsx'
import { PanelPicture } from './panel-picture.tsx'
import { panelRows } from './panel-rows.ts'
import { at, rowsAt } from './path.ts'

/** The panel of an answer that the project declares. */
export function AnswerPanel({ told, known }: { readonly told: ToldAnswer; readonly known: Known }) {
  const { panel, name, title, summary } = told
  const words = answerWords(told, known)
  const { data: answered, error, isPlaceholderData, refetch } = useAnswer(name, words)
  const { document: data, narrowed } = useNarrowed(told, answered, words)
  const [, change] = useShared()
  const range = { from: known.from, to: known.to }
  const sparks = useSparks(told, panel?.draw === 'cards' ? words : null, range)
  const rows = useMemo(() => (panel === null || data === undefined ? null : panelRows(panel, data)), [panel, data])
  const grain = words?.['grain'] ?? null
  // A hundred thousand values take a while to tell: not again with every drawing.
  const description = useMemo(() => (panel === null || rows === null || panel.draw === 'table' ? undefined : describe(panel.draw, rows, grain)), [panel, rows, grain])
  if (panel === null) return null
  return (
    <PanelFrame
      name={name} title={title} summary={summary} rows={rows} error={error} onRetry={() => void refetch()} stale={isPlaceholderData} grain={grain} isTable={panel.draw === 'table'}
      coverage={data === undefined ? undefined : answerCoverage(told, data)} {...(description === undefined ? {} : { description })}
      {...(words === null ? { wants: wantedText(told, known) } : {})}
    >
      <AskedWords told={told} />
      {narrowed !== null && <p className={css['narrowed']} data-narrowed={name}><strong>{narrowed}</strong> <Button variant="default" size="compact-xs" onClick={() => change({ cell: undefined })}>Show all</Button></p>}
      <PanelPicture name={name} title={title} panel={panel} document={data} grain={grain} sparks={sparks} />
    </PanelFrame>
  )
}

function wantedText({ words }: ToldAnswer, known: Known): string {
  const lacks = words.find(({ word, required }) => required && (word === 'entity' ? known.entity === undefined : word === 'tenant' && known.tenant === undefined))
  return lacks === undefined ? 'This answer needs to be asked with more than this page knows' : `Nothing has a history here yet, so there is no ${lacks.word} to show this of`
}

/** The line beside each card: the same answer for the parts of its range, which any answer with a range can be asked for. */
function useSparks(told: ToldAnswer, words: ReturnType<typeof answerWords>, range: DayRange): ReadonlyMap<string, readonly (number | null)[]> | undefined {
  const parts = useAnswers(told.name, partsOf(words, range))
  const { panel } = told
  if (panel?.draw !== 'cards' || parts.length === 0 || parts.some(({ data }) => data === undefined)) return undefined
  return new Map(panel.cards.map(({ name }) => [name, parts.map(({ data }) => placeOf(cardValue(panel, data, name)))]))
}

function cardValue({ rows }: CardsPanel, document: unknown, name: string): unknown {
  return at(rowsAt(document, rows).find((row) => at(row, 'name') === name), 'value')
}

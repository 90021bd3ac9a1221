import { useMemo } from 'react'
import type { HeatPanel } from '../../../tidemark/src/panels/panel.ts'
import { heatOption } from '../charts/heat-option.ts'
import { LazyEchart } from '../charts/lazy-echart.tsx'
import { usePalette } from '../charts/use-palette.ts'
import { headed } from '../format/amount.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from '../shell/choice.tsx'
import { cellOf, cellText, useNarrowing } from './narrowing.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { showPanel } from './show-panel.ts'

const ROW_HEIGHT = 30
const FRAME_HEIGHT = 88

/** A heat map. A cell narrows the charts of what it counts, where there are such; so do the two choices above it. */
export function HeatPicture({ name, panel, document }: PictureProps<HeatPanel>) {
  const palette = usePalette()
  const [search, change] = useShared()
  const chosen = useMemo(() => cellOf(search.cell, name), [search.cell, name])
  const option = useMemo(() => heatOption(panel, document, palette, chosen), [panel, document, palette, chosen])
  const { charts } = useNarrowing(name, panel)
  const choose = (y: string, x: string): void => change({ cell: cellText(name, y, x) })
  const choiceOf = (axis: HeatPanel['x'], value: string, onChange: (word: string) => void) => (
    <Choice label={headed(axis.title)} value={value} onChange={onChange} options={[{ value: '', text: 'All' }, ...axis.words.map((word) => ({ value: word, text: headed(word) }))]} />
  )
  return (
    <>
      {charts.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own
        <div className={css['asked']} role="group" aria-label={`Narrow ${charts.map(({ title }) => title).join(', ')} to`}>
          {choiceOf(panel.y, chosen?.y ?? '', (y) => choose(y, chosen?.x ?? ''))}
          {choiceOf(panel.x, chosen?.x ?? '', (x) => choose(chosen?.y ?? '', x))}
          <span className={css['summary']}>A cell narrows {charts.map(({ title }) => title).join(', ')} to it</span>
        </div>
      )}
      <LazyEchart
        option={option} height={FRAME_HEIGHT + ROW_HEIGHT * panel.y.words.length}
        onChosen={({ value }) => {
          const [x, y] = Array.isArray(value) ? [panel.x.words[Number(value[0])], panel.y.words[Number(value[1])]] : []
          if (charts[0] === undefined || x === undefined || y === undefined) return
          choose(y, x)
          showPanel(charts[0].name)
        }}
      />
    </>
  )
}

import { useMemo } from 'react'
import type { HeatPanel } from '../../../tidemark/src/panels/panel.ts'
import { heatOption } from '../charts/heat-option.ts'
import { LazyEchart } from '../charts/lazy-echart.tsx'
import { usePalette } from '../charts/use-palette.ts'
import type { PictureProps } from './panel-picture.tsx'

const ROW_HEIGHT = 30
const FRAME_HEIGHT = 70

export function HeatPicture({ panel, document }: PictureProps<HeatPanel>) {
  const palette = usePalette()
  const option = useMemo(() => heatOption(panel, document, palette), [panel, document, palette])
  return <LazyEchart option={option} height={FRAME_HEIGHT + ROW_HEIGHT * panel.y.words.length} />
}

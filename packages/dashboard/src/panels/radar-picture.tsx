import { useMemo } from 'react'
import type { RadarPanel } from '../../../tidemark/src/panels/panel.ts'
import { LazyEchart } from '../charts/lazy-echart.tsx'
import { radarOption } from '../charts/radar-option.ts'
import { usePalette } from '../charts/use-palette.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'

const HEIGHT = 320

export function RadarPicture({ panel, document }: PictureProps<RadarPanel>) {
  const palette = usePalette()
  const option = useMemo(() => radarOption(panel, document, palette), [panel, document, palette])
  return (
    <>
      <ul className={css['legend']} aria-label="Outlines">
        <li><Line colour={palette.main} /> Now</li>
        <li><Line colour={palette.quiet} dashes="5 3" /> Before</li>
      </ul>
      <LazyEchart option={option} height={HEIGHT} />
    </>
  )
}

function Line({ colour, dashes }: { readonly colour: string; readonly dashes?: string }) {
  return <svg width="18" height="10" aria-hidden="true" focusable="false"><line x1="0" y1="5" x2="18" y2="5" stroke={colour} strokeWidth="3" strokeDasharray={dashes} /></svg>
}

import { useMemo, useState } from 'react'
import type { ChartPanel } from '../../../tidemark/src/panels/panel.ts'
import { chartOption, traceColour } from '../charts/chart-option.ts'
import { LazyEchart } from '../charts/lazy-echart.tsx'
import { usePalette } from '../charts/use-palette.ts'
import { amountText } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { at } from './path.ts'

const HEIGHT = 260

/** A chart with its facts above it, and a legend of buttons: the chart's own could not be reached by the keyboard. */
export function ChartPicture({ panel, document, grain }: PictureProps<ChartPanel>) {
  const palette = usePalette()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const option = useMemo(() => chartOption(panel, document, { palette, grain, hidden }), [panel, document, palette, grain, hidden])
  const toggle = (title: string): void => setHidden((before) => new Set(before.has(title) ? [...before].filter((one) => one !== title) : [...before, title]))
  return (
    <>
      {panel.facts.length > 0 && (
        <dl className={css['facts']}>
          {panel.facts.map(({ title, path, unit }) => <div key={title}><dt>{title}</dt><dd>{factText(at(document, path), unit)}</dd></div>)}
        </dl>
      )}
      {panel.traces.length > 1 && (
        <ul className={css['legend']} aria-label="Lines">
          {panel.traces.map(({ title, as }, index) => (
            <li key={title}><button type="button" aria-pressed={!hidden.has(title)} onClick={() => toggle(title)}><Swatch colour={traceColour(panel, index, palette)} as={as} />{title}</button></li>
          ))}
        </ul>
      )}
      <LazyEchart option={option} height={HEIGHT} />
    </>
  )
}

function factText(value: unknown, unit: ChartPanel['left']['unit']): string {
  const told = amountText(value, unit)
  return /^\d{4}-\d{2}-\d{2}/.test(told) ? periodText(told) : told.replaceAll('_', ' ')
}

function Swatch({ colour, as }: { readonly colour: string; readonly as: ChartPanel['traces'][number]['as'] }) {
  return (
    <svg width="18" height="10" aria-hidden="true" focusable="false">
      {as === 'line' || as === 'dashes' ? <line x1="0" y1="5" x2="18" y2="5" stroke={colour} strokeWidth="3" strokeDasharray={as === 'dashes' ? '5 3' : undefined} /> : <rect width="18" height="10" rx="2" fill={colour} opacity={as === 'band' ? 0.35 : 1} />}
    </svg>
  )
}

import { ActionIcon, Button } from '@mantine/core'
import { useMemo } from 'react'
import type { ChartPanel } from '../../../tidemark/src/panels/panel.ts'
import { chartOption, traceColour } from '../charts/chart-option.ts'
import { LazyEchart } from '../charts/lazy-echart.tsx'
import { usePalette } from '../charts/use-palette.ts'
import { amountText, headed } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import { useShared } from '../search/use-shared.ts'
import { Earlier, Later, ZoomIn, ZoomOut } from '../shell/icons.tsx'
import { canStep, ownEntries, stepped, withEntries, type Zoom, zoomOf, zoomText } from './chart-zoom.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { xsOf } from './panel-rows.ts'
import { at } from './path.ts'

const HEIGHT = 260
const STEPS = [{ step: 'in', title: 'Zoom in', Icon: ZoomIn }, { step: 'out', title: 'Zoom out', Icon: ZoomOut }, { step: 'earlier', title: 'Earlier', Icon: Earlier }, { step: 'later', title: 'Later', Icon: Later }] as const

/** A chart with its facts above it, and a legend of buttons: the chart's own could not be reached by the keyboard. */
export function ChartPicture({ name, title, panel, document, grain }: PictureProps<ChartPanel>) {
  const palette = usePalette()
  const [search, change] = useShared()
  const hidden = useMemo(() => new Set(ownEntries(search.hide, name)), [search.hide, name])
  const xs = useMemo(() => xsOf(panel, document), [panel, document])
  const zoom = useMemo(() => zoomOf(ownEntries(search.zoom, name)[0], xs), [search.zoom, name, xs])
  const option = useMemo(() => chartOption(panel, document, { palette, grain, hidden, zoom }), [panel, document, palette, grain, hidden, zoom])
  const toggle = (line: string): void => change({ hide: withEntries(search.hide, name, hidden.has(line) ? [...hidden].filter((one) => one !== line) : [...hidden, line]) })
  const show = (wanted: Zoom | null): void => {
    const text = wanted === null ? null : zoomText(wanted, xs)
    change({ zoom: withEntries(search.zoom, name, text === null ? [] : [text]) })
  }
  return (
    <>
      {panel.facts.length > 0 && (
        <dl className={css['facts']}>
          {panel.facts.map(({ title: fact, path, unit }) => <div key={fact}><dt>{headed(fact)}</dt><dd>{factText(at(document, path), unit)}</dd></div>)}
        </dl>
      )}
      <div className={css['above']}>
      {panel.traces.length > 1 && (
        <ul className={css['legend']} aria-label={`Lines of ${title}`}>
          {panel.traces.map(({ title: line, as }, index) => (
            <li key={line}><button type="button" data-trace={line} aria-pressed={!hidden.has(line)} onClick={() => toggle(line)}><Swatch colour={traceColour(panel, index, palette)} as={as} />{headed(line)}</button></li>
          ))}
        </ul>
      )}
      {canStep(xs.length) && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own
        <div className={css['steps']} role="group" aria-label={`Part of ${title} that is shown`}>
          {STEPS.filter(({ step }) => step === 'in' || zoom !== null).map(({ step, title: word, Icon }) => (
            <ActionIcon key={step} variant="subtle" color="gray" aria-label={`${word}, ${title}`} title={word} onClick={() => show(stepped(step, zoom ?? [0, xs.length - 1], xs.length))}><Icon /></ActionIcon>
          ))}
          {zoom !== null && <Button variant="subtle" size="compact-sm" onClick={() => show(null)}>Show all</Button>}
        </div>
      )}
      </div>
      <LazyEchart option={option} height={HEIGHT} onZoomed={(from, to) => show([from, to])} />
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

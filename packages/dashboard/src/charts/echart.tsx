import { BarChart, HeatmapChart, LineChart, RadarChart } from 'echarts/charts'
import { AriaComponent, DataZoomComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'
import { useEffect, useRef } from 'react'

use([BarChart, HeatmapChart, LineChart, RadarChart, AriaComponent, DataZoomComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

export interface EchartProps {
  readonly option: EChartsOption
  readonly height: number
  readonly onChosen?: (hovered: { readonly name: string; readonly value: unknown; readonly dataIndex: number }) => void
}

/** A canvas that follows the size of its place. What it shows is told in words and as a table beside it, so it is hidden from screen readers. */
export function Echart({ option, height, onChosen }: EchartProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  const chosen = useRef(onChosen)
  chosen.current = onChosen
  useEffect(() => {
    if (place.current === null) return undefined
    const made = init(place.current, null, { renderer: 'canvas' })
    chart.current = made
    made.on('click', (event) => chosen.current?.(event as never))
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(place.current)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption({ ...option, textStyle: { fontFamily: 'inherit' } }, { notMerge: true })
    place.current?.setAttribute('data-drawn', 'true')
  }, [option])
  return <div ref={place} aria-hidden="true" style={{ height, width: '100%' }} />
}

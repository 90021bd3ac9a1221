import { BarChart, HeatmapChart, LineChart, RadarChart } from 'echarts/charts'
import { AriaComponent, DataZoomComponent, GridComponent, MarkLineComponent, RadarComponent, ToolboxComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'
import { useEffect, useRef } from 'react'

use([BarChart, HeatmapChart, LineChart, RadarChart, AriaComponent, DataZoomComponent, GridComponent, MarkLineComponent, RadarComponent, ToolboxComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

export interface EchartProps {
  readonly option: EChartsOption
  readonly height: number
  /** Somebody dragged over a part of the chart: its first and last place. */
  readonly onZoomed?: (from: number, to: number) => void
  readonly onChosen?: (hovered: { readonly name: string; readonly value: unknown; readonly dataIndex: number }) => void
}

interface ZoomEvent {
  readonly startValue?: number
  readonly endValue?: number
}

/** A wheel turns in many small steps; the address is written when it stands. */
const ZOOM_SETTLED_MS = 150

/** A canvas that follows the size of its place. What it shows is told in words and as a table beside it, so it is hidden from screen readers. */
export function Echart({ option, height, onChosen, onZoomed }: EchartProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  const chosen = useRef(onChosen)
  chosen.current = onChosen
  const zoomed = useRef(onZoomed)
  zoomed.current = onZoomed
  useEffect(() => {
    if (place.current === null) return undefined
    const made = init(place.current, null, { renderer: 'canvas' })
    chart.current = made
    made.on('click', (event) => chosen.current?.(event as never))
    let later: ReturnType<typeof setTimeout> | undefined
    made.on('datazoom', (event) => {
      const { startValue, endValue } = ((event as { readonly batch?: readonly ZoomEvent[] }).batch?.[0] ?? event) as ZoomEvent
      const now = (made.getOption() as { readonly dataZoom?: readonly ZoomEvent[] }).dataZoom?.[0]
      const [from, to] = [startValue ?? now?.startValue, endValue ?? now?.endValue]
      clearTimeout(later)
      if (from !== undefined && to !== undefined && to > from) later = setTimeout(() => zoomed.current?.(from, to), ZOOM_SETTLED_MS)
    })
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(place.current)
    return () => {
      clearTimeout(later)
      observer.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption({ ...option, textStyle: { fontFamily: 'inherit' } }, { notMerge: true })
    // By touch a drag scrolls the page.
    if (option.toolbox !== undefined && matchMedia('(pointer: fine)').matches) chart.current?.dispatchAction({ type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: true })
    place.current?.setAttribute('data-drawn', 'true')
  }, [option])
  return <div ref={place} aria-hidden="true" style={{ height, width: '100%' }} />
}

import { lazy, Suspense } from 'react'
import type { EchartProps } from './echart.tsx'

const Echart = lazy(() => import('./echart.tsx').then((loaded) => ({ default: loaded.Echart })))

/** Charts are two thirds of all code: they come when there is one to draw, into a place that has its height already. */
export function LazyEchart(props: EchartProps) {
  return <Suspense fallback={<div data-drawn="false" style={{ height: props.height }} />}><Echart {...props} /></Suspense>
}

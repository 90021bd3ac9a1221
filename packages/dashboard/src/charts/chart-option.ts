import type { EChartsOption, LineSeriesOption } from 'echarts'
import type { ChartPanel, Trace, Unit } from '../../../tidemark/src/panels/panel.ts'
import { amountText, headed, MISSING, placeOf, shownUnit } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import { xsOf } from '../panels/panel-rows.ts'
import { at, rowsAt, textAt } from '../panels/path.ts'
import { escaped } from './escaped.ts'
import type { Palette } from './palette.ts'

const MARKS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin'] as const
/** Above this many periods marks only smear the line. */
const MOST_MARKS = 60
const SAMPLED = 2000

export interface ChartLook {
  readonly palette: Palette
  readonly grain: string | null
  /** Traces that are switched off, by title. */
  readonly hidden: ReadonlySet<string>
  /** The first and last place of the periods that are shown; null: all. */
  readonly zoom?: readonly [number, number] | null
}

/** A trace's colour: its tone, or the next of the palette. */
export function traceColour(panel: ChartPanel, index: number, palette: Palette): string {
  const tone = panel.traces[index]?.tone
  return tone === undefined ? palette.hues[index % palette.hues.length] as string : palette[tone]
}

/** A chart of the panel: gaps are gaps, level lines stay in view, and what is read is the document's own text. */
export function chartOption(panel: ChartPanel, document: unknown, { palette, grain, hidden, zoom = null }: ChartLook): EChartsOption {
  const xs = xsOf(panel, document)
  const shown = panel.traces.map((trace, index) => ({ trace, index })).filter(({ trace }) => !hidden.has(trace.title))
  const lines = panel.lines.flatMap(({ title, at: place, tone }) => {
    const value = 'path' in place ? at(document, place.path) : place.value
    const y = placeOf(value)
    return y === null ? [] : [{ name: title, yAxis: y, lineStyle: { color: palette[tone], type: 'solid' as const, width: 1.5 }, label: { formatter: escapedLabel(`${headed(title)}: ${amountText(value, panel.left.unit)}`), color: palette.text, position: 'insideStartTop' as const } }]
  })
  const marks = panel.marks.flatMap(({ title, path }) => {
    const x = textAt(document, path)
    return x === null || !xs.includes(x) ? [] : [{ name: title, xAxis: x, lineStyle: { color: palette.text, type: 'dotted' as const }, label: { formatter: escapedLabel(`${headed(title)}: ${periodText(x)}`), color: palette.text } }]
  })
  const whole = panel.traces.every((trace) => rowsAt(document, trace.rows).every((row) => /^-?\d*$/.test(textAt(row, trace.y) ?? '')))
  const titled = panel.left.title !== '' || panel.right !== null
  const greatest = Math.max(0, ...lines.map(({ yAxis }) => yAxis))
  const axis = ({ title, unit }: ChartPanel['left']) => ({
    type: 'value' as const, ...(whole ? { minInterval: 1 } : {}), name: axisName(title, unit), nameTextStyle: { color: palette.faint, align: 'left' as const },
    scale: panel.traces.every(({ as }) => as === 'line' || as === 'dashes'), axisLabel: { color: palette.faint, hideOverlap: true, ...(greatest > 0 ? { showMaxLabel: false } : {}), formatter: (value: number) => tickText(value, unit) },
    splitLine: { lineStyle: { color: palette.line } },
  })
  return {
    animation: false, aria: { enabled: true, decal: { show: shown.filter(({ trace }) => trace.as === 'bars' || trace.as === 'area').length > 1 }, label: { enabled: false } },
    grid: { left: 8, right: panel.right === null ? 16 : 8, top: titled ? 36 : 14, bottom: 8, outerBoundsMode: 'same' },
    xAxis: {
      type: 'category', data: [...xs], boundaryGap: shown.some(({ trace }) => trace.as === 'bars'), axisLine: { lineStyle: { color: palette.line } }, axisTick: { show: false },
      axisLabel: { color: palette.faint, hideOverlap: true, formatter: (x: string) => periodText(x, grain).replace('week of ', '') },
    },
    yAxis: [
      { ...axis(panel.left), ...(greatest > 0 ? { max: ({ max }: { readonly max: number }) => Math.max(max, greatest * 1.05) } : {}) },
      ...(panel.right === null ? [] : [{ ...axis(panel.right), nameTextStyle: { color: palette.faint, align: 'right' as const }, splitLine: { show: false } }]),
    ],
    tooltip: {
      trigger: 'axis', confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { color: palette.text, fontSize: 13 },
      formatter: (hovered: unknown) => tooltip(panel, document, shown.map(({ trace }) => trace), xs[(hovered as readonly { readonly dataIndex: number }[])[0]?.dataIndex ?? 0] ?? '', grain),
    },
    // Dragging over the chart zooms: a tool without a button, as the buttons above the chart do the same for the keyboard.
    toolbox: { left: -100, itemSize: 0, feature: { dataZoom: { yAxisIndex: 'none' as const, brushStyle: { color: palette.main, opacity: 0.2 } } } },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, moveOnMouseMove: false, filterMode: 'none' as const, ...(zoom === null ? {} : { startValue: zoom[0], endValue: zoom[1] }) }],
    series: shown.flatMap(({ trace, index }, order) => traceSeries(trace, index, { panel, document, xs, palette, ...(order === 0 ? { marked: [...lines, ...marks] } : {}) })) as LineSeriesOption[],
  }
}

interface TraceParts {
  readonly panel: ChartPanel
  readonly document: unknown
  readonly xs: readonly string[]
  readonly palette: Palette
  readonly marked?: readonly object[]
}

function traceSeries(trace: Trace, index: number, { panel, document, xs, palette, marked }: TraceParts): readonly object[] {
  const color = traceColour(panel, index, palette)
  const values = (path: string): readonly (number | null)[] => {
    const known = new Map(rowsAt(document, trace.rows).map((row) => [String(at(row, trace.x)), placeOf(at(row, path))]))
    return xs.map((x) => known.get(x) ?? null)
  }
  const common = {
    name: trace.title, yAxisIndex: trace.axis === 'right' && panel.right !== null ? 1 : 0, itemStyle: { color }, connectNulls: false,
    ...(marked === undefined || marked.length === 0 ? {} : { markLine: { silent: true, symbol: 'none', data: marked } }),
  }
  const high = values(trace.y)
  if (trace.as === 'band' && trace.low !== undefined) {
    const low = values(trace.low)
    const edge = { ...common, type: 'line', stack: `band ${index}`, stackStrategy: 'all', symbol: 'none', lineStyle: { opacity: 0 }, silent: true }
    const { markLine, ...upper } = edge as typeof edge & { readonly markLine?: object }
    return [{ ...edge, data: low }, { ...upper, data: high.map((top, place) => (top === null || low[place] === null ? null : top - (low[place] ?? 0))), areaStyle: { color, opacity: 0.22 } }]
  }
  if (trace.as === 'bars') return [{ ...common, type: 'bar', data: high, barMaxWidth: 28, ...(trace.stack === undefined ? {} : { stack: trace.stack }) }]
  return [{
    ...common, type: 'line', data: high, symbol: MARKS[index % MARKS.length], symbolSize: 6, showSymbol: xs.length <= MOST_MARKS || isolated(high),
    lineStyle: { color, width: 2, type: trace.as === 'dashes' ? 'dashed' : 'solid' }, ...(trace.as === 'area' ? { areaStyle: { color, opacity: 0.35 } } : {}),
    ...(trace.stack === undefined ? {} : { stack: trace.stack, stackStrategy: 'all' }), ...(xs.length > SAMPLED ? { sampling: 'lttb' } : {}),
  }]
}

/** Whether a value has gaps on both sides: a line alone would not show it. */
function isolated(values: readonly (number | null)[]): boolean {
  return values.some((value, place) => value !== null && (values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null)
}

function tooltip(panel: ChartPanel, document: unknown, shown: readonly Trace[], x: string, grain: string | null): string {
  const lines = shown.map((trace) => {
    const row = rowsAt(document, trace.rows).find((one) => String(at(one, trace.x)) === x)
    const unit = (trace.axis === 'right' && panel.right !== null ? panel.right : panel.left).unit
    const told = (path: string): string => amountText(at(row, path), unit)
    const value = trace.low === undefined ? told(trace.y) : told(trace.y) === MISSING ? MISSING : `${told(trace.low)} to ${told(trace.y)}`
    return `${escaped(headed(trace.title))}: <b>${escaped(value === MISSING ? 'missing' : value)}</b>`
  })
  return [`<b>${escaped(periodText(x, grain))}</b>`, ...lines].join('<br>')
}

/** The unit is told once: behind the title, unless the title is the unit or the ticks tell it. */
function axisName(title: string, unit: Unit | null): string {
  const shown = shownUnit(unit)
  return title === '' || shown === null || title.toLowerCase() === shown.toLowerCase() ? headed(title) : `${headed(title)} (${shown})`
}

function tickText(value: number, unit: Unit | null): string {
  if (unit === 'time of day' || unit === 'bytes') return amountText(value, unit)
  return unit === 'share' ? `${Math.round(value * 100)} %` : new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 }).format(value)
}

/** ECharts takes braces in a label for a template of its own. */
function escapedLabel(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')')
}

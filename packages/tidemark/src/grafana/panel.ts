import type { FieldConfig, FieldOverride, GridPos, Panel, Target, Threshold } from './dashboard.ts'

/** What a panel is before it has its place. */
export interface PanelDraft {
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly target: Target
  readonly defaults?: FieldConfig
  readonly overrides?: readonly FieldOverride[]
  readonly options?: Readonly<Record<string, unknown>>
  readonly width: number
  readonly height: number
}

/** Colours that the colour-blind tell apart (Okabe and Ito), for what stands for something. */
export const COLOURS = { blue: '#0072B2', orange: '#E69F00', green: '#009E73', red: '#D55E00', purple: '#CC79A7', grey: '#999999', darkRed: '#8B2500' } as const

const LEGEND = { displayMode: 'list', placement: 'bottom', showLegend: true } as const

/** Lines over time. A missing value is a gap. */
export function timeseries(draft: Omit<PanelDraft, 'type'>, custom: Readonly<Record<string, unknown>> = {}): PanelDraft {
  return {
    ...draft, type: 'timeseries',
    defaults: { ...draft.defaults, custom: { drawStyle: 'line', lineWidth: 2, showPoints: 'auto', pointSize: 4, spanNulls: false, fillOpacity: 0, ...custom } },
    options: { legend: LEGEND, tooltip: { mode: 'multi', sort: 'none' }, ...draft.options },
  }
}

/** Every number of the last row as a card. */
export function stat(draft: Omit<PanelDraft, 'type'>): PanelDraft {
  return {
    ...draft, type: 'stat',
    options: {
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, colorMode: 'none', graphMode: 'none', justifyMode: 'auto', textMode: 'value_and_name', orientation: 'auto', wideLayout: true,
      showPercentChange: true, percentChangeColorMode: 'standard', ...draft.options,
    },
  }
}

/** Every number of the only row as an arc. */
export function gauge(draft: Omit<PanelDraft, 'type'>): PanelDraft {
  return {
    ...draft, type: 'gauge',
    options: { reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, showThresholdLabels: false, showThresholdMarkers: true, orientation: 'auto', ...draft.options },
  }
}

export function tablePanel(draft: Omit<PanelDraft, 'type'>): PanelDraft {
  return { ...draft, type: 'table', options: { showHeader: true, cellHeight: 'sm', ...draft.options } }
}

export function barChart(draft: Omit<PanelDraft, 'type'>): PanelDraft {
  return { ...draft, type: 'barchart', options: { orientation: 'auto', showValue: 'auto', stacking: 'none', groupWidth: 0.7, barWidth: 0.9, legend: LEGEND, tooltip: { mode: 'multi', sort: 'none' }, ...draft.options } }
}

export function stateTimeline(draft: Omit<PanelDraft, 'type'>): PanelDraft {
  return { ...draft, type: 'state-timeline', options: { mergeValues: true, showValue: 'auto', rowHeight: 0.9, legend: LEGEND, tooltip: { mode: 'single', sort: 'none' }, ...draft.options } }
}

/** Steps by value, the least first: `[null, grey], [0.5, green]`. */
export function steps(...pairs: readonly (readonly [number | null, string])[]): { readonly mode: 'absolute'; readonly steps: readonly Threshold[] } {
  return { mode: 'absolute', steps: pairs.map(([value, color]) => ({ value, color })) }
}

/** What is said of the fields of one name. */
export function named(name: string, properties: Readonly<Record<string, unknown>>): FieldOverride {
  return { matcher: { id: 'byName', options: name }, properties: Object.entries(properties).map(([id, value]) => ({ id, value })) }
}

/** The columns of a grid. */
const GRID = 24

/** Gives each panel its place: from left to right, and a new line where one is full. */
export function placed(drafts: readonly PanelDraft[]): readonly Panel[] {
  let [x, y, height] = [0, 0, 0]
  return drafts.map(({ type, title, description, target, defaults = {}, overrides = [], options = {}, width, height: own }, index) => {
    if (x + width > GRID) [x, y, height] = [0, y + height, 0]
    const gridPos: GridPos = { x, y, w: width, h: own }
    x += width
    height = Math.max(height, own)
    return { id: index + 1, type, title, ...(description === undefined ? {} : { description }), datasource: target.datasource, gridPos, targets: [target], fieldConfig: { defaults, overrides }, options }
  })
}

import type { MeasureDefinition } from '../definitions/measure.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { type Dashboard, type FieldConfig, IN_UTC, SCHEMA_VERSION, type Target, type Variable } from './dashboard.ts'
import { barChart, type PanelDraft, placed, stateTimeline, tablePanel, timeseries } from './panel.ts'
import { placeholder } from './placeholder.ts'
import { byDimension, byEntity, byPeriod, entitiesOf, type ShownColumn, shownColumns, tenantsOf } from './series-sql.ts'
import { type CsvColumn, csvTarget, dataSource, type SourceOptions, sqlTarget, traitsOf } from './source.ts'

const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const
/** As many as fit a table beside each other. */
const MOST_COLUMNS = 12

/** A dashboard of any series, from its declaration alone: a panel a measure, the entities beside each other, the dimensions. */
export function seriesDashboard(series: SeriesDefinition, source: SourceOptions): Dashboard {
  return {
    uid: `tidemark-${series.name}`.slice(0, 40), title: `${series.name} (${series.of.name})`,
    description: 'Made by tidemark grafana export from the declarations. Missing values are gaps, never zero.',
    tags: ['tidemark'], ...IN_UTC, editable: true, graphTooltip: 1, schemaVersion: SCHEMA_VERSION, refresh: '5m', time: { from: 'now-90d', to: 'now' },
    templating: { list: variables(series, source) },
    panels: placed(traitsOf(source.kind).reads === 'views' ? panelsOverSql(series) : panelsOverHttp(series, source.url)),
  }
}

function variables(series: SeriesDefinition, { kind }: SourceOptions): readonly Variable[] {
  const asked = (name: string, label: string, query: string): Variable => (traitsOf(kind).reads === 'views'
    ? { name, label, type: 'query', datasource: dataSource(kind), query, refresh: 1 }
    : { name, label, type: 'textbox', query: '', current: { text: '', value: '' } })
  return [
    asked('tenant', series.of.tenant, tenantsOf(series)), asked('entity', series.of.name, entitiesOf(series)),
    { name: 'grain', label: 'grain', type: 'custom', query: GRAINS.join(','), current: { text: 'week', value: 'week' }, options: GRAINS.map((grain) => ({ text: grain, value: grain, selected: grain === 'week' })) },
  ]
}

function panelsOverSql(series: SeriesDefinition): readonly PanelDraft[] {
  const names = Object.keys(series.measures).filter((name) => shownColumns(series, name).length > 0)
  const drafts = names.map((name) => measurePanel(series, name, sqlTarget(byPeriod(series, shownColumns(series, name)), ['time'])))
  const additive = names.filter((name) => ['count', 'delta'].includes(series.measures[name]?.kind ?? ''))
  const split = series.dimensions.flatMap(({ field }) => additive.slice(0, 1).map((name) => {
    const [shown] = shownColumns(series, name) as readonly [ShownColumn]
    return barChart({ title: `${shown.name} by ${field}`, target: sqlTarget(byDimension(series, field, shown), []), width: 12, height: 9, options: { xField: field } })
  }))
  const firsts = names.slice(0, MOST_COLUMNS).map((name) => shownColumns(series, name)[0] as ShownColumn)
  const entities = tablePanel({ title: `Every ${series.of.name} of the ${series.of.tenant}`, target: sqlTarget(byEntity(series, firsts), []), width: 24, height: 12 })
  return [...drafts, ...split, ...(firsts.length === 0 ? [] : [entities])]
}

/** Over HTTP every answer of a measure comes with its coverage, from the archive too. */
function panelsOverHttp(series: SeriesDefinition, url: string): readonly PanelDraft[] {
  return Object.keys(series.measures).flatMap((name) => {
    const answers = shownColumns(series, name).map((one) => one.name)
    if (answers.length === 0) return []
    const columns: readonly CsvColumn[] = [
      { selector: 'period', text: 'time', type: 'timestamp' },
      ...answers.map((answer) => ({ selector: answer, text: answer, type: series.measures[name]?.kind === 'state' ? 'string' as const : 'number' as const })),
    ]
    const target = csvTarget(`${url}/v1/series/${series.name}/query`, {
      select: answers.join(','), tenant: placeholder('tenant'), entity: placeholder('entity'), grain: placeholder('grain'),
      from: placeholder('__from:date:YYYY-MM-DD'), to: placeholder('__to:date:YYYY-MM-DD'), format: 'csv',
    }, columns)
    return [measurePanel(series, name, target)]
  })
}

function measurePanel(series: SeriesDefinition, name: string, target: Target): PanelDraft {
  const measure = series.measures[name] as MeasureDefinition
  const draft = { title: name, target, width: 12, height: 8 }
  if (measure.kind === 'state') return stateTimeline(draft)
  const sums = ['count', 'delta', 'flag', 'sampledFlag', 'counter'].includes(measure.kind)
  return timeseries({ ...draft, defaults: unitOf(measure) }, sums && measure.kind !== 'counter' ? { drawStyle: 'bars', fillOpacity: 60, lineWidth: 0 } : {})
}

/** Units that Grafana has a name for; others stand behind the number as they are. */
const UNITS: Readonly<Record<string, string>> = { h: 'h', s: 's', ms: 'ms', B: 'bytes', '%': 'percent', EUR: 'currencyEUR', USD: 'currencyUSD', GBP: 'currencyGBP' }

function unitOf(measure: MeasureDefinition): FieldConfig {
  if (measure.kind === 'ratio') return { decimals: Math.min(measure.scale, 4) }
  return measure.unit === null ? {} : { unit: UNITS[measure.unit] ?? `suffix: ${measure.unit}` }
}

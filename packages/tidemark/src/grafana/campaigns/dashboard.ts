import type { SeriesDefinition } from '../../definitions/series.ts'
import { type Dashboard, type FieldOverride, IN_UTC, SCHEMA_VERSION } from '../dashboard.ts'
import { barChart, COLOURS, gauge, named, type PanelDraft, placed, stat, steps, tablePanel, timeseries } from '../panel.ts'
import { placeholder } from '../placeholder.ts'
import { dataSource, sqlTarget } from '../source.ts'
import * as sql from './answer-sql.ts'

/** What the dashboard reads, beside the view `campaign_metrics_snapshots` that the template makes. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  campaign_metrics: ['volunteersCurrent', 'beneficiariesCurrent', 'budgetSpent', 'budgetPlanned', 'budgetAllocated', 'volunteerRetention', 'beneficiaryDropout', 'averageSessions'],
  sessions_held: ['sessions'],
}

/** Whether the series are those of the template `campaigns`, whose answers have a dashboard of their own. */
export function areCampaigns(series: readonly SeriesDefinition[]): boolean {
  return Object.entries(NEEDED).every(([name, measures]) => {
    const found = series.find((one) => one.name === name)
    return found !== undefined && measures.every((measure) => Object.hasOwn(found.measures, measure))
  })
}

const SHARE = { unit: 'percentunit', decimals: 1 } as const
const CAPACITY_STEPS = steps([null, COLOURS.grey], [0.5, COLOURS.green], [0.8, COLOURS.orange], [1, COLOURS.red])
const RANK_STEPS = steps([null, COLOURS.red], [0.25, COLOURS.grey], [0.75, COLOURS.green])
const WHOLE_ROWS = 'Rows that the range cuts are left out.'

/** A column of shares, coloured by its steps. */
const coloured = (name: string, thresholds: ReturnType<typeof steps>, more: Readonly<Record<string, unknown>> = {}): FieldOverride =>
  named(name, { 'custom.cellOptions': { type: 'color-background', mode: 'basic' }, thresholds, color: { mode: 'thresholds' }, ...more })
const share = { unit: 'percentunit', decimals: 1 }
const HIDDEN_ID = named('campaign_id', { 'custom.hidden': true })
const line = (name: string, colour: string, more: Readonly<Record<string, unknown>> = {}): FieldOverride => named(name, { color: { mode: 'fixed', fixedColor: colour }, ...more })
const DASHED = { fill: 'dash', dash: [8, 8] } as const

/** The twelve answers in the order of their layout: cards; gauges beside alerts; impact beside capacity; budget beside forecast; heat beside outcomes; the tables. */
const DRAFTS: readonly PanelDraft[] = [
  stat({
    title: '1 · Overview', description: `Each number of the range, and its change from as many days before. ${WHOLE_ROWS}`, target: sqlTarget(sql.OVERVIEW, ['time']), width: 24, height: 4,
    defaults: { noValue: 'not known' },
    overrides: [named('Hours', { unit: 'h' }), named('Volunteer places used', share), named('Budget used', share), named('Budget spent', { unit: 'currencyEUR' })],
  }),
  gauge({
    title: '2 · Capacity', description: 'Share of the target. Below 0.5 grey, from 0.5 green, from 0.8 amber, from 1 red.', target: sqlTarget(sql.GAUGES, []), width: 12, height: 7,
    defaults: { ...SHARE, min: 0, max: 1.2, noValue: 'no target', thresholds: CAPACITY_STEPS, color: { mode: 'thresholds' } },
  }),
  tablePanel({
    title: '8 · Capacity alerts', description: 'Capacities used to 80 % or more, the fullest first. Acknowledging and silencing: tidemark alerts.', target: sqlTarget(sql.ALERTS, []), width: 12, height: 7,
    overrides: [coloured('used', steps([null, COLOURS.orange], [1, COLOURS.red], [1.0001, COLOURS.darkRed]), share), HIDDEN_ID],
  }),
  timeseries({
    title: '3 · Impact', description: `Week by week; scores are the last of their week, hours and sessions what it added. ${WHOLE_ROWS}`, target: sqlTarget(sql.IMPACT, ['time']), width: 12, height: 9,
    overrides: [line('SROI', COLOURS.blue), line('VIS', COLOURS.purple), line('Hours', COLOURS.orange, { 'custom.axisPlacement': 'right', unit: 'h' }), line('Sessions', COLOURS.green, { 'custom.axisPlacement': 'right' })],
  }),
  timeseries({
    title: '4 · Capacity trend', description: 'Volunteers and beneficiaries on top of each other; the line is the sum of their targets.', target: sqlTarget(sql.CAPACITY, ['time']), width: 12, height: 9,
    overrides: [
      line('Volunteers', COLOURS.blue), line('Beneficiaries', COLOURS.green),
      line('Targets', COLOURS.grey, { 'custom.stacking': { mode: 'none' }, 'custom.fillOpacity': 0, 'custom.lineStyle': DASHED }),
    ],
  }, { fillOpacity: 30, stacking: { mode: 'normal', group: 'A' } }),
  timeseries({
    title: '5 · Budget burn-rate', description: 'The straight line goes through what was spent in the range; where it meets what is allocated, the budget is used up.', target: sqlTarget(sql.BUDGET, ['time']), width: 12, height: 9,
    defaults: { unit: 'currencyEUR' },
    overrides: [line('Spent', COLOURS.blue), line('Planned', COLOURS.grey), line('Allocated', COLOURS.red), line('Straight line', COLOURS.blue, { 'custom.lineStyle': DASHED })],
  }),
  timeseries({
    title: '11 · Capacity forecast', description: 'The straight line through the range: the method that others must beat. The chosen method, its intervals and its past error: tidemark forecast.', target: sqlTarget(sql.FORECAST, ['time']), width: 12, height: 9,
    defaults: { ...SHARE, thresholds: steps([null, COLOURS.green], [0.8, COLOURS.orange]) },
    overrides: [line('Used', COLOURS.blue), line('Straight line', COLOURS.blue, { 'custom.lineStyle': DASHED })],
  }, { thresholdsStyle: { mode: 'dashed' } }),
  tablePanel({
    title: '6 · Sessions by weekday and hour', description: "On the campaign's own clock.", target: sqlTarget(sql.HEAT, []), width: 12, height: 10,
    defaults: { noValue: '', color: { mode: 'continuous-blues' }, min: 0, custom: { cellOptions: { type: 'color-background', mode: 'basic' }, align: 'center', width: 34 } },
    overrides: [named('weekday', { 'custom.cellOptions': { type: 'auto' }, 'custom.width': 70 })],
  }),
  barChart({
    title: '7 · Outcomes', description: 'Scores from 0 to 100, at the end of the range and before it. Grafana has no radar of its own.', target: sqlTarget(sql.OUTCOMES, []), width: 12, height: 10,
    defaults: { min: 0, max: 100 }, options: { xField: 'outcome' }, overrides: [line('Now', COLOURS.blue), line('Before the range', COLOURS.grey)],
  }),
  tablePanel({
    title: '12 · Engagement', target: sqlTarget(sql.ENGAGEMENT, []), width: 24, height: 9,
    overrides: [coloured('retention', steps([null, COLOURS.orange], [0.7, 'transparent']), share), coloured('dropout', steps([null, 'transparent'], [0.3001, COLOURS.orange]), share), HIDDEN_ID],
  }),
  tablePanel({
    title: '10 · Comparison', description: 'Ranks among the campaigns of the company: 0 the least, 1 the greatest.', target: sqlTarget(sql.COMPARISON, []), width: 24, height: 9,
    overrides: [...['rank by places', 'rank by SROI', 'rank by hours'].map((name) => coloured(name, RANK_STEPS)), named('places used', share), named('hours', { unit: 'h' }), HIDDEN_ID],
  }),
  tablePanel({
    title: '9 · Top evidence', target: sqlTarget(sql.EVIDENCE, []), width: 24, height: 9,
    overrides: [named('source', { links: [{ title: 'Open the source', url: placeholder('__value.raw'), targetBlank: true }] }), named('score', { 'custom.width': 90 }), HIDDEN_ID],
  }),
]

/** The twelve answers of the campaigns, over the views of the store. */
export function campaignsDashboard(): Dashboard {
  const datasource = dataSource('sqlite')
  return {
    uid: 'tidemark-campaigns', title: 'Campaigns', description: 'The twelve answers of the campaigns. Made by tidemark grafana export; docs/campaigns.md says what each number means.',
    tags: ['tidemark', 'campaigns'], ...IN_UTC, editable: true, graphTooltip: 1, schemaVersion: SCHEMA_VERSION, refresh: '5m',
    // The days to come are for the straight lines.
    time: { from: 'now-60d', to: 'now+30d' },
    templating: {
      list: [
        { name: 'company', label: 'company', type: 'query', datasource, query: sql.COMPANIES, refresh: 1 },
        { name: 'campaign', label: 'campaign', type: 'query', datasource, query: sql.CAMPAIGNS, regex: sql.CAMPAIGN_PARTS, refresh: 1 },
      ],
    },
    panels: placed(DRAFTS),
  }
}

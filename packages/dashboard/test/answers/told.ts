import type { Level, ToldAnswer } from '../../../tidemark/src/panels/panel.ts'

/** The campaigns' twelve answers as `GET /v1/answers` tells of them; until it does, and for the tests of the renderers. */

const USED: readonly Level[] = [
  { from: '0', word: 'low', tone: 'quiet' }, { from: '0.5', word: 'fair', tone: 'good' }, { from: '0.8', word: 'high', tone: 'warn' }, { from: '1.0', word: 'full', tone: 'bad' },
]
const RANKED: readonly Level[] = [{ from: '0', word: 'behind', tone: 'bad' }, { from: '0.25', word: 'among', tone: 'quiet' }, { from: '0.75', word: 'ahead', tone: 'good' }]
const range = [{ word: 'tenant', required: true }, { word: 'from', required: false }, { word: 'to', required: false }] as const
const ofOne = [...range, { word: 'entity', required: true }] as const
const wholeCoverage = { path: 'coverage' } as const
const rowCoverage = { rows: 'rows', path: 'coverage' } as const
const used = (title: string, path: string) => ({ title, path, unit: 'share', levels: USED })
const rank = (title: string, path: string) => ({ title, path, unit: null, levels: RANKED })
const card = (name: string, title: string, unit: string | null, better: 'more' | 'less' | null, opens: string | null) => ({ name, title, unit, better, opens })

export const PANELS: readonly ToldAnswer[] = [
  {
    name: 'overview', title: 'Key numbers', summary: 'A company’s numbers over the range, beside as many days before.', words: range, coverage: wholeCoverage, place: { row: 0, column: 0, width: 'whole' },
    panel: { draw: 'cards', rows: 'cards', cards: [
      card('activeCampaigns', 'Active campaigns', null, 'more', 'comparison'), card('volunteers', 'Volunteers', null, 'more', 'capacity'), card('beneficiaries', 'Beneficiaries', null, 'more', 'capacity'),
      card('sessions', 'Sessions', null, 'more', 'impact'), card('hours', 'Hours', 'h', 'more', 'impact'), card('volunteersUtilization', 'Volunteer places used', 'share', 'more', 'gauges'),
      card('budgetSpent', 'Budget spent', 'EUR', null, 'budget'), card('budgetUtilization', 'Budget used', 'share', null, 'gauges'),
    ] },
  },
  {
    name: 'gauges', title: 'Capacity', summary: 'How full all campaigns together are.', words: range, coverage: wholeCoverage, place: { row: 1, column: 0, width: 'half' },
    panel: { draw: 'gauges', rows: 'gauges', titles: { volunteers: 'Volunteers', beneficiaries: 'Beneficiaries', sessions: 'Sessions', budget: 'Budget' }, most: 1.2, levels: USED, none: 'no target', opens: 'forecast' },
  },
  {
    name: 'alerts', title: 'Capacity alerts', summary: 'Campaigns at 80 % and more, the fullest first.', words: range, coverage: wholeCoverage, place: { row: 1, column: 1, width: 'half' },
    panel: { draw: 'table', rows: 'alerts', order: { path: 'utilization', way: 'down' }, columns: [
      { title: 'Campaign', path: 'campaign', unit: null, entity: true }, { title: 'Capacity', path: 'capacity', unit: null }, { title: 'Used', path: 'utilization', unit: 'share', levels: [{ from: '0.8', word: 'high', tone: 'warn' }, { from: '1.0', word: 'full', tone: 'bad' }, { from: '1.0001', word: 'over', tone: 'worse' }] },
      { title: 'Action', path: 'action', unit: null },
    ] },
  },
  {
    name: 'impact', title: 'Impact', summary: 'Of one campaign: scores, hours and sessions.', words: [...ofOne, { word: 'grain', required: false }], coverage: rowCoverage, place: { row: 2, column: 0, width: 'half' },
    panel: { draw: 'chart', left: { title: 'Score', unit: 'score' }, right: { title: 'Hours and sessions', unit: null }, lines: [], marks: [], facts: [], traces: [
      { title: 'SROI', rows: 'rows', x: 'period', y: 'sroi', as: 'line', axis: 'left' }, { title: 'VIS', rows: 'rows', x: 'period', y: 'vis', as: 'line', axis: 'left' },
      { title: 'Hours', rows: 'rows', x: 'period', y: 'hours', as: 'dashes', axis: 'right' }, { title: 'Sessions', rows: 'rows', x: 'period', y: 'sessions', as: 'dashes', axis: 'right' },
    ] },
  },
  {
    name: 'capacity', title: 'Capacity trend', summary: 'Volunteers and beneficiaries of all campaigns.', words: [...range, { word: 'grain', required: false }], coverage: rowCoverage, place: { row: 2, column: 1, width: 'half' },
    panel: { draw: 'chart', left: { title: 'People', unit: 'people' }, right: null, lines: [], marks: [], facts: [], traces: [
      { title: 'Volunteers', rows: 'rows', x: 'period', y: 'volunteers', as: 'area', axis: 'left', stack: 'people' }, { title: 'Beneficiaries', rows: 'rows', x: 'period', y: 'beneficiaries', as: 'area', axis: 'left', stack: 'people' },
    ] },
  },
  {
    name: 'budget', title: 'Budget burn-rate', summary: 'Of one campaign: spent, planned, and projected.', words: ofOne, coverage: wholeCoverage, place: { row: 3, column: 0, width: 'half' },
    panel: { draw: 'chart', left: { title: 'Budget', unit: 'EUR' }, right: null, traces: [
      { title: '80 % band', rows: 'rows', x: 'day', y: 'high80', low: 'low80', as: 'band', axis: 'left', tone: 'main' }, { title: 'Spent', rows: 'rows', x: 'day', y: 'spent', as: 'line', axis: 'left', tone: 'main' },
      { title: 'Planned', rows: 'rows', x: 'day', y: 'planned', as: 'line', axis: 'left', tone: 'quiet' }, { title: 'Projected', rows: 'rows', x: 'day', y: 'projected', as: 'dashes', axis: 'left', tone: 'main' },
    ], lines: [{ title: 'Allocated', at: { path: 'allocated' }, tone: 'bad' }], marks: [{ title: 'Exhausted', path: 'exhaustion' }], facts: [
      { title: 'Remaining', path: 'remaining', unit: 'EUR' }, { title: 'Over plan', path: 'overPlan', unit: 'EUR' }, { title: 'Exhausted on', path: 'exhaustion', unit: null },
    ] },
  },
  {
    name: 'forecast', title: 'Capacity forecast', summary: 'Of one campaign: places used, and where that goes.', words: [...ofOne, { word: 'horizon', required: false }, { word: 'threshold', required: false }], coverage: { path: 'history.coverage' }, place: { row: 3, column: 1, width: 'half' },
    panel: { draw: 'chart', left: { title: 'Places used', unit: 'share' }, right: null, traces: [
      { title: '95 % band', rows: 'steps', x: 'period', y: 'high95', low: 'low95', as: 'band', axis: 'left', tone: 'quiet' }, { title: '80 % band', rows: 'steps', x: 'period', y: 'high80', low: 'low80', as: 'band', axis: 'left', tone: 'main' },
      { title: 'Was', rows: 'history.values', x: 'period', y: 'value', as: 'line', axis: 'left', tone: 'main' }, { title: 'Will be', rows: 'steps', x: 'period', y: 'value', as: 'dashes', axis: 'left', tone: 'main' },
    ], lines: [{ title: 'Threshold', at: { value: '0.8' }, tone: 'warn' }], marks: [{ title: 'Reached', path: 'threshold.period' }], facts: [{ title: 'Method', path: 'method', unit: null }, { title: 'Past error', path: 'pastError.mae', unit: 'share' }] },
  },
  {
    name: 'heat', title: 'When sessions are held', summary: 'By weekday and hour of each campaign’s own clock.', words: range, coverage: wholeCoverage, place: { row: 4, column: 0, width: 'half' },
    panel: { draw: 'heat', rows: 'cells', x: { path: 'hour', title: 'Hour', words: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')) }, y: { path: 'weekday', title: 'Weekday', words: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }, value: { path: 'sessions', title: 'Sessions', unit: null } },
  },
  {
    name: 'outcomes', title: 'Outcomes', summary: 'Of one campaign: scores now, and before.', words: [{ word: 'tenant', required: true }, { word: 'entity', required: true }, { word: 'at', required: false }, { word: 'before', required: false }], coverage: wholeCoverage, place: { row: 4, column: 1, width: 'half' },
    panel: { draw: 'radar', rows: 'axes', axis: 'outcome', value: 'value', before: 'before', least: 0, most: 100 },
  },
  {
    name: 'engagement', title: 'Engagement', summary: 'Who stays, who leaves, how often they meet.', words: range, coverage: rowCoverage, place: { row: 5, column: 0, width: 'half' },
    panel: { draw: 'table', rows: 'rows', order: { path: 'volunteerRetention', way: 'up' }, columns: [
      { title: 'Campaign', path: 'campaign', unit: null, entity: true }, { title: 'Retention', path: 'volunteerRetention', unit: 'share', levels: [{ from: '0', word: 'low', tone: 'warn' }, { from: '0.7', word: 'good', tone: 'good' }] },
      { title: 'Dropout', path: 'beneficiaryDropout', unit: 'share', levels: [{ from: '0', word: 'fine', tone: 'good' }, { from: '0.3', word: 'high', tone: 'warn' }] }, { title: 'Sessions each', path: 'averageSessions', unit: null },
    ] },
  },
  {
    name: 'evidence', title: 'Evidence', summary: 'What people said, the best first.', words: [{ word: 'tenant', required: true }, { word: 'most', required: false }], coverage: { path: 'campaigns' }, place: { row: 5, column: 1, width: 'half' },
    panel: { draw: 'links', rows: 'rows', text: 'text', url: 'url', score: { path: 'score', title: 'Score' }, facts: [{ title: 'Campaign', path: 'campaignName' }] },
  },
  {
    name: 'comparison', title: 'Campaigns beside each other', summary: 'Each with its rank among the others: 0 the least, 1 the greatest.', words: range, coverage: rowCoverage, place: { row: 6, column: 0, width: 'whole' },
    panel: { draw: 'table', rows: 'rows', order: { path: 'values.volunteersUtilization', way: 'down' }, columns: [
      { title: 'Campaign', path: 'campaign', unit: null, entity: true }, { title: 'Status', path: 'status', unit: null }, used('Volunteers', 'values.volunteersUtilization'), rank('Rank, volunteers', 'ranks.volunteersUtilization'),
      { title: 'SROI', path: 'values.sroi', unit: 'score' }, rank('Rank, SROI', 'ranks.sroi'), { title: 'Hours', path: 'values.hours', unit: 'h' }, rank('Rank, hours', 'ranks.hours'),
    ] },
  },
]

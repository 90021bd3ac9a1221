import { answer, type Coverage, type Reader } from 'tidemark'
import { HOURS, WEEKDAYS } from '../history/sessions.ts'
import { sessionsHeld } from '../history/series.ts'
import { NOTHING } from './coverage.ts'
import { usualRange } from './usual-range.ts'

export interface HeatMapRequest {
  readonly company: string
  /** Left out: the company's campaigns together. */
  readonly campaign?: string
  readonly from: string
  readonly to: string
}

/** Sessions held in one hour of one weekday, on the campaign's own clock. */
export interface HeatMapCell {
  readonly weekday: (typeof WEEKDAYS)[number]
  readonly hour: (typeof HOURS)[number]
  readonly sessions: number
}

export interface HeatMap {
  /** By weekday, Sunday first, and hour; hours without a session are left out. */
  readonly cells: readonly HeatMapCell[]
  /** null: nothing is known of the range. */
  readonly total: number | null
  readonly coverage: Coverage
}

/** 6 · When sessions are held. */
export async function heatMap(tm: Reader, { company, campaign, from, to }: HeatMapRequest): Promise<HeatMap> {
  const which = campaign === undefined ? { total: true } : { entity: campaign }
  const [{ rows }, { rows: [whole] }] = await Promise.all([
    tm.query(sessionsHeld, { select: ['sessions.sum'], tenant: company, from, to, grain: 'range', by: ['weekday', 'hour'], ...which }),
    tm.query(sessionsHeld, { select: ['sessions.sum'], tenant: company, from, to, grain: 'range', ...which }),
  ])
  const cells = rows.flatMap(({ group, 'sessions.sum': sessions }) => (group === null || sessions === null || sessions === 0 ? [] : [{ ...group, sessions } as unknown as HeatMapCell]))
  const place = (cell: HeatMapCell): number => WEEKDAYS.indexOf(cell.weekday) * 24 + Number(cell.hour)
  return {
    cells: cells.sort((a, b) => place(a) - place(b)), total: whole?.['sessions.sum'] ?? null,
    coverage: whole?.coverage ?? NOTHING,
  }
}

export const heatAnswer = answer('heat', {
  title: 'Activity heat map', summary: 'Sessions by weekday and hour, on the clock of the campaign.',
  words: { tenant: 'required', entity: 'optional', from: 'optional', to: 'optional' }, place: { row: 4, column: 0, width: 'half' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'heat', rows: 'cells', x: { path: 'hour', title: 'hour', words: HOURS }, y: { path: 'weekday', title: 'weekday', words: WEEKDAYS },
    value: { path: 'sessions', title: 'sessions', unit: 'sessions' },
  },
  ask: (reader, { tenant, entity, ...range }) => heatMap(reader, { company: tenant, ...(entity === undefined ? {} : { campaign: entity }), ...usualRange(reader, range) }),
})

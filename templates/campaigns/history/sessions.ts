/** Sunday first, as days since the Thursday of 1970 count. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export const HOURS = [
  '00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23',
] as const

/** A row of the application's table, with its campaign's and company's id. */
export interface SessionRow {
  readonly id: number
  readonly company_id: string
  readonly campaign_id: string
  readonly held_at: number
  /** What the campaign's clock was ahead of UTC. */
  readonly offset_minutes: number
  readonly hours: number
}

/** A session as an event of the stream. */
export function sessionEvent(row: SessionRow) {
  const wall = row.held_at + row.offset_minutes * 60_000
  const day = Math.floor(wall / 86_400_000)
  return {
    company: row.company_id, campaign: row.campaign_id, id: `session-${row.id}`, held_at: new Date(row.held_at),
    weekday: WEEKDAYS[(((day + 4) % 7) + 7) % 7] as (typeof WEEKDAYS)[number],
    hour: HOURS[Math.floor((wall - day * 86_400_000) / 3_600_000)] as (typeof HOURS)[number],
    hours: `${Math.trunc(row.hours / 100)}.${String(row.hours % 100).padStart(2, '0')}`,
  }
}

// The questions in SQL over the table by hand, each engine with its own idiom for the last row of a group.
import { clockOf, DAY_MS } from '../../templates/campaigns/app/clock-face.ts'
import { type Ask, besideYearBefore, cents, firstDayOf, monthsBefore, type Question, type Row, sorted, type Words } from './question.ts'

export type Idiom = 'bare-column' | 'distinct-on' | 'arg_max' | 'argMax'

const TABLE = 'campaign_metrics_snapshots'

/** The named columns of the last snapshot of each group, by the idiom that the engine's documentation gives. */
function lastOf(idiom: Idiom, table: string, by: Readonly<Record<string, string>>, columns: readonly string[], where: string): string {
  const keys = Object.entries(by).map(([name, text]) => (name === text ? name : `${text} AS ${name}`)).join(', ')
  switch (idiom) {
    case 'bare-column': return `SELECT ${keys}, ${columns.map((name) => `${name} AS last_${name}`).join(', ')}, max(snapshot_date) FROM ${table} WHERE ${where} GROUP BY ${Object.keys(by).join(', ')}`
    case 'distinct-on': return `SELECT DISTINCT ON (${Object.values(by).join(', ')}) ${keys}, ${columns.map((name) => `${name} AS last_${name}`).join(', ')} FROM ${table} WHERE ${where} ORDER BY ${Object.values(by).join(', ')}, snapshot_date DESC`
    default: return `SELECT ${keys}, ${columns.map((name) => `${idiom}(${name}, snapshot_date) AS last_${name}`).join(', ')} FROM ${table} WHERE ${where} GROUP BY ${Object.keys(by).join(', ')}`
  }
}

/** @param instant how the engine writes an instant as a literal */
export function textOf(idiom: Idiom, question: Question, words: Words, { table = TABLE, instant = plain }: { readonly table?: string; readonly instant?: (at: number) => string } = {}): string {
  const { company, campaign, zone, today } = words
  const start = (day: number): string => instant(clockOf(zone).instantOf(day, 0))
  // No zone is further ahead of UTC than 14 hours: it lets an index on instants bound a range of local days.
  const around = (day: number): string => `snapshot_date >= ${instant((day - 1) * DAY_MS)} AND day_number >= ${day} AND day_number <= ${today}`
  switch (question) {
    case 'latest': return `SELECT volunteers_current, sessions_current, budget_spent, status, full_snapshot FROM ${table} WHERE campaign_id = '${campaign}' ORDER BY snapshot_date DESC LIMIT 1`
    case 'thirtyDays': return `SELECT snapshot_date, volunteers_current, sessions_current, budget_spent FROM ${table} WHERE campaign_id = '${campaign}' AND snapshot_date >= ${start(today - 29)} ORDER BY snapshot_date`
    case 'ninetyDaysByDay': return lastOf(idiom, table, { day_number: 'day_number' }, ['volunteers_current', 'sessions_current', 'budget_spent'], `campaign_id = '${campaign}' AND snapshot_date >= ${start(today - 89)}`)
    case 'alerts': return `SELECT campaign_id, last_volunteers_current, last_volunteers_target FROM (${lastOf(idiom, table, { campaign_id: 'campaign_id' }, ['volunteers_current', 'volunteers_target', 'status'], around(today - 2))}) AS l
      WHERE last_volunteers_current * 10 >= last_volunteers_target * 8 AND last_status NOT IN ('completed', 'cancelled')`
    case 'yearOverYear': return `SELECT month, sum(last_volunteers_current) FROM (${lastOf(idiom, table, { campaign_id: 'campaign_id', month: 'substr(day, 1, 7)' }, ['volunteers_current'],
      `company_id = '${company}' AND day_number >= ${firstDayOf(monthsBefore(today, 24)[0] as string)} AND day_number < ${firstDayOf(monthsBefore(today + 31, 1)[0] as string)}`)}) AS l GROUP BY month`
    case 'allByDay': return lastOf(idiom, table, { campaign_id: 'campaign_id', day_number: 'day_number' }, ['volunteers_current', 'budget_spent'], around(today - 89))
  }
}

const plain = (at: number): string => `'${new Date(at).toISOString().replace('.000Z', 'Z')}'`

/** @param run gives rows as arrays */
export function sqlAsk(question: Question, words: Words, run: () => unknown): Ask {
  return { ask: run, rows: (answer) => rowsOf(question, words, answer as readonly (readonly unknown[])[]) }
}

function rowsOf(question: Question, { today }: Words, answer: readonly (readonly unknown[])[]): readonly Row[] {
  const number = (cell: unknown): number | null => (cell === null ? null : Number(cell))
  switch (question) {
    case 'latest': return answer.map(([volunteers, sessions, spent, status]) => [number(volunteers), number(sessions), cents(spent), String(status)])
    case 'thirtyDays': return answer.map(([at, volunteers, sessions, spent]) => [instantOf(at), number(volunteers), number(sessions), cents(spent)])
    case 'ninetyDaysByDay': return sorted(answer.map(([day, volunteers, sessions, spent]) => [number(day), number(volunteers), number(sessions), cents(spent)]))
    case 'alerts': return sorted(answer.map(([campaign, volunteers, target]) => [String(campaign), number(volunteers), number(target)]))
    case 'yearOverYear': return besideYearBefore(new Map(answer.map(([month, sum]) => [String(month), Number(sum)])), today)
    case 'allByDay': return sorted(answer.map(([campaign, day, volunteers, spent]) => [String(campaign), number(day), number(volunteers), cents(spent)]))
  }
}

function instantOf(value: unknown): number {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'string' && /[-:]/.test(value) ? Date.parse(value) : Number(value)
}

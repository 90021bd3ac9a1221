import { addMonths, formatDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import type { Series } from '../definitions/series.ts'
import type { QueryRow, WindowRow } from '../query/answer.ts'
import type { Tidemark } from '../tidemark.ts'
import { answerTable } from './answer-table.ts'
import { printedStanding } from '../tiers/printed-standing.ts'
import { standingText } from './tiers.ts'

/** One answer of the demo: what it shows, the call that gives it again, and the rows. */
export interface DemoAnswer {
  readonly title: string
  /** The words after `tidemark`. */
  readonly call: string
  readonly document: unknown
  readonly text: string
}

const YEARLY = ['contributions.sum', 'active.count', 'fix.sum', 'fixShare.value']
const MONTHLY = ['contributions.sum', 'active.count', 'fix.sum', 'release.sum', 'fixShare.value']
const WINDOWED = ['contributions.sum', 'active.count', 'fixShare.value']
/** Rows of one table on the screen; the call shows all of them. */
const MOST_ROWS = 15

/** Real answers with their coverage: a tenant's years, a contributor's months and windows, the tiers. */
export async function demoAnswers(history: Tidemark, series: Series, now: number): Promise<readonly DemoAnswer[]> {
  const name = series.definition.name
  const whole = await history.ask(name, { select: ['contributions.sum'], allTenants: true, total: true, grain: 'range' })
  const tenant = greatest(whole.rows)?.tenant
  const answers: DemoAnswer[] = []
  if (tenant !== undefined) {
    const years = await history.ask(name, { select: YEARLY, tenant, total: true, grain: 'year' })
    answers.push({
      title: `${tenant}, year by year`, document: years, text: lastRows(years.rows, YEARLY),
      call: `query ${name} --tenant ${quoted(tenant)} --measure ${YEARLY.join(',')} --total --grain year`,
    })
    const entity = await busiest(history, name, tenant, now)
    if (entity !== null) {
      const months = await history.ask(name, { select: MONTHLY, tenant, entity, grain: 'month' })
      const windows = await history.askWindows(name, { select: WINDOWED, tenant, entity })
      const who = `--tenant ${quoted(tenant)} --entity ${quoted(entity)}`
      answers.push({
        title: `contributor ${entity}, month by month`, document: months, text: lastRows(months.rows, MONTHLY),
        call: `query ${name} ${who} --measure ${MONTHLY.join(',')} --grain month`,
      }, {
        title: 'the same contributor, in four-month windows from the first commit', document: windows, text: lastRows(windows.rows, WINDOWED),
        call: `window ${name} ${who} --measure ${WINDOWED.join(',')}`,
      })
    }
  }
  const standing = await history.tiers.status(name)
  answers.push({ title: 'where the history lies', call: 'tiers status', document: printedStanding(standing), text: standingText(standing) })
  return answers
}

/** Who did most in the last two years, for every tier has something of theirs; where nobody did anything, who did most of all. */
async function busiest(history: Tidemark, series: string, tenant: string, now: number): Promise<string | null> {
  const today = formatDay(Math.floor(now / DAY_MS))
  const from = formatDay(addMonths(Math.floor(now / DAY_MS), -24))
  const select = ['contributions.sum'] as const
  const lately = greatest((await history.ask(series, { select, tenant, grain: 'range', from, to: today })).rows)
  if (Number(lately?.['contributions.sum'] ?? 0) > 0) return lately?.entity ?? null
  return greatest((await history.ask(series, { select, tenant, grain: 'range' })).rows)?.entity ?? null
}

function greatest(rows: readonly QueryRow[]): QueryRow | undefined {
  const size = (row: QueryRow) => Number(row['contributions.sum'] ?? 0)
  return rows.toSorted((a, b) => size(b) - size(a))[0]
}

function lastRows(rows: readonly (QueryRow | WindowRow)[], keys: readonly string[]): string {
  const left = rows.length - MOST_ROWS
  return `${left > 0 ? `(${left} earlier rows left out)\n` : ''}${answerTable(rows.slice(-MOST_ROWS), keys)}`
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

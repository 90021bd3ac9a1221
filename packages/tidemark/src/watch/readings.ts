import { formatDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { isAdditive } from '../measures/additive.ts'
import type { AnswerScalar, QueryAnswer, QueryRow } from '../query/answer.ts'
import type { QueryRequest } from '../query/request.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Reading } from './evaluate.ts'
import type { AlertRule } from './rule.ts'

export type Ask = (series: string, request: QueryRequest) => Promise<QueryAnswer>

/** Today, yesterday, and one day on each side for zones ahead of UTC and behind it. */
const DAYS_BACK = 2
const DAYS_AHEAD = 2

/**
 * The latest known value of every watched answer for every entity, from the days around now: one question a series. A
 * level counts as soon as it is known, also of a day that is not over; a sum, count or increase only of a whole day.
 *
 * @param kindOf the kind of entity that a series is of
 */
export async function readLatest(ask: Ask, rules: readonly AlertRule[], kindOf: (series: string) => string, now: Instant): Promise<readonly Reading[]> {
  const today = Math.floor(now / DAY_MS)
  const readings: Reading[] = []
  for (const series of new Set(rules.map((rule) => rule.series))) {
    const watching = rules.filter((rule) => rule.series === series)
    const { rows } = await ask(series, {
      select: [...new Set(watching.flatMap(({ measure, parts }) => [measure, ...parts?.above ?? [], ...parts?.below ?? []]))], allTenants: true, grain: 'day', from: formatDay(today - DAYS_BACK), to: formatDay(today + DAYS_AHEAD),
    })
    for (const days of Map.groupBy(rows, ({ tenant, entity }) => JSON.stringify([tenant, entity])).values()) {
      for (const rule of watching) readings.push(readingOf(rule, kindOf(series), days))
    }
  }
  return readings
}

function readingOf({ name, measure, parts }: AlertRule, kind: string, days: readonly QueryRow[]): Reading {
  const { tenant, entity } = days[0] as QueryRow
  const head = { rule: name, kind, tenant, entity: String(entity) }
  const known = days.findLast((row) => valueOf(row, measure) !== null && (!isAdditive(measure) || row.coverage.present === row.coverage.expected))
  if (known !== undefined) {
    const valuesOf = (keys: readonly string[]) => keys.map((key) => valueOf(known, key)).filter((value) => typeof value === 'number' || typeof value === 'string')
    return {
      ...head, value: valueOf(known, measure), period: known.period, reason: null,
      ...(parts === null ? {} : { parts: { above: valuesOf(parts.above), below: valuesOf(parts.below) } }),
    }
  }
  return { ...head, value: null, period: null, reason: reasonOf(days) }
}

/** Why there is no value, by the latest day that says more than that it is not over, or had not begun for this entity. */
function reasonOf(days: readonly QueryRow[]): string {
  if (days.some(({ coverage }) => coverage.present > 0)) return 'null'
  const reasons = days.toReversed().flatMap(({ coverage }) => Object.keys(coverage.reasons))
  return reasons.find((reason) => reason !== 'open' && reason !== 'before_enrolment') ?? reasons[0] ?? 'null'
}

function valueOf(row: QueryRow, measure: string): AnswerScalar {
  return row[measure as `${string}.${string}`] ?? null
}

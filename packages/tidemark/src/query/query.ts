import { formatInstant } from '../calendar/instant.ts'
import { isCollected } from '../definitions/series.ts'
import type { QueryAnswer, QueryRow } from './answer.ts'
import { type Answered, answerQuestion, gridPlan, type PlannedRead } from './answering.ts'
import { answerCollected } from './collected/answer.ts'
import { poseCollected } from './collected/question.ts'
import type { Explanation, QueryOptions } from './explain.ts'
import { Frame } from './frame.ts'
import { begin, pose, type QueryContext, type Question, scopedContext } from './question.ts'
import { type CalendarGrain, calendarPeriods, comparedRanges, endOfPeriod, spanOf } from './ranges.ts'
import type { QueryRequest } from './request.ts'
import { refuseTooMany } from './row-bound.ts'
import { resolveQuery, type ResolvedQuery } from './validate.ts'

/**
 * Answers a question about a series: one row for each entity (or tenant), group and period, ordered so.
 *
 * Throws a `TidemarkError` for a word that is wrong; an empty store, an unknown entity or a retired range are answers.
 */
export async function runQuery(
  context: QueryContext, series: string, request: QueryRequest, options: QueryOptions = {},
): Promise<QueryAnswer & { readonly explain?: Explanation }> {
  const opening = await begin(scopedContext(context, options.tenants ?? null), series, (definition) => resolveQuery(definition, request, context.now, options))
  const { resolved, state: { definition } } = opening
  const { rows, explain } = isCollected(definition) ? await answerCollected(await poseCollected(opening, definition)) : await answerEvents(await pose(opening, definition))
  return {
    series, grain: resolved.grain, asOf: resolved.askedAsOf === null ? null : formatInstant(resolved.askedAsOf),
    rows: rows as unknown as QueryRow[],
    ...(options.explain === true ? { explain } : {}),
  }
}

async function answerEvents(question: Question<ResolvedQuery>): Promise<Answered> {
  const { resolved, split, entities } = question
  const grain = resolved.grain as CalendarGrain
  const span = spanOf(resolved, question.earliestEnrolment, () => endOfPeriod(grain, question.latestToday))
  const all = resolved.from !== null && resolved.to !== null
  const totals = resolved.total ? [...new Set(entities.map((entity) => entity.tenant))] : null
  const subjects = totals?.length ?? entities.length
  // Of an open range only what somebody has is told: one list of periods there must be.
  refuseTooMany(grain, span, all ? subjects * split.cells.length : split.cells.length, resolved.mostRows)
  const periods = span === null ? [] : calendarPeriods(grain, span)

  const reads: PlannedRead[] = [{ purpose: 'answer', frame: Frame.grid(subjects, split.cells, periods), plan: gridPlan(question, periods), places: null }]
  for (const comparison of resolved.compare) {
    const { ranges, places } = comparedRanges(comparison, grain, periods)
    reads.push({ purpose: comparison, frame: Frame.grid(subjects, split.cells, ranges), plan: gridPlan(question, ranges), places })
  }
  return answerQuestion(question, { reads, totals, periodsOf: () => periods, all, behind: resolved.behind })
}

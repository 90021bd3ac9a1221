import { windowIndex, windowStart } from '../calendar/anchor.ts'
import { formatInstant } from '../calendar/instant.ts'
import { isCollected } from '../definitions/series.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { WindowAnswer, WindowRow } from './answer.ts'
import { type Answered, answerQuestion } from './answering.ts'
import { answerGrids } from './collected/answer.ts'
import { type CollectedQuestion, poseCollected } from './collected/question.ts'
import type { EntityDays } from './entity-days.ts'
import type { Explanation, QueryOptions } from './explain.ts'
import { Frame } from './frame.ts'
import { begin, pose, type QueryContext, type Question, scopedContext } from './question.ts'
import { anchoredPeriods, type Period } from './ranges.ts'
import type { WindowRequest } from './request.ts'
import { resolveWindow, type ResolvedWindow } from './validate.ts'

/**
 * Answers anchored windows: one row for each enrolled entity, group and window, ordered so. Windows start at each
 * entity's own anchor, or all at the day that the request gives; each entity has those from the one that holds its
 * enrolment to the one that holds its today, whole.
 */
export async function runWindow(
  context: QueryContext, series: string, request: WindowRequest, options: QueryOptions = {},
): Promise<WindowAnswer & { readonly explain?: Explanation }> {
  const opening = await begin(scopedContext(context, options.tenants ?? null), series, (definition) => resolveWindow(definition, request, context.now))
  const { resolved, state: { definition } } = opening
  const { rows, explain } = isCollected(definition) ? await collectedWindows(await poseCollected(opening, definition)) : await eventWindows(await pose(opening, definition))
  return {
    series, window: resolved.name, asOf: resolved.askedAsOf === null ? null : formatInstant(resolved.askedAsOf),
    rows: rows as unknown as WindowRow[],
    ...(options.explain === true ? { explain } : {}),
  }
}

function eventWindows(question: Question<ResolvedWindow>): Promise<Answered> {
  const { resolved, split, entities } = question
  const periods = windowsOf(resolved, entities.map(({ anchor, enrolment }, place) => ({ anchor: resolved.anchor ?? anchor, enrolment, today: (question.days[place] as EntityDays).today })))
  const periodsOf = (subject: number): readonly Period[] => periods[subject] as readonly Period[]
  const ranges: (DayRange & { readonly entity: number })[] = []
  for (const [subject, { id }] of entities.entries()) {
    for (const { from, to } of periodsOf(subject)) ranges.push({ entity: id, from, to })
  }
  const frame = Frame.own(entities.length, split.cells, periodsOf)
  return answerQuestion(question, {
    reads: [{ purpose: 'answer', frame, plan: { kind: 'own', ranges }, places: null }], totals: null, periodsOf, all: true, behind: false,
  })
}

function collectedWindows(question: CollectedQuestion<ResolvedWindow>): Promise<Answered> {
  const { resolved, entities } = question
  const periods = windowsOf(resolved, entities.map(({ enrolment, today }) => ({ anchor: resolved.anchor, enrolment, today })))
  const periodsOf = (entity: number): readonly Period[] => periods[entity] as readonly Period[]
  return answerGrids(question, { grids: [{ purpose: 'answer', rangesOf: periodsOf, places: null }], periodsOf, total: false, all: true })
}

const NO_WINDOWS: readonly Period[] = []

/** The windows of each entity in turn. Entities that share anchor, enrolment and today share the list. */
function windowsOf(
  resolved: ResolvedWindow, entities: readonly { readonly anchor: EpochDay | null; readonly enrolment: EpochDay | null; readonly today: EpochDay }[],
): readonly (readonly Period[])[] {
  const known = new Map<EpochDay, Map<number, readonly Period[]>>()
  return entities.map(({ anchor, enrolment, today }) => {
    if (anchor === null || enrolment === null) return NO_WINDOWS
    let alike = known.get(today)
    if (alike === undefined) known.set(today, alike = new Map())
    // The days of the years 1 to 9999 fit in 22 bits and a sign.
    const key = anchor * 2 ** 23 + enrolment
    let windows = alike.get(key)
    if (windows === undefined) alike.set(key, windows = windowsBetween(resolved, anchor, enrolment, today))
    return windows
  })
}

/** From the window that holds the enrolment to the one that holds today; of those, the ones that the range touches. */
function windowsBetween({ months, from, to }: ResolvedWindow, anchor: EpochDay, enrolment: EpochDay, today: EpochDay): readonly Period[] {
  // The window of the later of two days is the later of their windows, so the range narrows the days and clips nothing.
  const first = windowStart(anchor, months, windowIndex(anchor, months, Math.max(enrolment, from ?? enrolment)))
  const end = windowStart(anchor, months, windowIndex(anchor, months, Math.min(today, to === null ? today : to - 1)) + 1)
  return anchoredPeriods(anchor, months, { from: first, to: end })
}

import { formatDay } from '../../calendar/civil.ts'
import { TIERS } from '../../definitions/keep.ts'
import type { DayRange } from '../../stores/contract/read.ts'
import type { EpochDay } from '../../stores/contract/state.ts'
import type { Answered } from '../answering.ts'
import type { ExplainedRead } from '../explain.ts'
import { type CalendarGrain, calendarPeriods, comparedRanges, endOfPeriod, type Period, spanOf } from '../ranges.ts'
import { refuseTooMany } from '../row-bound.ts'
import type { Row } from '../rows.ts'
import type { ResolvedQuery } from '../validate.ts'
import { EntitySheet } from './entity-sheet.ts'
import { type Library, readLibrary } from './library.ts'
import type { AskedEntity, CollectedQuestion, TenantSplit } from './question.ts'
import { addRows, type ComparedSheet } from './rows.ts'
import type { Sheet } from './sheet.ts'
import { TotalSheet } from './total-sheet.ts'
import { capturedWindows, WindowSheet } from './window-sheet.ts'

/** Ranges to answer, or to compare with: an entity's own, or the same for all. */
export interface Grid {
  readonly purpose: ExplainedRead['purpose']
  readonly rangesOf: (entity: number) => readonly DayRange[]
  /** For each period the place of its range; null for the answer itself. */
  readonly places: Int32Array | null
}

/** Answers a query of a collected series. */
export async function answerCollected(question: CollectedQuestion<ResolvedQuery>): Promise<Answered> {
  const { resolved } = question
  const { grain } = resolved
  const all = resolved.from !== null && resolved.to !== null
  const span = spanOf(resolved, question.earliestEnrolment, () => (grain === 'captured' ? question.latestToday + 1 : endOfPeriod(grain, question.latestToday)))
  const tenants = [...question.splits.values()]
  const lists = question.entities.reduce((sum, { tenant }) => sum + (question.splits.get(tenant) as TenantSplit).cells.length, 0)
  const groups = tenants.reduce((most, { cells }) => Math.max(most, cells.length), 1)
  refuseTooMany(grain, span, all ? resolved.total ? tenants.reduce((sum, { cells }) => sum + cells.length, 0) : lists : groups, resolved.mostRows)
  if (grain === 'captured') return answerWindows(question, span ?? { from: 0, to: 0 }, all)
  const periods = span === null ? [] : calendarPeriods(grain, span)
  const grids: Grid[] = [{ purpose: 'answer', rangesOf: () => periods, places: null }]
  for (const comparison of resolved.compare) {
    const { ranges, places } = comparedRanges(comparison, grain satisfies CalendarGrain, periods)
    grids.push({ purpose: comparison, rangesOf: () => ranges, places })
  }
  return answerGrids(question, { grids, periodsOf: () => periods, total: resolved.total, all })
}

/**
 * Answers ranges of days: a row for each entity (or tenant), cell and period.
 * @param plan.all every period, or only those with a row or a reason why one may be missing
 */
export async function answerGrids(question: CollectedQuestion, plan: {
  readonly grids: readonly Grid[]; readonly periodsOf: (entity: number) => readonly Period[]; readonly total: boolean; readonly all: boolean
}): Promise<Answered> {
  const { entities, splits, measuring, clock } = question
  const { grids, periodsOf, total, all } = plan
  const hulls = grids.map(({ rangesOf }) => hullOf(entities.map((_, place) => rangesOf(place))))
  const library = await readLibrary(question, hulls, cutsOf(grids, entities.length))
  const sheetsOf = (entity: AskedEntity, place: number): EntitySheet[] => {
    const pieces = library.of(place)
    const { places } = splits.get(entity.tenant) as TenantSplit
    return grids.map(({ rangesOf }) => new EntitySheet(measuring, entity, place, pieces, rangesOf(place), places, clock))
  }
  const rows: Row[] = []
  const add = (subject: { readonly tenant: string; readonly entity: string | null }, place: number, sheets: readonly Sheet[]): void => {
    const compared = grids.slice(1).map(({ purpose, places }, index): ComparedSheet => ({ suffix: purpose, places: places as Int32Array, sheet: sheets[index + 1] as Sheet }))
    addRows(rows, question, subject, periodsOf(place), { sheet: sheets[0] as Sheet, compared, all })
  }
  if (!total) {
    for (const [place, entity] of entities.entries()) add(entity, place, sheetsOf(entity, place))
  } else {
    // Entities are ordered by tenant, so that one tenant's are done before the next one's begin.
    for (let place = 0; place < entities.length;) {
      const { tenant } = entities[place] as AskedEntity
      const totals = grids.map(({ rangesOf }) => new TotalSheet(measuring, (splits.get(tenant) as TenantSplit).cells.length, rangesOf(place).length))
      const first = place
      for (; place < entities.length && entities[place]?.tenant === tenant; place++) {
        for (const [index, sheet] of sheetsOf(entities[place] as AskedEntity, place).entries()) (totals[index] as TotalSheet).add(sheet)
      }
      add({ tenant, entity: null }, first, totals)
    }
  }
  const counts = grids.map(({ rangesOf }) => entities.reduce((most, _, place) => Math.max(most, rangesOf(place).length), 0))
  return { rows, explain: explained(question, library, grids.map(({ purpose }, index) => readOf(purpose, counts[index] as number, hulls[index] as DayRange))) }
}

/** Answers the windows themselves: a row for each entity, cell and window of the cadence in force. */
async function answerWindows(question: CollectedQuestion<ResolvedQuery>, span: DayRange, all: boolean): Promise<Answered> {
  const { entities, splits, measuring, clock } = question
  const library = await readLibrary(question, [span], null)
  const past = question.state.definition.collected.past
  const rows: Row[] = []
  let most = 0
  for (const [place, entity] of entities.entries()) {
    const pieces = library.of(place)
    const windows = capturedWindows(entity, span, { past, clock })
    most = Math.max(most, windows.length)
    addRows(rows, question, entity, windows, { sheet: new WindowSheet(measuring, place, pieces, windows, (splits.get(entity.tenant) as TenantSplit).places), compared: [], all })
  }
  return { rows, explain: explained(question, library, [readOf('answer', most, span)]) }
}

function explained(question: CollectedQuestion, library: Library, reads: readonly ExplainedRead[]): Answered['explain'] {
  return {
    transaction: question.transaction,
    tiers: TIERS.flatMap((tier) => (library.tiers.has(tier) ? [{ tier, rows: library.tiers.get(tier) as number }] : [])),
    ...library.explained,
    reads,
  }
}

function readOf(purpose: ExplainedRead['purpose'], ranges: number, { from, to }: DayRange): ExplainedRead {
  return { purpose, ranges, from: formatDay(from), to: formatDay(to) }
}

/** Where a range of any grid begins or ends, of whichever entity. */
function cutsOf(grids: readonly Grid[], entities: number): readonly EpochDay[] {
  const cuts = new Set<EpochDay>()
  for (const { rangesOf } of grids) {
    let before: readonly DayRange[] | null = null
    for (let place = 0; place < entities; place++) {
      const ranges = rangesOf(place)
      if (ranges === before) continue
      before = ranges
      for (const { from, to } of ranges) cuts.add(from).add(to)
    }
  }
  return [...cuts].sort((a, b) => a - b)
}

function hullOf(lists: readonly (readonly DayRange[])[]): DayRange {
  let from = Infinity
  let to = -Infinity
  for (const ranges of lists) {
    // Ascending and apart.
    from = Math.min(from, ranges[0]?.from ?? Infinity)
    to = Math.max(to, ranges.at(-1)?.to ?? -Infinity)
  }
  return from < to ? { from, to } : { from: 0, to: 0 }
}

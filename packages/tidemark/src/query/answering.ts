import { formatDay } from '../calendar/civil.ts'
import { TIERS, type Tier } from '../definitions/keep.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { DayRange, RangePlan, ReadResult } from '../stores/contract/read.ts'
import { keyOf, NO_ID } from './asked.ts'
import { Behind, measuresBehind } from './behind.ts'
import { partsOf } from './collected/narrow.ts'
import { combine } from './combine.ts'
import type { CoverageBasis } from './coverage.ts'
import { Directory } from './directory.ts'
import { Enrolled } from './enrolled.ts'
import type { EntityDays } from './entity-days.ts'
import type { ExplainedRead, Explanation } from './explain.ts'
import type { Frame } from './frame.ts'
import { countProvisional } from './provisional.ts'
import { filterOf, type Question } from './question.ts'
import { answerRows, type Answerable, type Row, type RowsPlan } from './rows.ts'
import { CoverageSheet } from './sheet.ts'
import { TotalBases } from './total-bases.ts'
import { damageOf, EMPTY_SHELF, lastTier, readShelf, type Shelf } from './shelf.ts'

/** One read to make: where its rows go, and the ranges as the store is to see them. */
export interface PlannedRead {
  readonly purpose: ExplainedRead['purpose']
  readonly frame: Frame
  readonly plan: RangePlan
  /** For each period the place of its range; null for the answer itself. */
  readonly places: Int32Array | null
}

export interface Answering {
  /** The answer's own read first. */
  readonly reads: readonly PlannedRead[]
  /** null: a subject is an entity. */
  readonly totals: readonly string[] | null
  readonly periodsOf: RowsPlan['periodsOf']
  readonly all: boolean
  /** How many entities each row tells of is counted; of totals. */
  readonly behind: boolean
}

const NOTHING_READ: ReadResult = { rows: [], cuts: [], loose: [], rowsByTier: {} }

/** The rows of an answer, in order, and what they were made from. */
export interface Answered {
  readonly rows: Row[]
  readonly explain: Explanation
}

/** Makes the planned reads of a question and answers from them. */
export async function answerQuestion(question: Question, answering: Answering): Promise<Answered> {
  const { state, resolved, split, entities, layout, since, transaction, context } = question
  const { definition } = state
  const hull = hullOf(answering.reads.map((read) => read.plan.ranges))
  question.calendars.survey(hull)
  const shelf = await shelfFor(question, hull)
  const bases = basesOf(question, shelf)
  const tenantPlaces = answering.totals === null ? null : new Map(answering.totals.map((tenant, place) => [tenant, place]))
  const subjects = tenantPlaces === null ? null : Int32Array.from(entities, (entity) => tenantPlaces.get(entity.tenant) as number)
  const directory = new Directory(entities, subjects)
  const members = subjects === null ? null : membersOf(bases, subjects, tenantPlaces?.size ?? 0).map((list) => new TotalBases(list))
  const basisOf = (entity: number): CoverageBasis => bases[entity] as CoverageBasis
  // One array for all entities' turns: a list of one for each of 100,000 would be the larger part of the work.
  const single: CoverageBasis[] = []
  const basesOfSubject = (subject: number, range: DayRange): readonly CoverageBasis[] => {
    if (members !== null) return (members[subject] as TotalBases).in(range)
    single[0] = basisOf(subject)
    return single
  }

  const measures = [...new Set(resolved.answers.flatMap(({ measure }) => partsOf(definition, measure)))]
  const tally = new Map<Tier, number>()
  const answerables: Answerable[] = []
  for (const { frame, plan } of answering.reads) {
    const read = question.earliestEnrolment === null || plan.ranges.length === 0
      ? NOTHING_READ
      : await context.snapshot.read({ series: definition.name, plan, cells: split.cells, measures, total: answering.totals !== null && !answering.behind, asOf: transaction })
    for (const [tier, rows] of Object.entries(read.rowsByTier) as [Tier, number][]) tally.set(tier, (tally.get(tier) ?? 0) + rows)
    // What is merged in the store has forgotten whose it was.
    const behind = answering.behind ? new Behind(measuresBehind(definition, layout, resolved.answers)) : null
    const combined = combine(frame, directory, tenantPlaces, layout.columns, read, shelf, lastTier(definition.keep), behind)
    answerables.push({
      combined, behind,
      sheet: new CoverageSheet(combined, basesOfSubject, basisOf, since.days),
      provisional: await countProvisional(context.snapshot, definition, transaction, resolved.answers, since, combined, entities, basisOf),
    })
  }

  const enrolled = new Enrolled(answering.behind ? entities : [], subjects, tenantPlaces?.size ?? 0)
  const [main, ...others] = answerables as [Answerable, ...Answerable[]]
  const rows = answerRows({
    ...main,
    series: definition, layout, answers: resolved.answers, since, groups: split.groups,
    subjects: answering.totals === null ? entities : answering.totals.map((tenant) => ({ tenant, entity: null })),
    periodsOf: answering.periodsOf,
    compared: others.map((answerable, index) => {
      const { purpose, places } = answering.reads[index + 1] as PlannedRead
      return { ...answerable, suffix: purpose, places: places as Int32Array }
    }),
    all: answering.all,
    amongOf: (subject, end) => enrolled.before(subject, end),
    suspects: answering.all ? [] : suspectSlots(main.combined.frame, shelf.damaged),
  })
  return {
    rows,
    explain: {
      transaction,
      tiers: TIERS.flatMap((tier) => (tally.has(tier) ? [{ tier, rows: tally.get(tier) as number }] : [])),
      ...shelf.explained,
      reads: answering.reads.map(explainedRead),
    },
  }
}

/** Nobody enrolled before a range's end has a row in it, and a file holds nothing before the first enrolment. */
async function shelfFor({ context, state, resolved, split, tenant, layout, transaction, earliestEnrolment }: Question, hull: DayRange): Promise<Shelf> {
  if (!state.definition.keep.archive || earliestEnrolment === null) return EMPTY_SHELF
  const from = Math.max(hull.from, earliestEnrolment)
  if (from >= hull.to) return EMPTY_SHELF
  const filter = { ...filterOf(tenant, resolved.names), cells: split.cells, from, to: hull.to }
  return readShelf(context.archive, state, layout.columns, filter, transaction)
}

function basesOf({ entities, erased, days, state }: Question, shelf: Shelf): readonly CoverageBasis[] {
  return entities.map((entity, place) => ({
    days: days[place] as EntityDays, enrolment: entity.enrolment, weight: 1,
    damaged: damageOf(entity, shelf.damaged, state.definition.keep),
    erased: erased.size > 0 && erased.has(keyOf(entity.tenant, entity.entity)),
  }))
}

/** The bases of each tenant's entities, those that are alike as one: a total of 100,000 has few enrolment days. */
function membersOf(bases: readonly CoverageBasis[], subjects: Int32Array, count: number): readonly (readonly CoverageBasis[])[] {
  const members = Array.from({ length: count }, () => new Map<CoverageBasis['days'], Map<string, CoverageBasis & { weight: number }>>())
  for (const [place, basis] of bases.entries()) {
    const byDays = members[subjects[place] as number] as (typeof members)[number]
    let alike = byDays.get(basis.days)
    if (alike === undefined) byDays.set(basis.days, alike = new Map())
    const key = `${basis.enrolment} ${basis.erased} ${basis.damaged.map(({ from, to }) => `${from}:${to}`).join()}`
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { ...basis })
    else known.weight++
  }
  return members.map((byDays) => [...byDays.values()].flatMap((alike) => [...alike.values()]))
}

function suspectSlots(frame: Frame, damaged: readonly DayRange[]): readonly number[] {
  const slots: number[] = []
  if (damaged.length === 0) return slots
  for (let subject = 0; subject < frame.subjects; subject++) {
    for (const { from, to } of damaged) {
      frame.touching(subject, from, to, (range) => {
        for (let cell = 0; cell < frame.cells.length; cell++) slots.push(frame.slot(subject, cell, range))
      })
    }
  }
  return slots
}

function hullOf(lists: readonly (readonly DayRange[])[]): { from: number; to: number } {
  let from = Infinity
  let to = -Infinity
  for (const ranges of lists) {
    for (const range of ranges) {
      if (range.from < from) from = range.from
      if (range.to > to) to = range.to
    }
  }
  return from < to ? { from, to } : { from: 0, to: 0 }
}

function explainedRead({ purpose, plan }: PlannedRead): ExplainedRead {
  const { from, to } = hullOf([plan.ranges])
  return { purpose, ranges: plan.ranges.length, from: formatDay(from), to: formatDay(to) }
}

/** The same ranges for all asked entities, as the store is to read them. */
export function gridPlan(question: Question, ranges: readonly DayRange[]): RangePlan {
  const { resolved, tenant, entities } = question
  return { kind: 'grid', entities: resolved.names === null ? 'all' : idsOf(entities), tenant, ranges }
}

function idsOf(entities: readonly EntityState[]): readonly number[] {
  return entities.flatMap(({ id }) => (id === NO_ID ? [] : [id]))
}

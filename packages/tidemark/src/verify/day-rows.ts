import type { HeldEntity, HeldEvent, HeldRow, HeldStream } from '../stores/contract/inventory.ts'
import type { State } from '../stores/contract/state.ts'
import { joinedByDay } from './by-day.ts'
import { rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { EventSeries, Subject } from './subject.ts'
import { sameState, tellDay, type ToldRow } from './tell-day.ts'

/** Every day row says what its retained events and adjustments say, and every event that counts has its rows. */
export async function checkDayRows(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.eventSeries) {
    const stream = subject.streamOf(series)
    for await (const entity of subject.chosen(stream.definition.of.name)) await checkEntity(subject, findings, series, stream, entity)
  }
}

async function checkEntity(subject: Subject, findings: Findings, series: EventSeries, stream: HeldStream, entity: HeldEntity): Promise<void> {
  const { inventory } = subject
  const boundary = (await inventory.boundary(series.id, entity))?.tiers.day ?? -Infinity
  // Events before it are there for another series of the stream, or from before this one was.
  const first = Math.max(boundary, series.firstDay ?? -Infinity)
  const days = { tenantId: entity.tenantId, entityId: entity.entityId, ...(Number.isFinite(first) ? { from: first } : {}) }
  const calendar = subject.calendarOf(stream, entity)
  const offsetAt = (instant: number): number => calendar.offsetSeconds(instant)
  // An entity that was never given a zone has had the usual one all along.
  const clock = stream.definition.day === 'entityZone' && entity.zones.length > 0 ? clockColumns(series) : NOTHING
  const adjustments = Map.groupBy(await inventory.adjustments(series.id, days), ({ day }) => day)
  const facts = joinedByDay(inventory.events(stream, days), (event) => event.day, inventory.rows(series, 'day', days), (row) => row.from)
  for await (const { day, left: events, right: rows } of facts) {
    const live = events.filter(({ removed }) => removed === null)
    const told = tellDay(series, day, live, adjustments.get(day) ?? [], offsetAt)
    adjustments.delete(day)
    const silent = clock.size > 0 && await ahead(subject, events) ? clock : NOTHING
    compareDay(findings, series, entity, day, told, rows, silent)
  }
  for (const [day, own] of adjustments) compareDay(findings, series, entity, day, tellDay(series, day, [], own, offsetAt), [], NOTHING)
}

const NOTHING: ReadonlySet<string> = new Set()

/** Null, zero, no buckets, or no words within a bound. */
function isNothing(state: State): boolean {
  return state === null || /^(0|\d+=\[\])?$/.test(String(state))
}

function compareDay(
  findings: Findings, { definition }: EventSeries, entity: HeldEntity, day: number, told: Map<number, ToldRow>, rows: readonly HeldRow[], silent: ReadonlySet<string>,
): void {
  for (const row of rows) {
    findings.checked++
    const name = rowName(definition, 'day', entity, row)
    const expected = told.get(row.cell)
    told.delete(row.cell)
    if (expected === undefined) {
      // From a row with nothing left in it everything has been taken back; it is the same as none.
      if (row.facts !== 0) findings.note(`${name}: it counts ${row.facts} facts, and none is there`)
      else for (const [column, state] of Object.entries(row.states)) if (!isNothing(state)) findings.note(`${name}: ${column} is ${state} with nothing left in it`)
      continue
    }
    if (row.facts !== expected.facts) findings.note(`${name}: it counts ${row.facts} facts, and ${expected.facts} are there`)
    for (const [column, state] of Object.entries(expected.states)) {
      if (!silent.has(column) && !sameState(row.states[column], state)) findings.note(`${name}: ${column} is ${String(row.states[column] ?? null)}, and its facts say ${String(state)}`)
    }
  }
  for (const [cell, { facts }] of told) {
    findings.checked++
    findings.note(`${rowName(definition, 'day', entity, { from: day, to: day + 1, cell })}: there is no row, and ${facts} facts are there`)
  }
}

/**
 * Whether an event of the day was accepted before it happened: its wall clock was read by the zone that was then to
 * hold, and a zone that was set in between may have come instead.
 */
async function ahead({ inventory }: Subject, events: readonly HeldEvent[]): Promise<boolean> {
  for (const { at, transaction } of events) if (at > ((await inventory.instantOf(transaction)) ?? 0)) return true
  return false
}

/** The columns that depend on the entity's wall clock. */
function clockColumns({ definition }: EventSeries): ReadonlySet<string> {
  return new Set(Object.entries(definition.measures).flatMap(([name, measure]) =>
    'value' in measure && measure.value?.op === 'timeOfDay' ? [`${name}_sum`, `${name}_n`, `${name}_min`, `${name}_max`, `${name}_buckets`] : []))
}

import { formatDay } from '../../calendar/civil.ts'
import { formatInstant } from '../../calendar/instant.ts'
import { localCalendar } from '../../calendar/local-calendar.ts'
import { tierEnd, tierStart } from '../../calendar/period.ts'
import { rowDigest } from '../../canonical/row-digest.ts'
import { groupOf } from '../../definitions/cell.ts'
import { type CollectedSeriesDefinition, PAYLOAD_COLUMNS } from '../../definitions/collected.ts'
import type { Tier } from '../../definitions/keep.ts'
import { answerKeys, resolveAnswer } from '../../measures/answers.ts'
import { layoutOf } from '../../measures/layout.ts'
import type { Snapshot } from '../../stores/contract/read.ts'
import type { HeldEntity, HeldRow, HeldSeries, Inventory } from '../../stores/contract/inventory.ts'
import type { ArchiveFile, SeriesState } from '../../stores/contract/series-state.ts'
import type { EpochDay, Instant, State } from '../../stores/contract/state.ts'
import type { AnswerScalar, QueryRow } from '../answer.ts'
import type { InspectContext } from '../inspect.ts'
import type { InspectedBelief, InspectedPart, InspectedTransaction } from '../inspection.ts'
import { lastTier } from '../shelf.ts'
import { runQuery } from '../query.ts'
import type { CollectedInspection } from './inspection.ts'
import { Measuring } from './measuring.ts'
import { narrowLayout, widenStates } from './narrow.ts'

/** What is looked at: a row of a collected series, by its names, a local day or an instant of it, and its cell. */
export interface AskedRow {
  readonly tenant: string
  readonly entity: string
  /** Of several windows of the day that have a row, the latest; or that of the instant. */
  readonly moment: { readonly day: EpochDay } | { readonly at: Instant }
  readonly cell: number
}

interface Row {
  readonly tier: Tier
  readonly from: EpochDay
  readonly to: EpochDay
  readonly window: HeldRow['window']
  readonly states: readonly State[]
  readonly part: InspectedPart
}

/** Looks at one row: what it says, what was to be captured, and what it said before. A row that does not exist is an answer. */
export async function inspectCollected(
  context: InspectContext, inventory: Inventory, snapshot: Snapshot, state: SeriesState<CollectedSeriesDefinition>, held: HeldSeries, owner: HeldEntity | null, asked: AskedRow,
): Promise<CollectedInspection> {
  const { definition } = state
  const { tenant, entity, moment, cell } = asked
  const known = (await snapshot.collectedEntities(definition.name, { tenant, entities: [entity] }, null))[0]
  const calendar = localCalendar(known?.zones ?? [{ zone: definition.of.zone, from: 0 }])
  const day = 'day' in moment ? moment.day : calendar.dayOf(moment.at)
  const decision = known?.decisions.findLast((one) => one.day <= day)
  const transactionOf = async (transaction: number): Promise<InspectedTransaction> => ({ transaction, at: formatInstant((await inventory.instantOf(transaction)) ?? 0) })
  const filed = await filedRow(context, state, asked, day)
  const row = (owner === null || known === undefined ? null : await storedRow(inventory, held, owner, definition, transactionOf, { day, at: 'at' in moment ? moment.at : null, cell })) ?? filed.row
  const failures = known === undefined ? [] : await snapshot.failures(definition.name, [known.id], day, day + 1, null)
  const group = groupOf(definition.dimensions, cell)
  const ask = { tenant, entity, ...(group === null ? {} : { where: group }) }
  const query = { snapshot, archive: context.archive, now: context.now }
  const select = answerKeys(definition)
  const { rows: windows } = await runQuery(query, definition.name, { ...ask, select, grain: 'captured', from: formatDay(day), to: formatDay(day + 1) })
  const span = { from: row?.from ?? day, to: row?.to ?? day + 1 }
  const own = row?.window == null ? undefined : windows.find(({ period }) => Date.parse(period) === row.window?.from)
  const shown = own ?? (await runQuery(query, definition.name, { ...ask, select, grain: 'range', from: formatDay(span.from), to: formatDay(span.to) })).rows[0] as QueryRow
  const payload = layoutOf(definition).payload
  const text = row === null || payload === null ? null : row.states[payload + 1]
  return {
    series: definition.name, tenant, entity, group, day: formatDay(day), tier: row?.tier ?? null,
    window: { from: formatInstant(row?.window?.from ?? calendar.dayStart(span.from)), to: formatInstant(row?.window?.to ?? calendar.dayStart(span.to)) },
    decision: decision === undefined ? null : {
      from: formatDay(decision.day), decidedAt: formatInstant(decision.at), cadence: decision.cadence, status: decision.status,
      activity: typeof decision.activity === 'bigint' ? String(decision.activity) : decision.activity,
    },
    windows: windows.map(({ period, coverage }) => ({ period, is: coverage.present > 0 ? 'present' : (Object.keys(coverage.reasons)[0] as string) })),
    answers: Object.fromEntries(select.map((key) => [key, shown[key as `${string}.${string}`] ?? null])), coverage: shown.coverage,
    part: row?.part ?? null,
    payload: typeof text === 'string' ? { version: Number(row?.states[payload as number]), text } : null,
    failures: failures.map(({ at, message }) => ({ from: formatInstant(at), message })),
    damaged: filed.damaged,
    earlier: row === null || owner === null ? [] : await earlierOf(inventory, held, owner, definition, row, cell, transactionOf),
  }
}

/** The row of the finest tier that holds the day: of its captured ones the latest, or that of the instant. */
async function storedRow(
  inventory: Inventory, held: HeldSeries, owner: HeldEntity, definition: CollectedSeriesDefinition,
  transactionOf: (transaction: number) => Promise<InspectedTransaction>, { day, at, cell }: { readonly day: EpochDay; readonly at: Instant | null; readonly cell: number },
): Promise<Row | null> {
  for (const { tier } of definition.keep.tiers) {
    let found: HeldRow | null = null
    for await (const row of inventory.rows(held, tier, { tenantId: owner.tenantId, entityId: owner.entityId, from: tierStart(tier, day), to: day + 1 })) {
      if (row.cell !== cell || row.to <= day || row.facts === 0) continue
      if (at !== null && row.window !== null && (at < row.window.from || at >= row.window.to)) continue
      found = row
    }
    if (found === null) continue
    return { tier, from: found.from, to: found.to, window: found.window, states: statesOf(definition, found.states), part: await partOf(found, transactionOf, () => digestOf(definition, tier, owner, found as HeldRow)) }
  }
  return null
}

/** @param told what the digest of a row is that lies packed: there it is kept with its neighbours' */
async function partOf(row: HeldRow, transactionOf: (transaction: number) => Promise<InspectedTransaction>, told: () => Uint8Array): Promise<InspectedPart> {
  return {
    file: null, ...(await transactionOf(row.transaction)), version: row.version, revision: row.revision, facts: row.facts,
    digest: hex(row.digest ?? told()), states: shownStates(Object.entries(row.states)),
  }
}

function digestOf(definition: CollectedSeriesDefinition, tier: Tier, { tenant, entity }: HeldEntity, { from, to, cell, window, facts, states }: HeldRow): Uint8Array {
  const key = { series: definition.name, tenant, entity, tier, from, to, group: groupOf(definition.dimensions, cell), ...(window === null ? {} : { window: { at: window.from, until: window.to } }) }
  return rowDigest(key, facts, layoutOf(definition).columns, statesOf(definition, states))
}

async function filedRow(
  { archive }: InspectContext, { definition, archives }: SeriesState<CollectedSeriesDefinition>, { tenant, entity, cell }: AskedRow, day: EpochDay,
): Promise<{ readonly row: Row | null; readonly damaged: string | null }> {
  const tier = lastTier(definition.keep)
  const period = tierStart(tier, day)
  const file: ArchiveFile | undefined = definition.keep.archive ? archives.find((one) => one.period === period) : undefined
  if (file === undefined) return { row: null, damaged: null }
  const { columns } = layoutOf(definition)
  const read = await archive.read(file, columns, { tenant, entities: [entity], cells: [cell], from: day, to: day + 1 })
  if (!read.ok) return { row: null, damaged: `${file.path}: ${read.damage.detail}` }
  const row = read.rows[0]
  if (row === undefined) return { row: null, damaged: null }
  const { from, to, transaction, believedAt, version, revision, facts, digest, states } = row
  return {
    damaged: null,
    row: {
      tier, from, to, window: null, states,
      part: { file: file.path, transaction, at: formatInstant(believedAt), version, revision, facts, digest: hex(digest), states: shownStates(columns.map(({ name }, place) => [name, states[place] ?? null])) },
    },
  }
}

async function earlierOf(
  inventory: Inventory, held: HeldSeries, owner: HeldEntity, definition: CollectedSeriesDefinition, row: Row, cell: number,
  transactionOf: (transaction: number) => Promise<InspectedTransaction>,
): Promise<readonly InspectedBelief[]> {
  const layout = layoutOf(definition)
  const answers = answerKeys(definition).map((key) => resolveAnswer(definition, key, false))
  const measuring = new Measuring(definition, narrowLayout(definition, layout, answers), answers, { days: [], places: new Map(), selected: [] })
  const beliefs: InspectedBelief[] = []
  for await (const old of inventory.superseded(held, { tenantId: owner.tenantId, entityId: owner.entityId, from: row.from, to: tierEnd(row.tier, row.from) })) {
    if (old.cell !== cell || old.from !== row.from || (old.tier !== row.tier && old.tier !== 'archive') || old.window?.from !== row.window?.from) continue
    beliefs.push({
      ...(await transactionOf(old.transaction)), until: await transactionOf(old.until), version: old.version, revision: old.revision, facts: old.facts,
      answers: answersOf(measuring, statesOf(definition, old.states), old.facts),
    })
  }
  return beliefs.sort((a, b) => a.transaction - b.transaction)
}

function answersOf(measuring: Measuring, states: readonly State[], facts: number): Record<string, AnswerScalar> {
  const { layout, places, answers } = measuring
  const wide = widenStates(layout, layout.places.map((place) => states[place] ?? null))
  return Object.fromEntries(answers.map((ref) => [ref.key, measuring.value(ref, wide, (measure) => {
    const part = places.get(measure)
    return part === undefined ? 0 : measuring.valued(part, wide, facts)
  })]))
}

function statesOf(definition: CollectedSeriesDefinition, states: Readonly<Record<string, State>>): readonly State[] {
  return layoutOf(definition).columns.map(({ name }) => states[name] ?? null)
}

/** What JSON can carry, without the payload, which is shown by itself. */
function shownStates(states: readonly (readonly [string, State])[]): Readonly<Record<string, number | string | null>> {
  const payload: readonly string[] = Object.values(PAYLOAD_COLUMNS)
  return Object.fromEntries(states.flatMap(([name, state]) => (payload.includes(name) ? [] : [[name, typeof state === 'bigint' ? String(state) : state]])))
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

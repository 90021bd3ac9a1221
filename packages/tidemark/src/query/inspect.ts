import { calendarOf } from '../capture/calendar-of.ts'
import { formatDay, parseDay } from '../calendar/civil.ts'
import { formatInstant, parseInstant } from '../calendar/instant.ts'
import { periodStart, tierEnd, tierStart } from '../calendar/period.ts'
import { rowWindow, tierOfDay } from '../calendar/row-window.ts'
import { cellOf, type Group, groupOf } from '../definitions/cell.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import { type DimensionDefinition, dimensionsByTenant, isFull, OTHER } from '../definitions/dimension.ts'
import type { Tier } from '../definitions/keep.ts'
import type { FieldDefinition } from '../definitions/field.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { answerKeys } from '../measures/answers.ts'
import { layoutOf } from '../measures/layout.ts'
import { printScaled } from '../measures/print.ts'
import { nearest } from '../nearest.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { HeldAdjustment, HeldEntity, HeldEvent, HeldRow, Inventory, OwnDays } from '../stores/contract/inventory.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant, State } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { AnswerScalar, QueryRow } from './answer.ts'
import type { ArchiveSource } from './archive-source.ts'
import { askedTenants } from './asked.ts'
import { type AskedRow, inspectCollected } from './collected/inspect.ts'
import type { CollectedInspection } from './collected/inspection.ts'
import { answersOf, statesOf, tellBeliefs, type EventHeldSeries } from './inspect-beliefs.ts'
import type { InspectedBelief, InspectedEvent, InspectedPart, InspectedTransaction, Inspection } from './inspection.ts'
import { runQuery } from './query.ts'
import { scopedContext } from './question.ts'

/** Which row is looked at. */
export interface InspectRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  readonly entity: string
  /** A local day of the row, `YYYY-MM-DD`. Of several captured windows of a day, the latest is shown. */
  readonly day?: string
  /** Of collected series, in place of a day: an instant of the window, ISO 8601. */
  readonly at?: string
  /** Values of dimensions; left out, the whole. */
  readonly group?: Group
}

export interface InspectContext {
  readonly store: Store
  /** Only these tenants exist for whoever asks. Default: all that do. */
  readonly tenants?: readonly string[] | null
  readonly archive: ArchiveSource
  readonly now: Instant
}

/**
 * One row, what produced it and what it said before. A row that does not exist is an answer, as another tenant's is.
 *
 * @throws SERIES_UNKNOWN, TENANT_NEEDED, DATE_INVALID, INSTANT_INVALID, DIMENSION_UNKNOWN, DIMENSION_VALUE_UNKNOWN
 */
export async function inspectRow(context: InspectContext, name: string, request: InspectRequest): Promise<Inspection> {
  const found = await inspectAny(context, name, request)
  if ('events' in found) return found
  throw new TidemarkError('REQUEST_INVALID', `${name} is collected, and has no events`, { where: 'series' })
}

/** `inspectRow` for series of any feed. */
export async function inspectAny(given: InspectContext, name: string, request: InspectRequest): Promise<Inspection | CollectedInspection> {
  const inventory = await given.store.inventory()
  const whole = await given.store.snapshot()
  const scope = given.tenants ?? null
  const { snapshot, archive } = scopedContext({ ...given, snapshot: whole }, scope)
  const context = { ...given, archive }
  try {
    const all = await inventory.series()
    const series = all.find((one) => one.name === name)
    if (series === undefined) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series', hint: nearest(name, all.map((one) => one.name)) })
    const moment = momentOf(request)
    const tenant = askedTenants({ tenant: request.tenant ?? null, allTenants: false }, request.tenant === undefined ? await snapshot.tenants() : [])[0] ?? ''
    const { entity } = request
    const owner = scope === null || scope.includes(tenant) ? await inventory.entity(series.definition.of.name, tenant, entity) : null
    if (isCollected(series.definition)) {
      const state = (await snapshot.series(name, null)) as SeriesState<CollectedSeriesDefinition>
      const own = dimensionsByTenant(state.definition.dimensions, await snapshot.met(name, tenant))(tenant)
      const definition = { ...state.definition, dimensions: withUnmet(own, request.group ?? {}) }
      return await inspectCollected(context, inventory, snapshot, { ...state, definition }, series, owner, { tenant, entity, moment, cell: cellAsked(definition, request.group ?? {}) })
    }
    const { definition } = series
    const cell = cellAsked(definition, request.group ?? {})
    if ('at' in moment) throw new TidemarkError('REQUEST_INVALID', `a row of ${name} is of a day, not of an instant`, { where: 'at' })
    return await new Inspector(context, inventory, { ...series, definition }, owner, { tenant, entity }, moment.day, cell).inspect()
  } finally {
    whole.close()
    inventory.close()
  }
}

function momentOf({ day, at }: InspectRequest): AskedRow['moment'] {
  if (at === undefined) {
    const parsed = parseDay(day ?? '')
    if (parsed === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(day ?? '')} is no local day`, { where: 'day' })
    return { day: parsed }
  }
  if (day !== undefined) throw new TidemarkError('REQUEST_INVALID', 'both a day and an instant were given', { where: 'at' })
  const parsed = parseInstant(at)
  if ('code' in parsed) throw new TidemarkError('INSTANT_INVALID', `${JSON.stringify(at)} is no instant`, { where: 'at', why: parsed.reason })
  return { at: parsed.instant }
}

/** A free-text dimension that has room can have any value. */
function withUnmet(dimensions: readonly DimensionDefinition[], group: Group): readonly DimensionDefinition[] {
  return dimensions.map((dimension) => {
    const value = group[dimension.field]
    const { values, most } = dimension
    return value === undefined || most === undefined || values.includes(value) || (value !== OTHER && isFull(dimension)) ? dimension : { ...dimension, values: [...values, value] }
  })
}

function cellAsked({ name, dimensions }: SeriesDefinition, group: Group): number {
  const fields = dimensions.map(({ field }) => field)
  const unknown = Object.keys(group).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw new TidemarkError('DIMENSION_UNKNOWN', `${name} is not split by ${JSON.stringify(unknown)}`, { where: 'where', hint: nearest(unknown, fields) })
  for (const { field, values, most } of dimensions) {
    const value = group[field]
    if (value === undefined || values.includes(value)) continue
    throw new TidemarkError('DIMENSION_VALUE_UNKNOWN', `${field} has no value ${JSON.stringify(value)}`, {
      where: `where.${field}`, hint: most === undefined ? nearest(value, values) : `Values that came after the first ${most} are counted in ${OTHER}.`,
    })
  }
  return cellOf(dimensions, group) as number
}

/** Looks at one row; entity null: one that the store has never heard of. */
class Inspector {
  readonly #context: InspectContext
  readonly #inventory: Inventory
  readonly #series: EventHeldSeries
  readonly #entity: HeldEntity | null
  readonly #name: { readonly tenant: string; readonly entity: string }
  readonly #day: EpochDay
  readonly #cell: number

  constructor(context: InspectContext, inventory: Inventory, series: EventHeldSeries, entity: HeldEntity | null, name: { readonly tenant: string; readonly entity: string }, day: EpochDay, cell: number) {
    this.#context = context
    this.#inventory = inventory
    this.#series = series
    this.#entity = entity
    this.#name = name
    this.#day = day
    this.#cell = cell
  }

  async inspect(): Promise<Inspection> {
    const { definition } = this.#series
    const { tier, anchor } = await this.#place()
    const stored = await this.#storedRow(tier)
    const filed = await this.#filedRow(tier)
    const window = filed.row ?? stored ?? rowWindow(tier, this.#day, definition.windows, anchor)
    const { answers, coverage } = await this.#live(window)
    const events = await this.#events(window)
    const adjustments = await this.#adjustments(window)
    const transactions = new Set(events.map(({ transaction }) => transaction))
    return {
      series: definition.name, ...this.#name, group: groupOf(definition.dimensions, this.#cell), day: formatDay(this.#day),
      tier, from: formatDay(window.from), to: formatDay(window.to), answers, coverage,
      parts: [...(filed.row === null ? [] : [filed.row.part]), ...(stored === null ? [] : [await this.#partOf(stored)])],
      damaged: filed.damaged,
      events: await Promise.all(events.map((event) => this.#shownEvent(event))),
      eventsGone: await this.#eventsGone(tier, window, filed.path),
      adjustments: await Promise.all(adjustments.map(async (one) => ({
        id: one.id, day: formatDay(one.day), measure: one.measure, by: this.#amount(one), reason: one.reason, accepted: await this.#transaction(one.transaction),
      }))),
      earlier: tier === 'day' ? await this.#earlierOfDay(stored, events, adjustments) : await this.#earlierOfRow(tier, window, coverage.present),
      checkpoints: await this.#checkpoints(transactions),
      captures: await this.#captures(),
    }
  }

  async #place(): Promise<{ tier: Tier; anchor: EpochDay | null }> {
    const boundary = this.#entity === null ? null : await this.#inventory.boundary(this.#series.id, this.#entity)
    return { tier: tierOfDay(this.#series.definition.keep, boundary?.tiers ?? {}, this.#day), anchor: boundary?.anchor ?? null }
  }

  /** The row of the store that holds the day, whatever windows were declared when it was written. */
  async #storedRow(tier: Tier): Promise<HeldRow | null> {
    if (this.#entity === null) return null
    for await (const row of this.#inventory.rows(this.#series, tier, { ...this.#entity, from: tierStart(tier, this.#day), to: this.#day + 1 })) {
      if (row.cell === this.#cell && row.to > this.#day && row.facts > 0) return row
    }
    return null
  }

  /** The row of the archive that holds the day. */
  async #filedRow(tier: Tier): Promise<{ row: (DayRange & { part: InspectedPart }) | null; path: string | null; damaged: string | null }> {
    const { definition, id } = this.#series
    const last = definition.keep.tiers.at(-1)?.tier
    if (!definition.keep.archive || tier !== last || tier === 'week' || tier === 'captured') return { row: null, path: null, damaged: null }
    const period = periodStart(tier, this.#day)
    const file = (await this.#inventory.archives(id)).find((one) => one.current && one.period === period)?.file
    if (file === undefined) return { row: null, path: null, damaged: null }
    const { columns } = layoutOf(definition)
    const read = await this.#context.archive.read(file, columns, { tenant: this.#name.tenant, entities: [this.#name.entity], cells: [this.#cell], from: this.#day, to: this.#day + 1 })
    if (!read.ok) return { row: null, path: file.path, damaged: `${file.path}: ${read.damage.detail}` }
    const row = read.rows[0]
    if (row === undefined) return { row: null, path: file.path, damaged: null }
    return {
      path: file.path, damaged: null,
      row: {
        from: row.from, to: row.to,
        part: {
          file: file.path, transaction: row.transaction, at: formatInstant(row.believedAt), version: row.version, revision: row.revision, facts: row.facts, digest: hex(row.digest),
          states: Object.fromEntries(columns.map(({ name }, index) => [name, shown(row.states[index] ?? null)])),
        },
      },
    }
  }

  async #partOf(row: HeldRow): Promise<InspectedPart> {
    return {
      file: null, ...(await this.#transaction(row.transaction)), version: row.version, revision: row.revision, facts: row.facts,
      digest: row.digest === null ? null : hex(row.digest), states: Object.fromEntries(Object.entries(row.states).map(([column, state]) => [column, shown(state)])),
    }
  }

  /** As a query answers it: what is shown here is what a dashboard shows. */
  async #live(window: DayRange): Promise<{ answers: Readonly<Record<string, AnswerScalar>>; coverage: QueryRow['coverage'] }> {
    const { definition } = this.#series
    const snapshot = await this.#context.store.snapshot()
    try {
      const select = answerKeys(definition)
      const { rows } = await runQuery({ snapshot, archive: this.#context.archive, now: this.#context.now }, definition.name, {
        select, tenant: this.#name.tenant, entity: this.#name.entity, where: groupOf(definition.dimensions, this.#cell) ?? {}, grain: 'range', from: formatDay(window.from), to: formatDay(window.to),
      }, { tenants: this.#context.tenants ?? null })
      const row = rows[0] as QueryRow
      return { answers: Object.fromEntries(select.map((key) => [key, row[key as keyof QueryRow & `${string}.${string}`] ?? null])), coverage: row.coverage }
    } finally {
      snapshot.close()
    }
  }

  async #events(window: DayRange): Promise<readonly HeldEvent[]> {
    const stream = (await this.#inventory.streams()).find(({ id }) => id === this.#series.streamId)
    if (this.#entity === null || stream === undefined) return []
    const group = groupOf(this.#series.definition.dimensions, this.#cell) ?? {}
    const events: HeldEvent[] = []
    for await (const event of this.#inventory.events(stream, this.#days(this.#entity, window))) {
      if (Object.entries(group).every(([field, value]) => event.values[`f_${field}`] === value)) events.push(event)
    }
    return events
  }

  async #adjustments(window: DayRange): Promise<readonly HeldAdjustment[]> {
    if (this.#entity === null) return []
    return (await this.#inventory.adjustments(this.#series.id, this.#days(this.#entity, window))).filter(({ cells }) => cells.includes(this.#cell))
  }

  #days({ tenantId, entityId }: HeldEntity, { from, to }: DayRange): OwnDays {
    return { tenantId, entityId, from, to }
  }

  async #eventsGone(tier: Tier, { from, to }: DayRange, file: string | null): Promise<string | null> {
    if (this.#entity === null) return null
    if (tier === 'day') return null
    let kept = Infinity
    for (const one of await this.#inventory.series()) {
      if (one.streamId !== this.#series.streamId) continue
      kept = Math.min(kept, Math.max((await this.#inventory.boundary(one.id, this.#entity))?.tiers.day ?? -Infinity, one.firstDay ?? -Infinity))
    }
    if (kept <= from) return null
    const which = kept < to ? `events before ${formatDay(kept)}` : 'its events'
    return `${which} went when their days retired into the ${tier} row of ${formatDay(from)} to ${formatDay(to)}${file === null ? '' : `, which lies in ${file}`}`
  }

  async #earlierOfDay(stored: HeldRow | null, events: readonly HeldEvent[], adjustments: readonly HeldAdjustment[]): Promise<readonly InspectedBelief[]> {
    const { definition, version } = this.#series
    const calendar = this.#calendar()
    const told = tellBeliefs(this.#series, this.#day, this.#cell, events, adjustments, (instant) => calendar.offsetSeconds(instant))
    return Promise.all(told.slice(0, -1).map(async ({ transaction, facts, answers }, place): Promise<InspectedBelief> => ({
      ...(await this.#transaction(transaction)), until: await this.#transaction((told[place + 1] as { transaction: number }).transaction),
      version: stored?.version ?? version, revision: place + 1, facts, answers: facts === 0 ? answersOf(definition, statesOf(definition, {}, null), 0) : answers,
    })))
  }

  async #earlierOfRow(tier: Tier, window: DayRange, windows: number): Promise<readonly InspectedBelief[]> {
    if (this.#entity === null) return []
    const { definition } = this.#series
    const beliefs: InspectedBelief[] = []
    for await (const row of this.#inventory.superseded(this.#series, this.#days(this.#entity, { from: window.from, to: tierEnd(tier, window.from) }))) {
      if (row.cell !== this.#cell || row.from !== window.from || (row.tier !== tier && row.tier !== 'archive')) continue
      beliefs.push({
        ...(await this.#transaction(row.transaction)), until: await this.#transaction(row.until), version: row.version, revision: row.revision, facts: row.facts,
        answers: answersOf(definition, statesOf(definition, row.states, null), windows),
      })
    }
    return beliefs.sort((a, b) => a.transaction - b.transaction)
  }

  async #checkpoints(transactions: ReadonlySet<number>): Promise<Inspection['checkpoints']> {
    if (this.#entity === null) return []
    const own = (await this.#inventory.checkpoints(this.#series.id, this.#entity)).filter(({ transaction }) => transactions.has(transaction))
    return Promise.all(own.map(async ({ every, count, transaction }) => ({ every, count, ...(await this.#transaction(transaction)) })))
  }

  async #captures(): Promise<Inspection['captures']> {
    if (this.#entity === null) return { count: 0, first: null, last: null }
    const enrolled = (await this.#inventory.enrolments(this.#series.streamId as number, this.#entity)).reduce((day, one) => Math.min(day, one.day), Infinity)
    const calendar = this.#calendar()
    const covering = enrolled > this.#day ? [] : (await this.#inventory.captures(this.#series.id)).filter(({ at }) => calendar.today(at) > this.#day)
    const shownCapture = (capture: { id: number; at: Instant } | undefined): InspectedTransaction | null => (capture === undefined ? null : { transaction: capture.id, at: formatInstant(capture.at) })
    return { count: covering.length, first: shownCapture(covering[0]), last: shownCapture(covering.at(-1)) }
  }

  #calendar() {
    const { definition } = this.#series
    const zones = this.#entity?.zones ?? []
    return calendarOf(definition.stream, { zones: zones.length === 0 ? [{ zone: definition.of.zone, from: 0 }] : zones })
  }

  async #shownEvent(event: HeldEvent): Promise<InspectedEvent> {
    const { stream } = this.#series.definition
    const key = [stream.tenant, stream.entity, stream.id, stream.at]
    const values = Object.entries(stream.fields).filter(([field]) => !key.includes(field)).map(([field, definition]) => [field, fieldShown(definition, event.values[`f_${field}`] ?? null)])
    return {
      id: event.id, day: formatDay(event.day), at: formatInstant(event.at), values: Object.fromEntries(values),
      accepted: await this.#transaction(event.transaction), removed: event.removed === null ? null : await this.#transaction(event.removed),
    }
  }

  #amount({ measure, amount }: HeldAdjustment): number | string {
    const definition = this.#series.definition.measures[measure]
    return definition?.kind === 'delta' ? printScaled(amount, { ...definition.shape, type: definition.shape.type === 'integer' ? 'bigint' : definition.shape.type }) : shown(amount) as number | string
  }

  async #transaction(transaction: number): Promise<InspectedTransaction> {
    return { transaction, at: formatInstant((await this.#inventory.instantOf(transaction)) ?? 0) }
  }
}

function fieldShown(field: FieldDefinition, value: State): AnswerScalar {
  if (value === null || field.type === 'text' || field.type === 'oneOf') return value === null ? null : String(value)
  if (field.type === 'boolean') return Number(value) === 1
  if (field.type === 'instant') return formatInstant(Number(value))
  if (field.type === 'decimal') return printScaled(value as number | bigint, { type: 'decimal', scale: field.scale })
  return field.type === 'bigint' ? String(value) : Number(value)
}

/** What JSON can carry. */
function shown(state: State): number | string | null {
  return typeof state === 'bigint' ? String(state) : state
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

import { readPayload } from '../../capture/payload.ts'
import { formatInstant, parseInstant } from '../../calendar/instant.ts'
import { type LocalCalendar, localCalendar } from '../../calendar/local-calendar.ts'
import { tierEnd } from '../../calendar/period.ts'
import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { PayloadReader } from '../../definitions/collector.ts'
import type { Tier } from '../../definitions/keep.ts'
import { isCollected } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import type { AnswerRef } from '../../measures/answers.ts'
import { kindOf } from '../../measures/kinds.ts'
import { layoutOf } from '../../measures/layout.ts'
import type { SeriesState } from '../../stores/contract/series-state.ts'
import type { EpochDay, Instant, State } from '../../stores/contract/state.ts'
import type { AnswerScalar } from '../answer.ts'
import { askedTenants } from '../asked.ts'
import { Directory } from '../directory.ts'
import { filterOf, type QueryContext } from '../question.ts'
import { damageOf, lastTier } from '../shelf.ts'
import { measuredSince } from '../since.ts'
import { Measuring } from './measuring.ts'
import { narrowLayout, widenStates } from './narrow.ts'
import type { Piece } from './piece.ts'

/** What an entity was like at an instant: its latest captured window that had begun by then. */
export interface StandingState<Values = Readonly<Record<string, AnswerScalar>>, Payload = unknown> {
  readonly tenant: string
  readonly entity: string
  /** The start of the captured window, ISO 8601; null: it has been rolled up since, and the values are the last of its row. */
  readonly at: string | null
  /** What the row is of: half-open, ISO 8601. */
  readonly window: { readonly from: string; readonly to: string }
  readonly tier: Tier
  /** One answer a measure: `last` of a level, a running total or a state; `value` of a ratio; of other kinds what the row's window had. */
  readonly values: Values
  /** In the declared version; null when none was given. */
  readonly payload: Payload | null
}

/** Whose state, and when. */
export interface StatesRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  /** Left out: every entity of the tenant. */
  readonly entity?: string
  /** ISO 8601 or a Date; left out: now. */
  readonly at?: string | Date
}

/** The answer that stands for a measure by itself, by the first that it gives. */
const STANDING = ['last', 'value', 'sum', 'any', 'estimate', 'n'] as const

interface Found {
  readonly tenant: string
  readonly entity: string
  readonly calendar: LocalCalendar
  /** The local day of the instant. */
  readonly day: EpochDay
  readonly boundaries: Parameters<typeof damageOf>[0]['boundaries']
  row: Piece | null
}

/**
 * The states of entities at an instant, ordered by tenant and entity; an entity without any is left out.
 *
 * @param reader brings payloads up to the declared version; null: they are not read
 * @throws ARCHIVE_DAMAGED when a state may lie in a damaged file
 */
export async function statesAt(context: QueryContext, name: string, request: Omit<StatesRequest, 'at'> & { readonly at: Instant }, reader: PayloadReader | null): Promise<readonly StandingState[]> {
  const { snapshot } = context
  const state = await snapshot.series(name, null)
  if (state === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series' })
  const { definition } = state
  if (!isCollected(definition)) throw new TidemarkError('REQUEST_INVALID', `${name} is fed by events, which leave no state at an instant`, { where: 'series' })
  const tenants = askedTenants({ tenant: request.tenant ?? null, allTenants: false }, request.tenant === undefined ? await snapshot.tenants() : [])
  const known = tenants.length === 0 ? [] : await snapshot.collectedEntities(name, filterOf(tenants[0] as string, request.entity === undefined ? null : [request.entity]), null)
  const enrolled = known.filter(({ decisions }) => decisions.length > 0)
  const measuring = standingOf(definition, state, reader !== null)
  const { at } = request
  const found = enrolled.map(({ tenant, entity, zones, boundaries }): Found => {
    const calendar = localCalendar(zones)
    return { tenant, entity, calendar, day: calendar.dayOf(at), boundaries, row: null }
  })
  const rows = await snapshot.latest({ series: name, entities: enrolled.map(({ id }, place) => ({ id, day: (found[place] as Found).day })), at, columns: measuring.layout.places })
  const directory = new Directory(enrolled, null)
  for (const row of rows) (found[directory.placeOfId(row.entity)] as Found).row = row
  if (definition.keep.archive) await lookInArchive(context, { ...state, definition }, measuring, found, directory)
  return found.flatMap((one) => (one.row === null ? [] : [standing(measuring, one, one.row, reader)]))
}

/** Throws INSTANT_INVALID. */
export function instantAsked(at: string | Date): Instant {
  const parsed = at instanceof Date ? { instant: at.getTime() } : parseInstant(at)
  if ('instant' in parsed && !Number.isNaN(parsed.instant)) return parsed.instant
  throw new TidemarkError('INSTANT_INVALID', `${String(at)} is no instant`, { where: 'at', ...('reason' in parsed ? { why: parsed.reason } : {}) })
}

/** Looks in files from the youngest on, for entities of which nothing as young is in the store. */
async function lookInArchive(
  { archive }: QueryContext, { definition, archives }: SeriesState<CollectedSeriesDefinition>, measuring: Measuring, found: readonly Found[], directory: Directory,
): Promise<void> {
  const tier = lastTier(definition.keep)
  for (const file of archives.toSorted((a, b) => b.period - a.period)) {
    const end = tierEnd(tier, file.period)
    const wanted = found.filter(({ row, day }) => file.period <= day && (row === null || row.from < end))
    if (wanted.length === 0) continue
    const tenant = (wanted[0] as Found).tenant
    const read = await archive.read(file, measuring.layout.columns, { tenant, entities: wanted.map(({ entity }) => entity), cells: [0], from: file.period, to: end })
    if (!read.ok) {
      const lost = wanted.find((one) => damageOf(one, [{ from: file.period, to: end }], definition.keep).some(({ from, to }) => from <= one.day && to > (one.row?.from ?? -Infinity)))
      if (lost === undefined) continue
      throw new TidemarkError('ARCHIVE_DAMAGED', `the state of ${lost.entity} may lie in ${file.path}: ${read.damage.detail}`, { where: file.path })
    }
    for (const { cell, from, to, facts, states, ...row } of read.rows) {
      const one = found[directory.placeOfName(row)]
      if (one === undefined || from > one.day || (one.row !== null && one.row.from >= from)) continue
      one.row = { cell, tier, from, to, at: null, until: null, facts, states }
    }
  }
}

/** By what is asked of a series, with its payload and without: of one entity it takes a third of the time of an answer. */
const standings = { with: new WeakMap<SeriesState, Measuring>(), without: new WeakMap<SeriesState, Measuring>() }

function standingOf(definition: CollectedSeriesDefinition, state: SeriesState, payload: boolean): Measuring {
  const known = payload ? standings.with : standings.without
  let measuring = known.get(state)
  if (measuring === undefined) known.set(state, measuring = foundOf(definition, state, payload))
  return measuring
}

function foundOf(definition: CollectedSeriesDefinition, state: SeriesState, payload: boolean): Measuring {
  const answers = Object.entries(definition.measures).flatMap(([measure, one]): AnswerRef[] => {
    const kind = kindOf(one)
    const answer = STANDING.find((candidate) => kind.answers(one).includes(candidate))
    return answer === undefined ? [] : [{ key: measure, measure, answer }]
  })
  const layout = narrowLayout(definition, layoutOf(definition), answers, payload)
  return new Measuring(definition, layout, answers, measuredSince(definition, state.since, answers))
}

function standing(measuring: Measuring, { tenant, entity, calendar }: Found, { from, to, at, until, tier, facts, states }: Piece, reader: PayloadReader | null): StandingState {
  const { layout, answers, places } = measuring
  const wide = widenStates(layout, states)
  const windows = (measure: string): number => {
    const part = places.get(measure)
    // A row from before the measure was declared has no window of it.
    return part === undefined || measuring.early(part, { from, at }) ? 0 : measuring.valued(part, wide, facts)
  }
  return {
    tenant, entity, at: at === null ? null : formatInstant(at),
    window: { from: formatInstant(at ?? calendar.dayStart(from)), to: formatInstant(until ?? calendar.dayStart(to)) },
    tier,
    values: Object.fromEntries(answers.map((ref) => [ref.measure, measuring.value(ref, wide, windows)])),
    payload: reader === null || layout.payload === null ? null : payloadOf(reader, states, layout.payload, `${tenant} ${entity}`),
  }
}

function payloadOf(reader: PayloadReader, states: readonly State[], place: number, whose: string): unknown {
  const [version, text] = states.slice(place)
  return typeof text === 'string' ? readPayload(reader, { version: Number(version), text }, whose) : null
}

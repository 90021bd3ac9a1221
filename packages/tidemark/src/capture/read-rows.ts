import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import type { PayloadReader } from '../definitions/collector.ts'
import type { DimensionDefinition } from '../definitions/dimension.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import { TidemarkError } from '../errors.ts'
import { longestSeconds } from '../measures/capture.ts'
import { kindOf } from '../measures/kinds.ts'
import type { SampledWindow } from '../measures/kind.ts'
import { readSample } from '../measures/sample.ts'
import { nearest } from '../nearest.ts'
import type { CapturedCell, CapturedWindow, SampleState } from '../stores/contract/collected.ts'
import { PayloadRefused, writePayload } from './payload.ts'
import { isText, keyOf, shown } from './roster.ts'
import { UnreadablePayload } from './sql-collector.ts'

/** What was collected for one entity, or why it cannot be used. */
export type ReadEntity = Pick<CapturedWindow, 'cells' | 'payload'> | { readonly fault: string }

export interface ReadRows {
  /** By key of the entity (see `keyOf`): one for each that was asked for. */
  readonly entities: ReadonlyMap<string, ReadEntity>
  /** Rows of entities that nobody asked for: they are left aside. */
  readonly notAsked: number
}

/** Something about one entity's row: it fails, the others do not. */
class RowFault extends Error {}

/**
 * Checks what a collector gave for the entities of one window. Throws an Error when it is no list, or does not say of
 * whom it speaks; what is wrong with a row is that entity's own.
 * @param seconds the length of the window
 */
export async function readRows(
  series: CollectedSeriesDefinition, reader: PayloadReader | null, asked: readonly { readonly tenant: string; readonly entity: string }[], answered: unknown, seconds: number,
): Promise<ReadRows> {
  if (!Array.isArray(answered)) throw new Error(`the collector gave ${shown(answered)} in place of a list of rows`)
  const rows = new Map<string, Record<string, unknown>>()
  const twice = new Set<string>()
  const wanted = new Set(asked.map(keyOf))
  let notAsked = 0
  for (const [place, row] of (answered as readonly (Record<string, unknown> | null)[]).entries()) {
    const tenant = row?.tenant
    const entity = row?.entity
    if (typeof tenant !== 'string' || typeof entity !== 'string') {
      throw new Error(`row ${place} has tenant ${shown(tenant)} and entity ${shown(entity)}; both are texts`)
    }
    const key = keyOf({ tenant, entity })
    if (!wanted.has(key)) notAsked++
    else if (rows.has(key)) twice.add(key)
    else rows.set(key, row as Record<string, unknown>)
  }
  const entities = new Map<string, ReadEntity>()
  for (const key of wanted) {
    const row = rows.get(key)
    if (row === undefined) entities.set(key, { fault: 'the collector gave nothing for it' })
    else if (twice.has(key)) entities.set(key, { fault: 'the collector gave it twice' })
    else entities.set(key, await readRow(series, reader, row, seconds))
  }
  return { entities, notAsked }
}

const ROW_KEYS: readonly string[] = ['tenant', 'entity', 'values', 'payload', 'groups']

async function readRow(series: CollectedSeriesDefinition, reader: PayloadReader | null, row: Record<string, unknown>, seconds: number): Promise<ReadEntity> {
  try {
    const unknown = Object.keys(row).find((key) => !ROW_KEYS.includes(key))
    if (unknown !== undefined) throw new RowFault(`a row has no ${JSON.stringify(unknown)}; it has ${ROW_KEYS.join(', ')}`)
    const cells: CapturedCell[] = [{ group: null, samples: readValues(series, row.values, seconds) }]
    const groups = row.groups ?? []
    if (!Array.isArray(groups)) throw new RowFault(`groups is ${shown(groups)}, not a list`)
    const seen = new Set<string>()
    for (const one of groups as readonly (Record<string, unknown> | null)[]) {
      const group = readGroup(series.dimensions, one?.group)
      const key = JSON.stringify(series.dimensions.map(({ field }) => group[field] ?? null))
      if (seen.has(key)) throw new RowFault(`the group ${groupText(group)} is given twice`)
      seen.add(key)
      try {
        cells.push({ group, samples: readValues(series, one?.values, seconds) })
      } catch (error) {
        if (error instanceof RowFault) throw new RowFault(`group ${groupText(group)}: ${error.message}`)
        throw error
      }
    }
    return { cells, payload: await readPayloadOf(reader, row.payload) }
  } catch (error) {
    if (error instanceof RowFault || error instanceof PayloadRefused) return { fault: error.message }
    throw error
  }
}

async function readPayloadOf(reader: PayloadReader | null, payload: unknown): Promise<CapturedWindow['payload']> {
  if (payload instanceof UnreadablePayload) throw new RowFault(payload.message)
  if (reader !== null) {
    try {
      return await writePayload(reader, payload)
    } catch (error) {
      // A schema is somebody's code: what it throws is the fault of what it was given.
      throw error instanceof PayloadRefused ? error : new RowFault(`payload: the schema threw ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (payload == null) return null
  throw new RowFault('a payload is given, and the series declares none')
}

function readValues(series: CollectedSeriesDefinition, values: unknown, seconds: number): readonly SampleState[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new RowFault(`values is ${shown(values)}, not an object`)
  const { measures, names, longest } = planOf(series)
  for (const key of Object.keys(values)) {
    if (!names.has(key)) throw new RowFault(`there is no measure ${JSON.stringify(key)} to be collected. ${nearest(key, [...names])}`)
  }
  const window: SampledWindow = { seconds, longest, previous: null }
  return measures.map(([name, definition]) => {
    const value: unknown = Object.hasOwn(values, name) ? (values as Record<string, unknown>)[name] : undefined
    if (value === undefined) throw new RowFault(`${name} is missing; where there is no value, give null`)
    return readValue(name, definition, value, window)
  })
}

/** What the rows of a series have in common, found once. */
interface RowPlan {
  /** Those that are collected. */
  readonly measures: readonly (readonly [string, MeasureDefinition])[]
  readonly names: ReadonlySet<string>
  readonly longest: number
}

const plans = new WeakMap<CollectedSeriesDefinition, RowPlan>()

function planOf(series: CollectedSeriesDefinition): RowPlan {
  const known = plans.get(series)
  if (known !== undefined) return known
  const measures = Object.entries(series.measures).filter(([, { kind }]) => kind !== 'ratio')
  const plan: RowPlan = { measures, names: new Set(measures.map(([name]) => name)), longest: longestSeconds(series) }
  plans.set(series, plan)
  return plan
}

function readValue(name: string, definition: MeasureDefinition, value: unknown, window: SampledWindow): SampleState {
  try {
    const sample = readSample(definition, value)
    // A level is kept times its seconds, which may not fit where the level does; better found here than in the write of all.
    if (definition.kind === 'gauge') kindOf(definition).sample(definition, sample, window)
    return sample
  } catch (error) {
    if (error instanceof TidemarkError) throw new RowFault(`${name}: ${error.message}`)
    throw error
  }
}

/** Of a free-text value, in characters. */
const MOST_VALUE = 500

function readGroup(dimensions: readonly DimensionDefinition[], given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new RowFault(`a group is ${shown(given)}, not an object`)
  const entries = Object.entries(given as Record<string, unknown>)
  if (entries.length === 0) throw new RowFault('a group names at least one dimension; the whole is given in values')
  for (const [field, value] of entries) {
    const dimension = dimensions.find((one) => one.field === field)
    if (dimension === undefined) throw new RowFault(`there is no dimension ${JSON.stringify(field)}. ${nearest(field, dimensions.map((one) => one.field))}`)
    if (typeof value !== 'string' || value === '' || value.length > MOST_VALUE || !isText(value)) {
      throw new RowFault(`the dimension ${field} has the value ${shown(value)}, which is no text of 1 to ${MOST_VALUE} characters`)
    }
    if (dimension.most === undefined && !dimension.values.includes(value)) {
      throw new RowFault(`the dimension ${field} is never ${shown(value)}. ${nearest(value, dimension.values)}`)
    }
  }
  return given as Readonly<Record<string, string>>
}

function groupText(group: Readonly<Record<string, string>>): string {
  return Object.entries(group).map(([field, value]) => `${field}=${shown(value)}`).join(' ')
}

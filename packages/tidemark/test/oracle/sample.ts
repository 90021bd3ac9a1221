import type { Across, MeasureDefinition } from '../../src/definitions/measure.ts'
import type { ValueShape } from '../../src/definitions/expression.ts'
import { scaled } from './exact.ts'
import type { SampleInput, ValuesInput } from './source-table.ts'

/** What a collector gave for one measure and window, read exactly. */
export type Sample = bigint | boolean | string | null | readonly bigint[] | readonly string[]

/** By measure, the sample of one cell of one window. */
export type CellSamples = ReadonlyMap<string, Sample>

class Unreadable extends Error {}

/** Reads the values of one window. null: something in them cannot be read, which fails the window. */
export function readValues(measures: Readonly<Record<string, MeasureDefinition>>, values: ValuesInput): ReadonlyMap<string, Sample> | null {
  try {
    const stateful = Object.entries(measures).filter(([, measure]) => measure.kind !== 'ratio')
    if (Object.keys(values).some((key) => !stateful.some(([name]) => name === key))) throw new Unreadable()
    return new Map(stateful.map(([name, measure]) => {
      const input = values[name]
      if (input === undefined) throw new Unreadable()
      return [name, readSample(measure, input)]
    }))
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}

function readSample(measure: MeasureDefinition, input: SampleInput): Sample {
  switch (measure.kind) {
    case 'gauge':
    case 'counter':
    case 'delta': return input === null ? null : readNumber(measure.shape, input)
    case 'count': return readNumber({ type: 'integer', scale: 0 }, input)
    case 'sampledFlag':
      if (input === null || typeof input === 'boolean') return input
      throw new Unreadable()
    case 'state':
      if (input === null || (typeof input === 'string' && measure.values.includes(input))) return input
      throw new Unreadable()
    case 'histogram':
      if (!Array.isArray(input)) throw new Unreadable()
      return (input as readonly SampleInput[]).map((value) => readNumber(measure.shape, value))
    case 'distinct':
      if (!Array.isArray(input) || input.some((word) => typeof word !== 'string')) throw new Unreadable()
      return input as readonly string[]
    case 'extreme':
    case 'flag':
    case 'ratio': throw new Error(`no collector is asked for a ${measure.kind}`)
  }
}

/** At most 18 digits, and no more of them after the point than declared. */
function readNumber(shape: ValueShape, input: SampleInput): bigint {
  if (typeof input !== 'number' && typeof input !== 'string') throw new Unreadable()
  const text = String(input)
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null || (match[2] ?? '').length > shape.scale) throw new Unreadable()
  const units = scaled(text, shape.scale)
  if ((units < 0n ? -units : units) >= 10n ** 18n) throw new Unreadable()
  return units
}

/** What groups that share a cell say together, as one value of their window; a state says nothing. */
export function combined(measure: MeasureDefinition, samples: readonly Sample[]): Sample {
  const given = samples.filter((sample) => sample !== null)
  if (samples.length < 2) return samples[0] ?? null
  if (measure.kind === 'state' || given.length === 0) return null
  switch (measure.kind) {
    case 'histogram': return (given as readonly (readonly bigint[])[]).flat()
    case 'distinct': return (given as readonly (readonly string[])[]).flat()
    case 'gauge':
    case 'counter': return numberAcross(measure.across, given as readonly bigint[])
    case 'sampledFlag': return given.includes(true)
    default: return numberAcross('sum', given as readonly bigint[])
  }
}

function numberAcross(across: Across, numbers: readonly bigint[]): bigint | null {
  const ordered = [...numbers].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
  switch (across) {
    case 'none': return null
    case 'min': return ordered[0] as bigint
    case 'max': return ordered.at(-1) as bigint
    case 'sum': return numbers.reduce((sum, number) => sum + number, 0n)
  }
}

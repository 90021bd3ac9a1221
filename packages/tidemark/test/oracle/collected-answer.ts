import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { AnswerScalar } from '../../src/query/answer.ts'
import { type Day, type Span, textOfDay } from './civil.ts'
import type { CollectedAccount, CollectedReading } from './collected-account.ts'
import { cellKey } from './collected-entity.ts'
import { type Fraction, roundedText } from './exact.ts'
import { increasesOf } from './increase.ts'
import { answerAcross, answerOf, isGivenAcross, type Level, levelOf, ratioPart } from './level.ts'

/** One cell of one entity, and of each counter what every window of it grew by. */
export interface CollectedCell {
  readonly account: CollectedAccount
  readonly key: string
  readonly increases: ReadonlyMap<string, ReadonlyMap<number, bigint>>
}

export function collectedCell(account: CollectedAccount, { dimensions, measures }: CollectedSeriesDefinition, group: Readonly<Record<string, string>>): CollectedCell {
  const key = cellKey(dimensions, group)
  const increases = new Map(Object.entries(measures).flatMap(([name, measure]) => measure.kind === 'counter'
    ? [[name, increasesOf(account.windows.map(({ fromMs, version }) => ({ fromMs, sample: version.cells.get(key)?.get(name) })), measure.resets)] as const]
    : []))
  return { account, key, increases }
}

/** What one or several entities answer about the same days of the same cell. */
export class CollectedAnswer {
  readonly #definition: CollectedSeriesDefinition
  readonly #since: ReadonlyMap<string, Day>
  readonly #readings: readonly { readonly cell: CollectedCell; readonly reading: CollectedReading }[]
  readonly #total: boolean

  constructor(
    definition: CollectedSeriesDefinition, since: ReadonlyMap<string, Day>, total: boolean,
    readings: readonly { readonly cell: CollectedCell; readonly reading: CollectedReading }[],
  ) {
    this.#definition = definition
    this.#since = since
    this.#total = total
    this.#readings = readings
  }

  /** Whether a row of the cell answers, or would but for the cut. */
  get touched(): boolean {
    const cut = this.#readings.some(({ reading }) => reading.widened !== null)
    return this.#readings.some(({ cell, reading }) => (cut ? [...reading.present, ...reading.cut] : reading.present)
      .some(({ version }) => version.cells.has(cell.key)))
  }

  /** Whether a row of the cell lies in the span or reaches into it, told apart or not. */
  get met(): boolean {
    return this.#readings.some(({ cell, reading }) => [...reading.present, ...reading.cut].some(({ version }) => version.cells.has(cell.key)))
  }

  values(select: readonly string[], suffix: string): Record<string, AnswerScalar> {
    return Object.fromEntries(select.map((key) => {
      const [name, answer] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)]
      return [key + suffix, this.#value(name, answer)]
    }))
  }

  #value(name: string, answer: string): AnswerScalar {
    const measure = this.#definition.measures[name] as MeasureDefinition
    if (measure.kind === 'ratio') {
      const fraction = this.#fraction(name)
      return fraction === null ? null : roundedText(fraction, measure.scale)
    }
    const levels = this.#levels(name)
    if (this.#total) return answerAcross(measure, levels, answer)
    return answerOf(measure, levels[0] ?? null, answer)
  }

  /** Of each entity that has a value. */
  #levels(name: string): readonly Level[] {
    const measure = this.#definition.measures[name] as MeasureDefinition
    return this.#readings.flatMap(({ cell, reading }) => levelOf(measure, reading.present.map((window) => ({
      seconds: BigInt((window.toMs - window.fromMs) / 1000), sample: window.version.cells.get(cell.key)?.get(name),
      increase: cell.increases.get(name)?.get(window.fromMs) ?? null,
    }))) ?? [])
  }

  #fraction(name: string): Fraction | null {
    const measure = this.#definition.measures[name] as MeasureDefinition
    if (measure.kind !== 'ratio') return ratioPart(measure, this.#levels(name))
    const top = this.#fraction(measure.numerator)
    const bottom = this.#fraction(measure.denominator)
    if (top === null || bottom === null || bottom.numerator === 0n) return null
    return { numerator: top.numerator * bottom.denominator, denominator: top.denominator * bottom.numerator }
  }

  coverage(select: readonly string[]): Record<string, unknown> {
    const sum = (of: (reading: CollectedReading) => number): number => this.#readings.reduce((all, { reading }) => all + of(reading), 0)
    const reasons: Record<string, number> = {}
    for (const { reading } of this.#readings) {
      for (const [reason, count] of Object.entries(reading.reasons)) reasons[reason] = (reasons[reason] ?? 0) + count
    }
    const present = sum((reading) => reading.present.length)
    const measures: Record<string, unknown> = {}
    for (const name of new Set(select.map((key) => key.slice(0, key.indexOf('.'))))) {
      const own = this.#measured(name)
      if (own.present < present) measures[name] = own
    }
    const widened: readonly Span[] = this.#readings.flatMap(({ reading }) => reading.widened ?? [])
    return {
      coverage: { expected: sum((reading) => reading.expected), present, reasons, ...(Object.keys(measures).length === 0 ? {} : { measures }) },
      ...(widened.length === 0 ? {} : {
        widened: { from: textOfDay(Math.min(...widened.map(({ from }) => from))), to: textOfDay(Math.max(...widened.map(({ to }) => to))) },
      }),
    }
  }

  #measured(name: string): { readonly present: number; readonly reasons: Record<string, number> } {
    const counts = this.#readings.map((reading) => this.#measuredBy(name, reading))
    const present = counts.reduce((sum, each) => sum + each.present, 0)
    const early = counts.reduce((sum, each) => sum + each.early, 0)
    const rest = this.#readings.reduce((sum, { reading }) => sum + reading.present.length, 0) - present - early
    return { present, reasons: { ...(early > 0 ? { not_measured_yet: early } : {}), ...(rest > 0 ? { no_value: rest } : {}) } }
  }

  /** Of one entity: how many values, and how many windows in rows that begin before the measure; of a ratio the lesser and the greater. */
  #measuredBy(name: string, { cell, reading }: { readonly cell: CollectedCell; readonly reading: CollectedReading }): { readonly present: number; readonly early: number } {
    const measure = this.#definition.measures[name] as MeasureDefinition
    if (measure.kind === 'ratio') {
      const parts = [measure.numerator, measure.denominator].map((part) => this.#measuredBy(part, { cell, reading }))
      return { present: Math.min(...parts.map(({ present }) => present)), early: Math.max(...parts.map(({ early }) => early)) }
    }
    const since = this.#since.get(name) ?? Number.NEGATIVE_INFINITY
    // A rolled-up row does not tell its windows apart, and labels of days are up to two apart around the earth.
    const late = reading.present.filter(({ place }) => place.row.from >= (place.tier === 'captured' ? since : since + 3))
    const present = late.filter(({ version }) => (version.cells.get(cell.key)?.get(name) ?? null) !== null).length
    return { present, early: reading.present.length - late.length }
  }
}

/** The first answer asked for that a total does not give; null when it gives all. */
export function refusedAcross({ measures }: CollectedSeriesDefinition, select: readonly string[]): string | null {
  const given = (name: string, answer: string): boolean => {
    const measure = measures[name] as MeasureDefinition
    if (measure.kind !== 'ratio') return isGivenAcross(measure, answer)
    return [measure.numerator, measure.denominator].every((part) => given(part, partAnswer(measures[part] as MeasureDefinition)))
  }
  return select.find((key) => !given(key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1))) ?? null
}

/** What a ratio reads of a part. */
function partAnswer(measure: MeasureDefinition): string {
  switch (measure.kind) {
    case 'gauge':
    case 'counter': return 'last'
    case 'sampledFlag': return 'count'
    case 'ratio': return 'value'
    default: return 'sum'
  }
}

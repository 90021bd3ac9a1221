import type { AnswerScalar } from '../../src/query/answer.ts'
import { type Account, type Reading, readSpan, type Rows } from './account.ts'
import { type Day, type Span, textOfDay } from './civil.ts'
import type { Declared } from './declared-series.ts'
import { answer, isStateful, type Part, partOf, partsOf, total } from './part.ts'

/** What one or several entities say about the same days of the same cell. */
export class Readings {
  readonly #series: Declared
  readonly #readings: readonly Reading[]

  constructor(series: Declared, cells: readonly { readonly account: Account; readonly rows: Rows }[], span: Span) {
    this.#series = series
    this.#readings = cells.map(({ account, rows }) => readSpan(account, rows, span))
  }

  /** Whether a row answers, or would but for the cut. */
  get touched(): boolean {
    return this.#readings.some((reading) => reading.rows.length > 0 || reading.widened !== null)
  }

  values(select: readonly string[], suffix: string): Record<string, AnswerScalar> {
    const { measures } = this.#series.definition
    const known = new Map<string, Part | null>()
    const part = (name: string): Part | null => {
      let found = known.get(name)
      if (found === undefined) known.set(name, found = this.#part(name))
      return found
    }
    return Object.fromEntries(select.map((key) => [key + suffix, answer(key, measures, part)]))
  }

  #part(name: string): Part | null {
    const measure = this.#series.definition.measures[name]
    if (!isStateful(measure)) throw new Error(`${name} has no state`)
    const from = this.#from(name)
    return total(measure, this.#readings.map((reading) => {
      const days = reading.presentDays.filter((day) => day >= from).length
      const rows = reading.rows.filter(({ place }) => place.row.to > from)
      if (days === 0 && rows.length === 0) return null
      const facts = rows.flatMap((row) => row.facts).filter((fact) => fact.day >= from)
      return partOf(name, measure, facts, days + reading.liveDays.filter((day) => day >= from).length)
    }))
  }

  /** The first day that a measure counts; of a ratio the latest of its parts. */
  #from(measure: string): Day {
    const parts = partsOf(measure, this.#series.definition.measures)
    return Math.max(...parts.map((name) => this.#series.measures.get(name)?.from ?? Number.NEGATIVE_INFINITY))
  }

  coverage(select: readonly string[]): Record<string, unknown> {
    const sum = (of: (reading: Reading) => number): number => this.#readings.reduce((all, reading) => all + of(reading), 0)
    const reasons: Record<string, number> = {}
    for (const reading of this.#readings) {
      for (const [reason, count] of Object.entries(reading.reasons)) reasons[reason] = (reasons[reason] ?? 0) + count
    }
    const measures: Record<string, unknown> = {}
    for (const name of new Set(select.map((key) => key.split('.')[0] as string))) {
      const from = this.#from(name)
      const before = sum((reading) => reading.presentDays.filter((day) => day < from).length)
      if (before > 0) measures[name] = { present: sum((reading) => reading.presentDays.length) - before, reasons: { not_measured_yet: before } }
    }
    const widened = this.#readings.flatMap((reading) => reading.widened ?? [])
    return {
      coverage: {
        expected: sum((reading) => reading.expected), present: sum((reading) => reading.presentDays.length), reasons,
        ...(Object.keys(measures).length === 0 ? {} : { measures }),
      },
      ...(widened.length === 0 ? {} : {
        widened: { from: textOfDay(Math.min(...widened.map((span) => span.from))), to: textOfDay(Math.max(...widened.map((span) => span.to))) },
      }),
    }
  }
}

import type { Collector } from './definitions/collector.ts'
import { isCollected, type Series } from './definitions/series.ts'
import { TidemarkError } from './errors.ts'
import { nearest } from './nearest.ts'
import { Sources } from './sources/sources.ts'

/** What the collected series of a project do besides what they are: the functions that no store holds, and what they read. */
export class Collectors {
  readonly sources: Sources
  readonly #collectors = new Map<string, Collector>()

  /** Throws SOURCE_UNKNOWN when SQL is for a source that is not named; opens nothing. */
  constructor(series: readonly Series[], sources = new Sources([])) {
    this.sources = sources
    for (const one of series) {
      if (!isCollected(one.definition) || !('collector' in one)) continue
      const collector = one.collector as Collector
      for (const part of [collector.collect, collector.entities]) {
        if (typeof part !== 'function') this.#checkSource(part.source, one.definition.name)
      }
      this.#collectors.set(one.definition.name, collector)
    }
  }

  /** Throws DECLARATION_INVALID for a series that was declared without its collector. */
  of(series: string): Collector {
    const collector = this.#collectors.get(series)
    if (collector !== undefined) return collector
    throw new TidemarkError('DECLARATION_INVALID', `${series} has no collector`, { where: series, hint: 'End its declaration in .collect(…).' })
  }

  close(): Promise<void> {
    return this.sources.close()
  }

  #checkSource(source: string, series: string): void {
    const { names } = this.sources
    if (names.includes(source)) return
    throw new TidemarkError('SOURCE_UNKNOWN', `${series} is collected from the source ${JSON.stringify(source)}, which is not configured`, { where: series, hint: nearest(source, names) })
  }
}

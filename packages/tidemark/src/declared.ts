import type { SeriesDefinition } from './definitions/series.ts'
import type { StreamDefinition } from './definitions/stream.ts'
import { TidemarkError } from './errors.ts'
import { nearest } from './nearest.ts'
import { checkDeclared, streamsOf } from './stores/schema/check-declared.ts'

/** The declarations that one project works with, found by name. */
export class Declared {
  readonly series: readonly SeriesDefinition[]
  readonly streams: readonly StreamDefinition[]

  /** Throws NAME_TAKEN or DECLARATION_INVALID for declarations that cannot stand side by side. */
  constructor(series: readonly SeriesDefinition[]) {
    checkDeclared(series)
    this.series = Object.freeze([...series])
    this.streams = Object.freeze([...streamsOf(series).values()])
  }

  /** Throws SERIES_UNKNOWN with the nearest name. */
  seriesNamed(name: string): SeriesDefinition {
    const found = this.series.find((definition) => definition.name === name)
    if (found !== undefined) return found
    throw new TidemarkError('SERIES_UNKNOWN', `there is no series ${JSON.stringify(name)}`, {
      where: name, hint: nearest(name, this.series.map((definition) => definition.name)),
    })
  }

  /** Throws STREAM_UNKNOWN with the nearest name. */
  streamNamed(name: string): StreamDefinition {
    const found = this.streams.find((definition) => definition.name === name)
    if (found !== undefined) return found
    throw new TidemarkError('STREAM_UNKNOWN', `there is no stream ${JSON.stringify(name)}`, {
      where: name, hint: nearest(name, this.streams.map((definition) => definition.name)),
    })
  }
}

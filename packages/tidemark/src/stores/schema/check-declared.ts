import { isZone } from '../../calendar/zone.ts'
import { checkDistinct } from '../../definitions/name.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { TidemarkError } from '../../errors.ts'
import { same } from './change.ts'

/** The streams that feed the series, each once. */
export function streamsOf(series: readonly SeriesDefinition[]): ReadonlyMap<string, StreamDefinition> {
  // The first of each name, so that it is the later one that differs.
  return new Map(series.toReversed().flatMap((one) => (isCollected(one) ? [] : [[one.stream.name, one.stream]])))
}

/** Whether declarations, each sound by itself, can stand in one store. Throws NAME_TAKEN or DECLARATION_INVALID. */
export function checkDeclared(declared: readonly SeriesDefinition[]): void {
  checkDistinct('series', declared.map(({ name }) => name), 'series')
  const streams = streamsOf(declared)
  checkDistinct('streams', [...streams.keys()], 'streams')
  const entities = new Map(declared.toReversed().map(({ of }) => [of.name, of]))
  checkDistinct('entities', [...entities.keys()], 'entities')
  for (const series of declared) {
    const { name, of } = series
    if (!isZone(of.zone)) throw new TidemarkError('ZONE_UNKNOWN', `there is no zone ${JSON.stringify(of.zone)}`, { where: `entity(${JSON.stringify(of.name)})` })
    const stream = isCollected(series) ? null : series.stream
    if (stream !== null && !same(stream, streams.get(stream.name))) {
      throw new TidemarkError('DECLARATION_INVALID', `two series are fed by a stream named ${stream.name}, and declare it differently`, {
        where: name, hint: `Declare ${stream.name} once, and let both series use it.`,
      })
    }
    if (!same(of, entities.get(of.name)) || (stream !== null && !same(of, stream.of))) {
      throw new TidemarkError('DECLARATION_INVALID', `two declarations are of an entity named ${of.name}, and declare it differently`, {
        where: name, hint: `Declare ${of.name} once, and let both use it.`,
      })
    }
  }
}

import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import { ageText } from '../../definitions/age-text.ts'
import type { DimensionDefinition } from '../../definitions/dimension.ts'
import type { MigrationStep } from '../contract/schema.ts'
import { appended, incompatible, same } from './change.ts'
import { keepChanges } from './keep-change.ts'
import { acrossChanges, checkDimensions, derivedChanges, measureSteps } from './series-change.ts'

/**
 * What a changed collected series asks for. Windows have their own starts and ends and decisions are kept, so how often
 * and when it is captured may change at any time: what has been captured stays what it is.
 * Throws MIGRATION_INCOMPATIBLE where stored rows would be read as something else.
 */
export function collectedChange(stored: CollectedSeriesDefinition, declared: CollectedSeriesDefinition): MigrationStep[] {
  const { name, of } = stored
  if (of.name !== declared.of.name) {
    throw incompatible(name, `the series ${name} is of ${of.name}, not ${declared.of.name}`, 'Declare a series of a new name.')
  }
  if (of.zone !== declared.of.zone) {
    throw incompatible(`${name}.of`, `the zone of ${of.name} is ${of.zone}, by which its days were cut; ${declared.of.zone} would move them`,
      'Leave the default zone, and give each entity that moves a zone of its own.')
  }
  checkDimensions(stored, declared)
  const changed = [
    ...(of.tenant === declared.of.tenant ? [] : [`calls the tenant ${declared.of.tenant} (was ${of.tenant})`]),
    ...derivedChanges(stored, declared),
    ...acrossChanges(stored, declared),
    ...dimensionChanges(stored, declared),
    ...captureChanges(stored, declared),
    ...keepChanges(stored.keep, declared.keep, `${name}.keep`),
  ]
  return [
    ...measureSteps(stored, declared, 'is collected from the next capture on'),
    ...payloadSteps(stored, declared),
    ...changed.map((text): MigrationStep => ({ kind: 'change-definition', series: name, text: `${name} ${text}`, loses: null })),
  ]
}

function dimensionChanges(stored: CollectedSeriesDefinition, declared: CollectedSeriesDefinition): string[] {
  return stored.dimensions.flatMap((before, place): string[] => {
    const after = declared.dimensions[place] as DimensionDefinition
    const where = `${stored.name}.${before.field}`
    if ((before.most === undefined) !== (after.most === undefined)) {
      throw incompatible(where, `the dimension ${before.field} of ${stored.name} is ${before.most === undefined ? 'of declared values' : 'of free text'}, and its rows are numbered so`,
        'Declare a series of a new name with this dimension.')
    }
    if (before.most !== after.most) return [`numbers ${after.most} values of ${before.field} (was ${before.most}); rows that are counted in (other) stay there`]
    const values = appended(before.values, after.values)
    return 'added' in values && values.added.length > 0 ? [`takes ${values.added.join(', ')} for ${before.field}, too`] : []
  })
}

function captureChanges(stored: CollectedSeriesDefinition, declared: CollectedSeriesDefinition): string[] {
  const texts: string[] = []
  const before = stored.collected
  const after = declared.collected
  if (stored.grain !== declared.grain) texts.push(`is captured by ${declared.grain} at the finest (was ${stored.grain}), from each entity's next decision on`)
  if (!same(before.frequency, after.frequency)) texts.push("decides by other rules how often entities are captured, from each entity's next decision on")
  if (before.past !== after.past) texts.push(after.past ? 'can be collected for windows that are over; missed ones are due again' : 'can no longer be collected for windows that are over; missed ones stay missing')
  if (before.dueAt !== after.dueAt) texts.push(`is due at ${timeText(after.dueAt)} (was ${timeText(before.dueAt)})`)
  if (!same(stored.keep.longer ?? null, declared.keep.longer ?? null)) {
    const { longer } = declared.keep
    texts.push(longer === undefined
      ? 'keeps every entity alike; rows that have been kept longer are due at the next tiers run'
      : `keeps entities whose ${longer.attribute} is ${longer.is} ${longer.times} times as long (${declared.keep.tiers.flatMap(({ tier, until }) => (until === null ? [] : [`${tier} ${ageText(until)}`])).join(', ')} for the others)`)
  }
  if (stored.payload !== null && declared.payload !== null && stored.payload.version < declared.payload.version) {
    texts.push(`writes payloads of version ${declared.payload.version} (was ${stored.payload.version}); earlier ones are brought up as they are read`)
  }
  return texts
}

/** A payload's columns come and go like a measure's. */
function payloadSteps({ name, payload: before }: CollectedSeriesDefinition, { payload: after }: CollectedSeriesDefinition): MigrationStep[] {
  const key = `${name}.payload`
  if (before === null && after !== null) return [{ kind: 'add-measure', series: name, measure: 'payload', loses: null, text: `adds the payload of ${name}, kept from the next capture on` }]
  if (before !== null && after === null) return [{ kind: 'drop-measure', series: name, measure: 'payload', loses: key, text: `drops the payload of ${name} and all its history` }]
  if (before !== null && after !== null && after.version < before.version) {
    throw incompatible(key, `payloads of ${name} are stored in version ${before.version}, and the declaration reads up to ${after.version}`, `Declare version ${before.version} or later, with the upgraders that lead to it.`)
  }
  return []
}

function timeText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`
}

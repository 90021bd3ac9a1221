import type { MeasureDefinition } from '../../definitions/measure.ts'
import type { EventSeriesDefinition, SeriesDefinition } from '../../definitions/series.ts'
import type { MigrationStep } from '../contract/schema.ts'
import { appended, checkCase, incompatible, same } from './change.ts'
import { keepChanges } from './keep-change.ts'

/** From when something counts that is declared over a stream which has events already. */
export const COUNTS_FROM = 'counts from the first day whose events are all still there'

/**
 * What a changed series asks for. Its stream is compared apart, because several series may share one.
 * Throws MIGRATION_INCOMPATIBLE where stored rows would be read as something else.
 */
export function seriesChange(stored: EventSeriesDefinition, declared: EventSeriesDefinition): MigrationStep[] {
  const { name } = stored
  if (stored.of.name !== declared.of.name) {
    throw incompatible(name, `the series ${name} is of ${stored.of.name}, not ${declared.of.name}`, 'Declare a series of a new name.')
  }
  if (stored.stream.name !== declared.stream.name) {
    throw incompatible(name, `the series ${name} is fed by ${stored.stream.name}, not ${declared.stream.name}`, 'Declare a series of a new name over the other stream.')
  }
  checkDimensions(stored, declared)
  const changed = [
    ...derivedChanges(stored, declared),
    ...checkpointChanges(stored, declared),
    ...windowChanges(stored, declared),
    ...keepChanges(stored.keep, declared.keep, `${name}.keep`),
  ]
  return [
    ...measureSteps(stored, declared, COUNTS_FROM),
    ...changed.map((text): MigrationStep => ({ kind: 'change-definition', series: name, text: `${name} ${text}`, loses: null })),
  ]
}

/** Values appended to a dimension are its field's or its own change; everything else would renumber cells or leave rows without them. */
export function checkDimensions(stored: SeriesDefinition, declared: SeriesDefinition): void {
  const { name } = stored
  const fields = (series: SeriesDefinition): string[] => series.dimensions.map(({ field }) => field)
  const before = fields(stored)
  const after = fields(declared)
  if (!same(before, after)) {
    const words = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : list.join(', '))
    throw incompatible(name, `the series ${name} is split by ${words(before)}, not by ${words(after)}; its stored rows cannot be split anew`,
      'Declare a series of a new name with these dimensions.')
  }
  for (const [place, dimension] of stored.dimensions.entries()) {
    const values = appended(dimension.values, declared.dimensions[place]?.values ?? [])
    if (!('broken' in values)) continue
    throw incompatible(`${name}.${dimension.field}`, `the dimension ${dimension.field} of ${name} ${values.broken}, and stored rows are numbered by the values' places`,
      'Leave the values as they were; new ones go to the end.')
  }
}

const isDerived = (measure: MeasureDefinition | undefined): boolean => measure?.kind === 'ratio'

/** @param from from when an added measure has values */
export function measureSteps(stored: SeriesDefinition, declared: SeriesDefinition, from: string): MigrationStep[] {
  const { name } = stored
  checkCase('the measure', Object.keys(stored.measures), Object.keys(declared.measures), name)
  const steps: MigrationStep[] = []
  for (const [measure, before] of Object.entries(stored.measures)) {
    const key = `${name}.${measure}`
    if (!Object.hasOwn(declared.measures, measure)) {
      if (!isDerived(before)) steps.push({ kind: 'drop-measure', series: name, measure, loses: key, text: `drops the measure ${key} and all its history` })
      continue
    }
    const after = declared.measures[measure] as MeasureDefinition
    if (same(asStored(before), asStored(after)) || (isDerived(before) && isDerived(after))) continue
    throw incompatible(key, `the measure ${key} is stored ${difference(before, after)}`,
      `Declare the changed measure under a new name beside ${measure}, which keeps its history.`)
  }
  for (const [measure, definition] of Object.entries(declared.measures)) {
    if (Object.hasOwn(stored.measures, measure) || isDerived(definition)) continue
    steps.push({ kind: 'add-measure', series: name, measure, loses: null, text: `adds the measure ${name}.${measure}; it ${from}` })
  }
  return steps
}

/** What of a measure its rows depend on: how totals are made of several entities is only how answers are. */
function asStored(measure: MeasureDefinition): MeasureDefinition {
  return 'across' in measure ? { ...measure, across: 'none' } : measure
}

/** How totals of levels are made, which only collected series have. */
export function acrossChanges(stored: SeriesDefinition, declared: SeriesDefinition): string[] {
  return Object.entries(declared.measures).flatMap(([measure, after]) => {
    const before = Object.hasOwn(stored.measures, measure) ? stored.measures[measure] : undefined
    if (before === undefined || !('across' in before) || !('across' in after) || before.across === after.across) return []
    return [`answers ${measure} across entities by ${after.across} (was ${before.across}), for all its history`]
  })
}

/** The first thing in which two measures differ, by its declared word. */
function difference(stored: MeasureDefinition, declared: MeasureDefinition): string {
  if (stored.kind !== declared.kind) return `as ${stored.kind}, not as ${declared.kind}`
  if (stored.kind === 'extreme' && declared.kind === 'extreme' && stored.side !== declared.side) return `as ${stored.side}, not as ${declared.side}`
  if (stored.unit !== declared.unit) return `in the unit ${stored.unit ?? 'none'}, not ${declared.unit ?? 'none'}`
  if ('shape' in stored && 'shape' in declared && !same(stored.shape, declared.shape)) {
    return `as ${stored.shape.type} of scale ${stored.shape.scale}, not ${declared.shape.type} of scale ${declared.shape.scale}`
  }
  if ('resets' in stored && 'resets' in declared && stored.resets !== declared.resets) return `with resets ${stored.resets}, not ${declared.resets}`
  if (stored.kind === 'state' && declared.kind === 'state') return `as one of ${stored.values.join(', ')}, not of ${declared.values.join(', ')}`
  if (stored.kind === 'distinct' && declared.kind === 'distinct' && stored.exact !== declared.exact) return `with ${stored.exact} words exact, not ${declared.exact}`
  if ('across' in stored && 'across' in declared && stored.across !== declared.across) return `with totals by ${stored.across}, not by ${declared.across}`
  if ('where' in stored && 'where' in declared && !same(stored.where, declared.where)) return 'for other events: its condition has changed'
  return 'of other values: its expression has changed'
}

/** Ratios have no state: they are computed from their parts at every answer, so nothing is lost whichever way they change. */
export function derivedChanges(stored: SeriesDefinition, declared: SeriesDefinition): string[] {
  const texts: string[] = []
  for (const [measure, before] of Object.entries(stored.measures)) {
    if (!isDerived(before)) continue
    const after = Object.hasOwn(declared.measures, measure) ? declared.measures[measure] : undefined
    if (after === undefined) texts.push(`no longer answers ${measure}, which is computed from what stays`)
    else if (isDerived(after) && !same(before, after)) texts.push(`computes ${measure} as ${ratioText(after)} (was ${ratioText(before)}), for all its history`)
  }
  for (const [measure, definition] of Object.entries(declared.measures)) {
    if (isDerived(definition) && !Object.hasOwn(stored.measures, measure)) texts.push(`answers ${measure}, computed as ${ratioText(definition)} wherever both count`)
  }
  return texts
}

function ratioText(measure: MeasureDefinition): string {
  return measure.kind === 'ratio' ? `${measure.numerator} / ${measure.denominator} to ${measure.scale} digits` : measure.kind
}

function checkpointChanges(stored: SeriesDefinition, declared: SeriesDefinition): string[] {
  const every = (series: SeriesDefinition): number[] => [...new Set(series.checkpoints.map((checkpoint) => checkpoint.every))]
  const before = every(stored)
  const after = every(declared)
  return [
    ...before.filter((n) => !after.includes(n)).map((n) => `makes no more checkpoints every ${n} events; those that are there stay`),
    ...after.filter((n) => !before.includes(n)).map((n) => `makes a checkpoint every ${n} events, from the next accepted one on`),
  ]
}

function windowChanges(stored: SeriesDefinition, declared: SeriesDefinition): string[] {
  const texts: string[] = []
  const cut = 'rows that have already been rolled up were not cut at its boundaries, and windows that divide one are answered with finer_detail_retired'
  for (const [window, before] of Object.entries(stored.windows)) {
    const after = Object.hasOwn(declared.windows, window) ? declared.windows[window] : undefined
    if (after === undefined) texts.push(`has no window ${window} any more; from now on rows are rolled up across its boundaries`)
    else if (!same(before, after)) texts.push(`has the window ${window} of ${after.months} months (was ${before.months}); ${cut}`)
  }
  for (const [window, { months }] of Object.entries(declared.windows)) {
    if (!Object.hasOwn(stored.windows, window)) texts.push(`has a window ${window} of ${months} months; ${cut}`)
  }
  return texts
}

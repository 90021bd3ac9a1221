import { isDay } from '../format/period.ts'
import { oneOf, oneWord, wordList } from './search-text.ts'

export const GRAINS = ['captured', 'day', 'week', 'month', 'quarter', 'year', 'range'] as const
export type Grain = (typeof GRAINS)[number]

export const RANGES = ['7d', '28d', '12w', '6m', '12m', '3y'] as const
export type RangeWord = (typeof RANGES)[number]

/** What every page keeps in its address. Left out: as it usually is. */
export interface SharedSearch {
  readonly tenant?: string
  /** The series of the pages that are about one. */
  readonly series?: string
  /** The entity that is looked at. */
  readonly entity?: string
  /** A range up to now; with `from` and `to` these count instead. */
  readonly range?: RangeWord
  readonly from?: string
  readonly to?: string
  readonly grain?: Grain
  /** The panels whose table is open. */
  readonly table?: readonly string[]
  /** Lines that are switched off: `PANEL:LINE`. */
  readonly hide?: readonly string[]
  /** Charts that show a part of their range: `PANEL:FROM:TO`, by their periods. */
  readonly zoom?: readonly string[]
  /** The cell of a heat map that charts are narrowed to: `PANEL:Y:X`. */
  readonly cell?: string
  /** Days that forecasts look ahead. */
  readonly horizon?: string
  /** The bound that forecasts look for; decimals as text. */
  readonly threshold?: string
}

export const SHARED_WORDS = ['tenant', 'series', 'entity', 'range', 'from', 'to', 'grain'] as const satisfies readonly (keyof SharedSearch)[]

const HORIZON = /^[1-9]\d{0,2}$/
const BOUND = /^-?\d{1,15}(?:\.\d{1,9})?$/

/** Reads an address. What it does not understand is left out, never an error. */
export function sharedSearch(words: Record<string, unknown>): SharedSearch {
  const [tenant, series, entity, range, from, to, grain] = [
    oneWord(words['tenant']), oneWord(words['series']), oneWord(words['entity']), oneOf(words['range'], RANGES), oneWord(words['from']), oneWord(words['to']),
    oneOf(words['grain'], GRAINS),
  ]
  const [table, hide, zoom] = [wordList(words['table']), wordList(words['hide']), wordList(words['zoom'])]
  const [cell, horizon, threshold] = [oneWord(words['cell']), oneWord(words['horizon']), oneWord(words['threshold'])]
  const days = from !== undefined && to !== undefined && isDay(from) && isDay(to) && from < to ? { from, to } : {}
  return {
    ...(tenant === undefined ? {} : { tenant }), ...(series === undefined ? {} : { series }), ...(entity === undefined ? {} : { entity }),
    ...(range === undefined ? {} : { range }), ...days, ...(grain === undefined ? {} : { grain }), ...(table.length === 0 ? {} : { table }),
    ...(hide.length === 0 ? {} : { hide }), ...(zoom.length === 0 ? {} : { zoom }), ...(cell === undefined ? {} : { cell }),
    ...(horizon !== undefined && HORIZON.test(horizon) ? { horizon } : {}), ...(threshold !== undefined && BOUND.test(threshold) ? { threshold } : {}),
  }
}

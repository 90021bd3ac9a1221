import { TidemarkError } from '../errors.ts'
import type { Panel } from './panel.ts'

/** What a value of a panel must be. */
type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string' && value !== ''
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const decimal: Check = (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
const words: Check = (value) => Array.isArray(value) && value.every(text)
const oneOf = (...known: readonly unknown[]): Check => (value) => known.includes(value)
const orNull = (check: Check): Check => (value) => value === null || check(value)
const maybe = (check: Check): Check => (value) => value === undefined || check(value)
const list = (check: Check): Check => (value) => Array.isArray(value) && value.every(check)
const either = (...checks: readonly Check[]): Check => (value) => checks.some((check) => check(value))
const texts: Check = (value) => typeof value === 'object' && value !== null && Object.values(value).every(text)

/** Keys with points between them: `hours.value`. */
export const isPath: Check = (value) => typeof value === 'string' && /^[^.\s]+(\.[^.\s]+)*$/.test(value)
const path = isPath

const object = (shape: Readonly<Record<string, Check>>): Check => (value) => wrongKey(shape, value) === null

/** The first key of a value that is not as its shape says; null: there is none. */
function wrongKey(shape: Readonly<Record<string, Check>>, value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'panel'
  const given = value as Readonly<Record<string, unknown>>
  return Object.keys(given).find((key) => !Object.hasOwn(shape, key)) ?? Object.keys(shape).find((key) => shape[key]?.(given[key]) !== true) ?? null
}

const level = object({ from: decimal, word: text, tone: oneOf('quiet', 'good', 'warn', 'bad', 'worse') })
const axis = object({ title: text, unit: orNull(text) })
const fact = { title: text, path }
const trace = object({
  title: text, rows: path, x: path, y: path, low: maybe(path), as: oneOf('line', 'dashes', 'area', 'bars', 'band'), axis: oneOf('left', 'right'),
  stack: maybe(text), tone: maybe(oneOf('main', 'quiet', 'warn', 'bad')),
})

/** By what is drawn: what a panel of it has, and nothing else. */
const SHAPES: Readonly<Record<Panel['draw'], Readonly<Record<string, Check>>>> = {
  cards: { rows: path, cards: list(object({ name: text, title: text, unit: orNull(text), better: oneOf('more', 'less', null), opens: orNull(text) })) },
  gauges: { rows: path, titles: texts, most: number, levels: list(level), none: text, opens: orNull(text) },
  chart: {
    left: axis, right: orNull(axis), traces: list(trace), marks: list(object(fact)), facts: list(object({ ...fact, unit: orNull(text) })),
    lines: list(object({ title: text, at: either(object({ path }), object({ value: decimal })), tone: oneOf('warn', 'bad') })),
  },
  heat: { rows: path, x: object({ path, title: text, words }), y: object({ path, title: text, words }), value: object({ path, title: text, unit: orNull(text) }) },
  radar: { rows: path, axis: path, value: path, before: path, least: number, most: number },
  links: { rows: path, text: path, url: path, score: object(fact), facts: list(object(fact)) },
  table: {
    rows: path, order: orNull(object({ path, way: oneOf('up', 'down') })),
    columns: list(object({ title: text, path, unit: orNull(text), levels: maybe(list(level)), level: maybe(path), entity: maybe(oneOf(true)) })),
  },
}

/** Throws PANEL_INVALID for a panel that a dashboard could not draw; declarations also come from JavaScript. */
export function checkPanel(panel: Panel, where: string): void {
  const { draw, ...rest } = panel
  const shape = SHAPES[draw] as (typeof SHAPES)[Panel['draw']] | undefined
  if (shape === undefined) throw new TidemarkError('PANEL_INVALID', `nothing is drawn as ${JSON.stringify(draw)}`, { where, hint: `Draw it as one of ${Object.keys(SHAPES).join(', ')}.` })
  const wrong = wrongKey(shape, rest)
  if (wrong !== null) throw new TidemarkError('PANEL_INVALID', `${wrong} of its panel is not what ${draw} are drawn by`, { where: `${where}, panel.${wrong}` })
}

/** The list in the document that a panel draws; null where it draws none, or several. */
export function rowsOf(panel: Panel | null): string | null {
  if (panel === null) return null
  if (panel.draw !== 'chart') return panel.rows
  const [rows, ...others] = new Set(panel.traces.map((one) => one.rows))
  return others.length > 0 ? null : rows ?? null
}

/** What stands at a path of a document. */
export function valueAt(document: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined), document)
}

import type { Panel } from '../panels/panel.ts'
import { valueAt } from '../panels/check-panel.ts'
import type { Column, Columns } from './columns.ts'

/**
 * The columns of an answer's rows: what its panel draws of a row first, so that an answer without a row has them too;
 * then whatever else the rows have. What lies inside is named by its path.
 */
export function answerColumns(panel: Panel, rows: readonly object[]): Columns {
  const names = new Set(pathsOf(panel))
  for (const row of rows) for (const name of leaves(row)) names.add(name)
  // A part of a row that one row has whole, and another as a value, is told by its leaves alone.
  const inner = [...names].filter((name) => ![...names].some((other) => other.startsWith(`${name}.`)))
  return inner.map((name): Column => {
    const value = (row: Readonly<Record<string, unknown>>): number | string | boolean | null => plain(valueAt(row, name))
    const told = rows.map((row) => value(row as Readonly<Record<string, unknown>>)).filter((one) => one !== null)
    return { name, type: told.every(isNumber) ? 'decimal' : 'text', value }
  })
}

function pathsOf(panel: Panel): readonly string[] {
  switch (panel.draw) {
    case 'cards': return ['name', 'value', 'previous', 'change', 'changeShare']
    case 'gauges': return ['name', 'current', 'target', 'utilization']
    case 'chart': return panel.traces.flatMap(({ x, y, low }) => (low === undefined ? [x, y] : [x, y, low]))
    case 'heat': return [panel.y.path, panel.x.path, panel.value.path]
    case 'radar': return [panel.axis, panel.value, panel.before]
    case 'links': return [panel.score.path, panel.text, panel.url, ...panel.facts.map(({ path }) => path)]
    case 'table': return panel.columns.map(({ path }) => path)
  }
}

function* leaves(value: object, above = ''): Generator<string> {
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === 'object' && part !== null && !Array.isArray(part) && !key.includes('.')) yield* leaves(part, `${above}${key}.`)
    else if (!key.includes('.')) yield `${above}${key}`
  }
}

function plain(value: unknown): number | string | boolean | null {
  if (value === undefined || value === null) return null
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : JSON.stringify(value)
}

function isNumber(value: number | string | boolean): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value))
}

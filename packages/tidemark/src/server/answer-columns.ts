import type { Panel } from '../panels/panel.ts'
import { valueAt } from '../panels/check-panel.ts'
import type { EntityName, EntityRow } from '../query/entity-names.ts'
import type { Column, Columns } from './columns.ts'
import { nameColumn } from './entity-names.ts'

/** What is known of the names of an answer's entities; null: none may have one. */
export interface AnswerNames {
  readonly names: readonly EntityName[] | null
  readonly tenant: string | undefined
}

const NO_NAMES: AnswerNames = { names: null, tenant: undefined }

/**
 * The columns of an answer's rows: what its panel draws of a row first, so that an answer without a row has them too;
 * then whatever else the rows have. What lies inside is named by its path, and beside an entity stands its name.
 */
export function answerColumns(panel: Panel, rows: readonly object[], { names, tenant }: AnswerNames = NO_NAMES): Columns {
  const paths = new Set(pathsOf(panel))
  for (const row of rows) for (const path of leaves(row)) paths.add(path)
  // A part of a row that one row has whole, and another as a value, is told by its leaves alone.
  const inner = [...paths].filter((name) => ![...paths].some((other) => other.startsWith(`${name}.`)))
  const whose = entityPath(panel)
  return inner.flatMap((name): readonly Column[] => {
    const value = (row: Readonly<Record<string, unknown>>): number | string | boolean | null => plain(valueAt(row, name))
    const told = rows.map((row) => value(row as Readonly<Record<string, unknown>>)).filter((one) => one !== null)
    const column: Column = { name, type: told.every(isNumber) ? 'decimal' : 'text', value }
    return name === whose && names !== null ? [column, nameColumn(name, inner, names, (row) => entityRow(row, name, tenant))] : [column]
  })
}

/** The entities of an answer's rows: where a panel says which column is an entity. `tenant`: that of all rows, where one was asked for. */
export function answerEntities(panel: Panel, rows: readonly object[], tenant: string | undefined): readonly EntityRow[] | null {
  const path = entityPath(panel)
  return path === null ? null : rows.map((row) => entityRow(row, path, tenant))
}

function entityPath(panel: Panel): string | null {
  return panel.draw === 'table' ? panel.columns.find(({ entity }) => entity === true)?.path ?? null : null
}

function entityRow(row: object, path: string, tenant: string | undefined): EntityRow {
  const [entity, own] = [valueAt(row, path), valueAt(row, 'tenant')]
  const of = tenant ?? (typeof own === 'string' ? own : undefined)
  return of === undefined || typeof entity !== 'string' ? { tenant: '', entity: null } : { tenant: of, entity }
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

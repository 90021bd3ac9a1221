import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import type { MergedWindows, RowsPlan, TierRowRead } from '../contract/collected.ts'
import type { ReadableCollected } from './collected-reads.ts'
import type { EntityScope } from './entity-scope.ts'
import { quoted, rowTable } from './names.ts'
import { lastPlaces } from './of-one.ts'
import { isRounded, stateOf } from './rows.ts'
import type { WriteSession } from './session.ts'
import { isPayload } from './tables.ts'
import { joined } from './window-runs.ts'

type Queries = Pick<WriteSession, 'sql'>

/** A column that SQLite merges over a day: a last value, with the count of those that are none; or how many there are. */
interface DayColumn {
  readonly column: StateColumn
  readonly selection: string
}

/** What of a day's windows SQLite is asked for; null: columns of other rules are among them, which are merged here. */
function dayColumns({ layout, late }: ReadableCollected, places: readonly number[]): readonly DayColumn[] | null {
  const lasts = lastPlaces(layout.columns)
  const columns: DayColumn[] = []
  for (const place of places) {
    const column = layout.columns[place] as StateColumn
    const base = layout.columns[lasts[place] as number]
    if (base === undefined || isPayload(column) || late.has(column.measure)) return null
    // Beside a single max() the other columns are those of its row: the last window's, which nearly always has a value.
    if (column.part === 'last') columns.push({ column, selection: `, r.${quoted(column.name)}` })
    else if (column.ofOne === 'n') columns.push({ column, selection: `, count(r.${quoted(base.name)})` })
    else return null
  }
  return columns
}

/**
 * Current captured windows of [from, to), merged in SQL by day, which takes a fraction of the time of reading each; by
 * entity, cell and time. Entities of which SQL cannot tell (a last window without a value, an integer past 2^53) are left
 * out and named.
 *
 * @returns null: not of these columns
 */
export function mergedByDay(
  read: Queries, series: ReadableCollected, { columns: places, cells, from, to }: RowsPlan, merged: MergedWindows, scope: EntityScope,
): { readonly rows: readonly TierRowRead[]; readonly left: readonly number[] } | null {
  const columns = dayColumns(series, places)
  if (columns === null) return null
  const stateColumns = columns.map(({ column }) => column)
  const known = knownPlaces(columns)
  const entities = read.sql(`SELECT ${scope.id}, ${scope.tenant} FROM ${scope.from} WHERE ${scope.where} TRUE`).raw().all(scope.bind) as [number, number][]
  const statement = read.sql(`SELECT r.bucket, max(r.at), r.seconds, count(*)${columns.map(({ selection }) => selection).join('')}${known.map(({ selection }) => selection).join('')}
    FROM ${rowTable(series.definition.name, 'captured')} r WHERE r.tenant_id = ? AND r.entity_id = ? AND r.bucket >= ? AND r.bucket < ? AND r.cell = ? AND r.facts > 0 GROUP BY r.bucket ORDER BY r.bucket`).raw()
  const rows: TierRowRead[] = []
  const left: number[] = []
  for (const [entity, tenant] of entities) {
    const own: TierRowRead[][] = []
    for (const cell of cells) {
      const days = statement.all(tenant, entity, from, Math.min(to, merged.before), cell) as unknown[][]
      if (days.some((day) => isRounded(day) || known.some(({ last, count }) => day[last] === null && day[count] !== 0))) {
        left.push(entity)
        own.length = 0
        break
      }
      own.push([...joined(stateColumns, days.map((day): TierRowRead => {
        const [bucket, at, seconds, facts] = day as [number, number, number, number]
        const states = new Array<State>(columns.length)
        for (let place = 0; place < columns.length; place++) states[place] = stateOf(stateColumns[place] as StateColumn, day[HEADS + place])
        return { entity, cell, tier: 'captured', from: bucket, to: bucket + 1, at, until: at + seconds * 1000, facts, states }
      }), merged)])
    }
    for (const one of own) for (const row of one) rows.push(row)
  }
  return { rows, left }
}

/** Columns of a day before those that are asked for. */
const HEADS = 4

/** Of each last value that is asked for, where it stands and where the count of its measure does; what to ask for besides. */
function knownPlaces(columns: readonly DayColumn[]): readonly { readonly last: number; readonly count: number; readonly selection: string }[] {
  let besides = HEADS + columns.length
  return columns.flatMap(({ column }, place) => {
    if (column.part !== 'last') return []
    const counted = columns.findIndex((other) => other.column.measure === column.measure && other.column.part !== 'last')
    return [{ last: HEADS + place, ...(counted === -1 ? { count: besides++, selection: `, count(r.${quoted(column.name)})` } : { count: HEADS + counted, selection: '' }) }]
  })
}

import type { DimensionDefinition } from './dimension.ts'

/**
 * A cell numbers one combination of dimension values: ten bits a dimension, 0 for "any", else the value's place + 1.
 * Cell 0 is the whole. Values may be appended to a dimension without moving a cell.
 */
const RADIX = 1024

/** The value chosen of each dimension; null for any. */
export type Group = Readonly<Record<string, string>>

/** The cell of a group; undefined when it names an unknown dimension or value. */
export function cellOf(dimensions: readonly DimensionDefinition[], group: Group): number | undefined {
  if (Object.keys(group).some((field) => !dimensions.some((dimension) => dimension.field === field))) return undefined
  let cell = 0
  for (const dimension of dimensions.toReversed()) {
    const value = group[dimension.field]
    const place = value === undefined ? 0 : dimension.values.indexOf(value) + 1
    if (value !== undefined && place === 0) return undefined
    cell = cell * RADIX + place
  }
  return cell
}

/** The group that a cell numbers; null for the whole. */
export function groupOf(dimensions: readonly DimensionDefinition[], cell: number): Group | null {
  if (cell === 0) return null
  const group: Record<string, string> = {}
  let rest = cell
  for (const dimension of dimensions) {
    const place = rest % RADIX
    const value = dimension.values[place - 1]
    if (value !== undefined) group[dimension.field] = value
    rest = Math.floor(rest / RADIX)
  }
  return group
}

/** Every cell that an event with these values counts in: the whole, and each subset of its dimensions. */
export function cellsOfEvent(dimensions: readonly DimensionDefinition[], places: readonly number[]): readonly number[] {
  let cells = [0]
  let stride = 1
  for (const [index] of dimensions.entries()) {
    const step = (places[index] as number) * stride
    cells = [...cells, ...cells.map((cell) => cell + step)]
    stride *= RADIX
  }
  return cells
}

/** Every cell of the groups by these dimensions, in declared order of their values. */
export function cellsBy(dimensions: readonly DimensionDefinition[], by: readonly string[], fixed: Group = {}): readonly number[] {
  let groups: Group[] = [fixed]
  for (const dimension of dimensions) {
    if (!by.includes(dimension.field) || fixed[dimension.field] !== undefined) continue
    groups = groups.flatMap((group) => dimension.values.map((value) => ({ ...group, [dimension.field]: value })))
  }
  return groups.map((group) => cellOf(dimensions, group) as number)
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellOf, cellsBy, cellsOfEvent, groupOf } from '../../src/definitions/cell.ts'
import type { DimensionDefinition } from '../../src/definitions/dimension.ts'

const dimensions: readonly DimensionDefinition[] = [
  { field: 'kind', values: ['fix', 'docs', 'test'] }, { field: 'channel', values: ['web', 'app'] }, { field: 'area', values: ['core'] },
]
const place = (index: number) => fc.integer({ min: 1, max: dimensions[index]?.values.length ?? 1 })

test('a cell names its group, and a group its cell', () => {
  const partial = fc.record({ kind: fc.constantFrom('fix', 'docs', 'test'), channel: fc.constantFrom('web', 'app'), area: fc.constant('core') }, { requiredKeys: [] })
  fc.assert(fc.property(partial, (group) => {
    const cell = cellOf(dimensions, group) as number
    expect(groupOf(dimensions, cell)).toEqual(Object.keys(group).length === 0 ? null : group)
  }))
})

test('an event counts once in the whole and in the cell of each subset of its values', () => {
  fc.assert(fc.property(place(0), place(1), place(2), (...places) => {
    const cells = cellsOfEvent(dimensions, places)
    expect(cells[0]).toBe(0)
    expect(new Set(cells).size).toBe(8)
    for (const cell of cells) {
      for (const [field, value] of Object.entries(groupOf(dimensions, cell) ?? {})) {
        const index = dimensions.findIndex((dimension) => dimension.field === field)
        expect(value).toBe(dimensions[index]?.values[(places[index] as number) - 1])
      }
    }
  }))
})

test('groups by dimensions come in declared order, and every event is in exactly one of them', () => {
  const cells = cellsBy(dimensions, ['channel', 'kind'])
  expect(cells.map((cell) => groupOf(dimensions, cell))).toEqual(
    ['fix', 'docs', 'test'].flatMap((kind) => ['web', 'app'].map((channel) => ({ kind, channel }))))
  fc.assert(fc.property(place(0), place(1), place(2), (...places) => {
    expect(cellsOfEvent(dimensions, places).filter((cell) => cells.includes(cell))).toHaveLength(1)
  }))
  expect(cellsBy(dimensions, ['kind'], { channel: 'app' }).map((cell) => groupOf(dimensions, cell)))
    .toEqual(['fix', 'docs', 'test'].map((kind) => ({ kind, channel: 'app' })))
})

test('a group of what is not declared has no cell', () => {
  for (const group of [{ kin: 'fix' }, { kind: 'fixx' }, { toString: 'x' }, { kind: 'fix', area: 'docs' }]) expect(cellOf(dimensions, group)).toBeUndefined()
})

test('a value appended to the first dimension or the last moves no cell', () => {
  const appended = dimensions.map((dimension) => ({ ...dimension, values: [...dimension.values, 'new'] }))
  for (const group of [{ kind: 'test' }, { channel: 'app', area: 'core' }, { kind: 'fix', channel: 'web', area: 'core' }]) {
    expect(cellOf(appended, group)).toBe(cellOf(dimensions, group))
  }
})

import { describe, expect, test } from 'vitest'
import { TidemarkError } from '../../src/errors.ts'
import { runQuery } from '../../src/query/query.ts'
import type { QueryRequest } from '../../src/query/request.ts'
import { resolveQuery } from '../../src/query/validate.ts'
import { contextOf, queryCases } from './cases.ts'
import { local60 } from './declarations.ts'

const store = { definition: local60 }
const select = ['n.sum'] as const
/** What the types forbid, and JavaScript and HTTP do not. */
const ill = (request: object): QueryRequest => request as QueryRequest

describe('a word that is wrong', () => {
  queryCases([
    { name: 'measure', store, request: { select: ['m.sum'] }, refused: 'MEASURE_UNKNOWN' },
    { name: 'a measure is no property of every object', store, request: { select: ['constructor.sum'] }, refused: 'MEASURE_UNKNOWN' },
    { name: 'answer', store, request: { select: ['n.mean'] }, refused: 'ANSWER_UNKNOWN' },
    { name: 'answer in a total', store, request: { select: ['active.any'], total: true }, refused: 'ANSWER_NOT_ACROSS' },
    { name: 'grain', store, request: ill({ select, grain: 'hour' }), refused: 'GRAIN_UNKNOWN' },
    { name: 'comparison', store, request: ill({ select, compare: ['last'] }), refused: 'COMPARISON_UNKNOWN' },
    { name: 'date that does not exist', store, request: { select, from: '2023-02-29' }, refused: 'DATE_INVALID' },
    { name: 'date written otherwise', store, request: { select, to: '1.3.2024' }, refused: 'DATE_INVALID' },
    { name: 'range that ends where it starts', store, request: { select, from: '2024-03-01', to: '2024-03-01' }, refused: 'RANGE_INVALID' },
    { name: 'range that ends before it starts', store, request: { select, from: '2024-03-02', to: '2024-03-01' }, refused: 'RANGE_INVALID' },
    { name: 'instant without an offset', store, request: { select, asOf: '2024-03-01T00:00:00' }, refused: 'INSTANT_INVALID' },
    { name: 'instant that is no date', store, request: { select, asOf: new Date(Number.NaN) }, refused: 'INSTANT_INVALID' },
    { name: 'dimension', store, request: { select, by: ['client'] }, refused: 'DIMENSION_UNKNOWN' },
    { name: 'dimension of a condition', store, request: { select, where: { sort: 'fix' } }, refused: 'DIMENSION_UNKNOWN' },
    { name: 'value of a dimension', store, request: { select, where: { kind: 'fixx' } }, refused: 'DIMENSION_VALUE_UNKNOWN' },
    { name: 'one tenant and all of them', store, request: { select, tenant: 't', allTenants: true }, refused: 'REQUEST_INVALID' },
    { name: 'select that is no list', store, request: ill({ select: 'n.sum' }), refused: 'REQUEST_INVALID' },
    { name: 'tenant that is no text', store, request: ill({ select, tenant: 7 }), refused: 'REQUEST_INVALID' },
    { name: 'value that is no text', store, request: ill({ select, where: { kind: 1 } }), refused: 'REQUEST_INVALID' },
    { name: 'entities that are no texts', store, request: ill({ select, entity: [1] }), refused: 'REQUEST_INVALID' },
    { name: 'day that is no text', store, request: ill({ select, from: 20240301 }), refused: 'REQUEST_INVALID' },
  ])

  test('series', async () => {
    await expect(runQuery(contextOf(store), 'activiti', { select })).rejects.toMatchObject({ code: 'SERIES_UNKNOWN' })
  })

  test('the nearest known word is offered', () => {
    const refused = (): unknown => {
      try {
        return resolveQuery(local60, { select, where: { kind: 'fixx' } }, 0)
      } catch (error) {
        return error instanceof TidemarkError ? [error.where, error.hint] : error
      }
    }
    expect(refused()).toEqual(['where.kind', 'Did you mean fix? Known: feat, fix.'])
  })

  test('a key that is selected twice is answered once', () => {
    expect(resolveQuery(local60, { select: ['n.sum', 'n.sum'] }, 0).answers).toHaveLength(1)
  })
})

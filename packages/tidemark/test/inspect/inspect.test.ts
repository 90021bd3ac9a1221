import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant } from '../../src/calendar/instant.ts'
import { LazyArchive } from '../../src/lazy-archive.ts'
import { inspectRow, type InspectRequest } from '../../src/query/inspect.ts'
import type { Inspection } from '../../src/query/inspection.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { buildHistory, Copy, NOW } from '../verify/fixture.ts'

let root: string
beforeAll(async () => {
  root = mkdtempSync(join(scratchRoot(), 'tidemark-inspect-'))
  await buildHistory(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const inspect = (copy: Copy, request: InspectRequest): Promise<Inspection> =>
  copy.opened((store) => inspectRow({ store, archive: new LazyArchive(copy.archive), now: NOW + 200_000 }, 'activity', request))
const ada = (day: string): InspectRequest => ({ tenant: 'acme', entity: 'ada', day })

describe('inspect', () => {
  test('shows a day row with its events, those taken back included, and what it said before', async () => {
    const row = await inspect(new Copy(root), ada('2024-03-04'))
    expect(row).toMatchObject({ series: 'activity', tenant: 'acme', entity: 'ada', group: null, tier: 'day', from: '2024-03-04', to: '2024-03-05', eventsGone: null, damaged: null })
    const [first, second] = row.events.filter(({ id }) => id === 'l6')
    expect(first).toMatchObject({ at: '2024-03-04T09:00:00Z', accepted: { at: formatInstant(NOW) }, removed: { at: formatInstant(NOW + 60_000) } })
    expect(second).toMatchObject({ at: '2024-03-04T09:30:00Z', values: { amount: '5.55' }, removed: { at: formatInstant(NOW + 120_000) } })
    // Accepted, replaced, retracted: two beliefs before the one that holds.
    expect(row.earlier.slice(-2).map(({ at, until }) => [at, until?.at])).toEqual([
      [formatInstant(NOW), formatInstant(NOW + 60_000)], [formatInstant(NOW + 60_000), formatInstant(NOW + 120_000)],
    ])
    expect(row.earlier.at(-1)?.answers['amount.sum']).toBe('5.55')
    expect(row.answers['events.sum']).toBe(row.events.filter(({ removed }) => removed === null).length)
    expect(row.captures.first?.at).toBe(formatInstant(NOW))
    expect(JSON.parse(JSON.stringify(row))).toEqual(row)
  })

  test('shows adjustments, and a group', async () => {
    const row = await inspect(new Copy(root), { ...ada('2024-03-01'), group: { kind: 'fix' } })
    expect(row.group).toEqual({ kind: 'fix' })
    expect(row.adjustments).toEqual([expect.objectContaining({ id: 'a1', day: '2024-03-01', measure: 'events', by: 3, reason: 'counted by hand' })])
    expect(row.parts[0]?.facts).toBe(1 + row.events.filter(({ removed }) => removed === null).length)
    expect(row.events.every(({ values }) => values.kind === 'fix')).toBe(true)
  })

  test('says where the events of a retired row went, with its digest and what it said before a late event', async () => {
    const row = await inspect(new Copy(root), ada('2023-12-28'))
    expect(row).toMatchObject({ tier: 'week', events: [] })
    expect(row.eventsGone).toBe(`its events went when their days retired into the week row of ${row.from} to ${row.to}`)
    expect(row.parts).toEqual([expect.objectContaining({ file: null, digest: expect.stringMatching(/^[0-9a-f]{32}$/), transaction: expect.any(Number) })])
    expect(row.earlier.length).toBeGreaterThanOrEqual(2)
    expect(Number(row.answers['events.sum']) - Number(row.earlier.at(-1)?.answers['events.sum'])).toBe(1)
    expect(row.coverage.present).toBe(row.coverage.expected)
  })

  test('shows an archived row, its file, the additions beside it and earlier beliefs', async () => {
    const row = await inspect(new Copy(root), ada('2022-03-04'))
    expect(row.tier).toBe('quarter')
    expect(row.parts.map(({ file }) => file)).toEqual([expect.stringMatching(/^activity\/2022-Q1\.g\d\.parquet$/), null])
    expect(row.answers['events.sum']).toBe(row.parts.reduce((sum, { states }) => sum + Number(states.events_n), 0))
    expect(row.eventsGone).toContain(`which lies in ${row.parts[0]?.file}`)
    expect(row.earlier.length).toBeGreaterThan(0)
  })

  test('names a damaged file instead of reading it', async () => {
    const copy = new Copy(root)
    const { parts: [part] } = await inspect(copy, ada('2022-03-04'))
    truncateSync(join(copy.archive, part?.file as string), 100)
    const row = await inspect(copy, ada('2022-03-04'))
    expect(row.damaged).toContain(`${part?.file}: 100 bytes instead of`)
    expect(row.parts.map(({ file }) => file)).toEqual([null])
    expect(row.coverage.reasons.archive_damaged).toBeGreaterThan(0)
  })

  test('answers alike for a row that does not exist and for one of another tenant', async () => {
    const copy = new Copy(root)
    const nobody = await inspect(copy, { tenant: 'zeta', entity: 'nobody', day: '2024-03-01' })
    const other = await inspect(copy, { tenant: 'zeta', entity: 'bob', day: '2024-03-01' })
    expect({ ...other, entity: 'nobody' }).toEqual(nobody)
    expect(nobody).toMatchObject({ parts: [], events: [], earlier: [], eventsGone: null, coverage: { expected: 1, present: 0, reasons: { before_enrolment: 1 } } })
  })

  test.each([
    [{ entity: 'ada', day: '2024-03-01' }, 'TENANT_NEEDED'],
    [{ tenant: 'acme', entity: 'ada', day: '2024-02-30' }, 'DATE_INVALID'],
    [{ tenant: 'acme', entity: 'ada', day: '2024-03-01', group: { colour: 'red' } }, 'DIMENSION_UNKNOWN'],
    [{ tenant: 'acme', entity: 'ada', day: '2024-03-01', group: { kind: 'fux' } }, 'DIMENSION_VALUE_UNKNOWN'],
  ])('refuses %j as %s', async (request, code) => {
    await expect(inspect(new Copy(root), request as InspectRequest)).rejects.toMatchObject({ code })
  })
})

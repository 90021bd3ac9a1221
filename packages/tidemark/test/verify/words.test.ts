import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCapture } from '../../src/capture/run.ts'
import { entity } from '../../src/definitions/entity.ts'
import { instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { at, Copy, problemsOf } from './fixture.ts'

const calls = stream('calls', {
  of: entity('person', { tenant: 'client' }), tenant: 'client', entity: 'person', id: 'id', at: 'at',
  fields: { client: text(), person: text(), id: text(), at: instant(), kind: oneOf(['in', 'out']), ms: integer().optional(), number: text().optional() },
})
const { definition } = series('telephone', { of: entity('person', { tenant: 'client' }), grain: 'day' })
  .from(calls, (e, { histogram, distinct }) => ({ length: histogram(e.ms), numbers: distinct(e.number), few: distinct(e.number, { exact: 2, where: e.kind.is('in') }) }))
  .by('kind')

/** Lengths 0, 37, 74 … ms and a number of five different ones on each of three days; every tenth call has neither. */
const CALLS = Array.from({ length: 60 }, (_, index) => ({
  client: 'acme', person: 'ada', id: `c${index}`, at: `2024-03-0${1 + (index % 3)}T10:00:00Z`, kind: index % 2 === 0 ? 'in' : 'out',
  ...(index % 10 === 9 ? {} : { ms: index * 37, number: `+49 30 ${index % 5}` }),
}))

const folder = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(async () => {
  const now = at('2024-03-05T12:00:00Z')
  const store = await openSqliteStore({ path: join(folder, 'history.db'), program: 'test', thread: 'inline' })
  await store.migrate(planMigration(await store.schema(), [definition], []), now)
  // In portions, so that days are merged from several.
  for (let from = 0; from < CALLS.length; from += 17) await ingestRows(store, calls.definition, CALLS.slice(from, from + 17), { now, onConflict: 'quarantine', source: 'test' })
  await ingestRows(store, calls.definition, [{ ...CALLS[4], ms: 99_999 }], { now, onConflict: 'replace', source: 'test' })
  await store.retract('calls', retractionsOf([{ tenant: 'acme', id: 'c7' }]), now, 'test')
  await runCapture(store, 'telephone', now)
  await store.close()
})

const ROW = 'tm_day_telephone WHERE cell = 0 AND bucket = (SELECT min(bucket) FROM tm_day_telephone)'

test('days of buckets and of words are what their events say', async () => {
  const copy = new Copy(folder)
  expect(problemsOf(await copy.verify())).toEqual({})
  expect(copy.value<string>(`SELECT few_words FROM ${ROW}`)).toMatch(/^2~/)
  // Calls 0, 3, 6 … 57: numbers 0, 3, 1, 4, 2 …
  expect(copy.value<string>(`SELECT numbers_words FROM ${ROW}`)).toBe(`256=${JSON.stringify([0, 1, 2, 3, 4].map((last) => `+49 30 ${last}`))}`)
})

test.each([
  ['length_buckets', "length_buckets || ' 1'"], ['numbers_words', "replace(numbers_words, '30 4', '30 9')"], ['few_words', "replace(few_words, '2~', '3~')"], ['length_buckets', 'NULL'],
])('a changed %s is found (%s)', async (column, value) => {
  const copy = new Copy(folder)
  copy.tamper(`UPDATE tm_day_telephone SET ${column} = ${value} WHERE cell = 0 AND bucket = (SELECT min(bucket) FROM tm_day_telephone)`)
  expect(JSON.stringify(problemsOf(await copy.verify()))).toContain(column)
})

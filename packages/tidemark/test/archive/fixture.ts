import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { machine } from '../../src/machine/machine.ts'
import { type Publication, publishArchive } from '../../src/archive/publish.ts'
import type { LocalFolder } from '../../src/archive/local-folder.ts'
import { type ArchivedRow, compareRows } from '../../src/archive/row.ts'
import { rowDigest } from '../../src/canonical/row-digest.ts'
import { groupOf } from '../../src/definitions/cell.ts'
import { entity } from '../../src/definitions/entity.ts'
import { instant, oneOf, text, bigint } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import type { State } from '../../src/stores/contract/state.ts'

const person = entity('person', { tenant: 'client', zone: 'UTC' })
const events = stream('events', {
  of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at', day: 'eventOffset',
  fields: {
    client: text(), person: text(), id: text(), at: instant({ offset: 'kept' }),
    kind: oneOf(['fix', 'docs', "it's"]), size: oneOf(['small', 'large']), amount: bigint().optional(),
  },
})

/** A series with two dimensions and a measure of every kind. */
export const activity = series('activity', { of: person, grain: 'day' })
  .from(events, (e, { count, any, delta, min, max }) => ({
    contributions: count(), amount: delta(e.amount), active: any(), firstAt: min(e.at.timeOfDay()), lastAt: max(e.at.timeOfDay()),
  }))
  .by('kind', 'size')
  .keep({ day: '1y', quarter: 'archive' })

export const definition = activity.definition
export const layout = layoutOf(definition)
/** The first days of the quarters of 2014. */
export const Q1 = 16_071
export const Q2 = 16_161
export const Q3 = 16_252
export const Q4 = 16_344

/** Row with a digest that fits it. */
export function row(given: Partial<ArchivedRow> & { readonly tier?: 'month' | 'quarter' }, states: readonly State[]): ArchivedRow {
  const { tier = 'quarter', ...rest } = given
  const made = { tenant: 'kysely', entity: 'ada', cell: 0, from: Q1, to: Q2, transaction: 7, believedAt: 1_700_000_000_123, version: 1, revision: 0, facts: 3, expected: 90, present: 90, ...rest }
  const key = { series: 'activity', tenant: made.tenant, entity: made.entity, tier, from: made.from, to: made.to, group: groupOf(definition.dimensions, made.cell) }
  return { ...made, states, digest: rowDigest(key, made.facts, layout.columns, states, machine.sha256) }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `count` rows of some entities in some cells, in file order. */
export function rowsOf(count: number, seed = 1, from = Q1, to = Q2): ArchivedRow[] {
  const next = random(seed)
  const int = (below: number): number => Math.floor(next() * below)
  const cells = [0, 1, 2, 3, 1024, 2049]
  return Array.from({ length: count }, (_, index) => {
    const whose = Math.floor(index / cells.length)
    const n = int(500)
    const states = layout.columns.map(({ part, merge }): State => {
      if (merge === 'days') return 'days'.repeat(int(4)) + int(1e9)
      if (n === 0 && part !== 'n') return null
      return int(20) === 0 ? BigInt(Number.MAX_SAFE_INTEGER) + BigInt(int(1e6)) : int(90_000)
    })
    return row({ tenant: `client-${whose % 7}`, entity: `person-${whose}`, cell: cells[index % cells.length] as number, from, to, facts: n, transaction: 1 + int(50), believedAt: 1_700_000_000_000 + int(1e9) }, states)
  }).sort(compareRows)
}

/** A new empty folder, removed after the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tidemark-archive-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function publication(folder: LocalFolder, rows: readonly ArchivedRow[], change: Partial<Publication> = {}): Publication {
  return { folder, definition, definitionVersion: 1, layout, tier: 'quarter', period: Q1, generation: 1, rows, tzdata: '2026a', program: 'tidemark 0.1.0', owner: 'store-1', ...change }
}

export function publish(folder: LocalFolder, rows: readonly ArchivedRow[], change: Partial<Publication> = {}): ReturnType<typeof publishArchive> {
  return publishArchive(publication(folder, rows, change))
}

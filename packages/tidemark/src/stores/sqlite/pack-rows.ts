import type { RowsOrder, RowsPacked, RowsRule } from '../contract/packing.ts'
import { TidemarkError } from '../../errors.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import type { State } from '../../measures/kind.ts'
import type { StoredCollected } from './collected-series.ts'
import { cutWindows, type PlainWindow, type WindowRun } from './cut-windows.ts'
import { rowBlockTable, rowTable } from './names.ts'
import { isKeptPlain } from './pack.ts'
import { AFTER_ALL, blockStarts, inTime, openRows, type WindowPlace } from './packed-rows.ts'
import { packRows } from './row-block.ts'
import { type NamedOwner, SeriesRows, type TierRow } from './rows.ts'
import type { WriteSession } from './session.ts'

/** Windows of an entity that are looked at in one transaction: two blocks of them, some 20 ms. */
const MOST_LOOKED = 256

/** When so many rows have been packed, what is left of a transaction's pieces waits for the next: 80 µs each, and one more look. */
const MOST_PACKED = 128

/** How many plain rows of each piece would be packed. */
export function packableRows(session: WriteSession, { series: name, pieces, rule }: RowsOrder): readonly number[] {
  return session.read(() => {
    const series = session.catalogue.collected(name)
    if (isKeptPlain(session, name)) return pieces.map(() => 0)
    return pieces.map((piece) => {
      let rows = 0
      for (let place: WindowPlace | null = piece; place !== null;) {
        const { runs, next } = look(session, series, piece.entity, place, rule)
        for (const run of runs) rows += run.rows
        place = next
      }
      return rows
    })
  })
}

/** Packs rows of entities, reads them back, and only then lets go of them where they lay. */
export function packCapturedRows(session: WriteSession, { series: name, pieces, rule }: RowsOrder): readonly RowsPacked[] {
  return session.housekeeping(() => {
    const series = session.catalogue.collected(name)
    const plain = isKeptPlain(session, name)
    let packed = 0
    const done = pieces.map(({ entity: id, ...place }): RowsPacked => {
      if (packed >= MOST_PACKED) return { rows: 0, next: place }
      const entity = plain ? undefined : series.entities.get(id)
      if (entity === undefined) return { rows: 0, next: null }
      const { runs, next } = look(session, series, id, place, rule)
      const rows = runs.reduce((sum, run) => sum + packRun(session, series, entity, run), 0)
      packed += rows
      return { rows, next }
    })
    session.reach('pack-rows.after-delete')
    return done
  })
}

/** What of an entity's plain windows from a place on goes into a block each, and from where on there is more to look at. */
function look(session: WriteSession, series: StoredCollected, id: number, from: WindowPlace, rule: RowsRule): { readonly runs: readonly WindowRun[]; readonly next: WindowPlace | null } {
  const owner = series.entities.get(id)
  if (owner === undefined) return { runs: [], next: null }
  const stays = staysFrom(session, series, owner)
  const windows = session.sql(`SELECT bucket, at, count(*) AS "rows" FROM ${rowTable(series.definition.name, 'captured')} WHERE tenant_id = ? AND entity_id = ? AND (bucket, at) >= (?, ?) AND bucket < ? AND (bucket, at) < (?, ?) GROUP BY bucket, at ORDER BY bucket, at LIMIT ${MOST_LOOKED}`)
    .all(owner.tenantId, id, from.bucket, from.at, rule.before, stays.bucket, stays.at) as PlainWindow[]
  const [first, last] = [windows[0], windows.at(-1)]
  if (first === undefined || last === undefined) return { runs: [], next: null }
  const whole = windows.length < MOST_LOOKED
  const { runs, rest } = cutWindows(windows, blockStarts(session, series, owner, first, last), { ...rule, whole })
  return { runs, next: whole ? null : rest ?? { bucket: last.bucket, at: last.at + 1 } }
}

/** The latest window of an entity stays plain, and so does the latest that names a payload: any SQL is to read what it is like. */
function staysFrom(session: WriteSession, { definition, layout }: StoredCollected, { tenantId, id }: { readonly tenantId: number; readonly id: number }): WindowPlace {
  const latest = (condition: string): WindowPlace => session.sql(`SELECT bucket, at FROM ${rowTable(definition.name, 'captured')} WHERE tenant_id = ? AND entity_id = ?${condition} ORDER BY bucket DESC, at DESC LIMIT 1`)
    .get(tenantId, id) as WindowPlace | undefined ?? AFTER_ALL
  const [whole, named] = [latest(''), layout.payload === null ? AFTER_ALL : latest(' AND payload IS NOT NULL')]
  return inTime(whole, named) < 0 ? whole : named
}

/** A row that is not what its digest says stays where verify tells of it, and so do its neighbours. */
function packRun(session: WriteSession, series: StoredCollected, entity: NamedOwner, { first, last }: { readonly first: WindowPlace; readonly last: WindowPlace }): number {
  const stored = SeriesRows.of(session, series)
  const found = stored.captured(entity, first, last)
  if (found.some(({ row, digest }) => !sameBytes(digest, stored.digest('captured', entity, row)))) return 0
  const rows = found.map(({ row }) => row)
  const block = packRows(entity, series.layout.columns, rows, found.map(({ digest }) => digest))
  const table = rowBlockTable(series.definition.name)
  const key = [entity.tenantId, entity.id, block.lastDay, block.lastAt]
  session.sql(`INSERT INTO ${table} (tenant_id, entity_id, last_day, last_at, first_day, first_at, count, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(...key, block.firstDay, block.firstAt, block.count, block.digest, block.body)
  const { digest, body } = session.sql(`SELECT digest, body FROM ${table} WHERE tenant_id = ? AND entity_id = ? AND last_day = ? AND last_at = ?`).get(...key) as { digest: Uint8Array; body: Uint8Array }
  const lies = openRows(series, { ...block, tenantId: entity.tenantId, entityId: entity.id, digest, body })
  for (const [index, row] of rows.entries()) {
    if (!isSame(row, lies.row(index))) throw new TidemarkError('STORE_CORRUPT', `the row from ${new Date(row.at as number).toISOString()} of entity ${entity.id} is not in its block as it was`, { where: series.definition.name })
  }
  session.reach('pack-rows.after-proof')
  session.sql(`DELETE FROM ${rowTable(series.definition.name, 'captured')} WHERE tenant_id = ? AND entity_id = ? AND (bucket, at) >= (?, ?) AND (bucket, at) <= (?, ?)`)
    .run(entity.tenantId, entity.id, first.bucket, first.at, last.bucket, last.at)
  return rows.length
}

const HEADS = ['bucket', 'at', 'seconds', 'cell', 'transaction', 'version', 'revision', 'facts'] as const

function isSame(a: TierRow, b: TierRow): boolean {
  return HEADS.every((head) => a[head] === b[head]) && a.states.length === b.states.length && a.states.every((state: State, place) => state === b.states[place])
}

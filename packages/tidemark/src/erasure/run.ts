import { type Reach, reachNothing } from '../archive/failpoints.ts'
import { TidemarkError } from '../errors.ts'
import type { Erasure, ErasureRequest, OpenErasure } from '../stores/contract/hold.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { ArchivePlace } from '../tiers/archive-period.ts'
import { eraseArchived, eraseUnnamed } from './archive.ts'

export interface ErasureWork {
  readonly store: Store
  readonly place: ArchivePlace
  readonly now: Instant
  /** Tests stop the world there. */
  readonly reach?: Reach
}

/** How long a tiers run is waited for: it holds the archive folder. */
const WAIT_MS = 10_000

/**
 * Erases an entity from every tier, table and archive file. Killed anywhere, it is finished by repeating it or by
 * `finishErasures`; nothing of the entity is answered from the moment its ledger entry is durable. Repeating one that is
 * complete returns what it came to.
 *
 * @throws HELD, ENTITY_UNKNOWN; STORE_BUSY while a tiers run does not end or a reader needs what goes; ARCHIVE_DAMAGED
 */
export async function runErasure(work: ErasureWork, request: ErasureRequest): Promise<Erasure> {
  const begun = await work.store.erasures.begin(request, work.now)
  if (begun.completedAt !== null) return begun
  await alone(work.store, async () => carryOut(work, (await work.store.erasures.open()).filter(({ id }) => id === begun.id)))
  return (await work.store.erasures.list()).find(({ id }) => id === begun.id) as Erasure
}

/**
 * Finishes what was begun and interrupted, and what a cascade has entered, all at once. Returns their ids.
 *
 * @throws what `runErasure` throws; what was done stays done, and they stay open
 */
export async function finishErasures(work: ErasureWork): Promise<readonly number[]> {
  return alone(work.store, async () => {
    const open = await work.store.erasures.open()
    await carryOut(work, open)
    return open.map(({ id }) => id)
  })
}

async function alone<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const lock = await store.lock('tiers', WAIT_MS)
  if (lock === null) throw new TidemarkError('STORE_BUSY', 'another process is moving rows through the tiers', { why: `It was waited for ${WAIT_MS / 1000} seconds.` })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function carryOut({ store, place, now, reach = reachNothing }: ErasureWork, open: readonly OpenErasure[]): Promise<void> {
  if (open.length === 0) return
  const subjects = open.flatMap(({ id, subject }) => (subject === null ? [] : [{ id, ...subject }]))
  for (const { id } of subjects) {
    reach('erasure.before-rows')
    let more = true
    while (more) {
      more = await store.erasures.removeRows(id, now)
      reach('erasure.after-rows')
    }
  }
  // A file is made anew once for all of them, and the store rewritten once: a tenant's thousand entities may go together.
  for (const own of Map.groupBy(subjects, ({ kind }) => kind).values()) await eraseArchived({ store, place, subjects: own, now, reach })
  if (subjects.length > 0) {
    reach('erasure.before-files')
    await eraseUnnamed({ store, place, subjects })
    reach('erasure.after-files')
  }
  for (const { id } of subjects) {
    reach('erasure.before-name')
    await store.erasures.forgetName(id, now)
    reach('erasure.after-name')
  }
  reach('erasure.before-complete')
  await store.erasures.complete(open.map(({ id }) => id), now)
  reach('erasure.after-complete')
}

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { decoder, isRejected } from '../../src/events/decode.ts'
import { openCore } from '../../src/stores/sqlite/open-core.ts'
import type { DecodedEvent } from '../../src/stores/contract/events.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { Base, SERIES, STREAM } from './base.ts'
import { ledgerOf } from './ledger.ts'
import { Place } from './place.ts'

/**
 * While a period is being archived, another process takes in an event that belongs to it: after the rows were read,
 * before they are retired. Returns what went wrong; empty when the event is counted exactly once.
 */
export async function archiveWhileEventsCome(seed: number): Promise<string[]> {
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-moved-'))
  try {
    const base = new Base(new Random(seed))
    const place = new Place(root)
    await base.build(place, { sites: false })
    const store = await place.open()
    // The other process, without the promises: its transaction is done when the call returns.
    const other = openCore({ path: place.database, program: 'crash' }, () => {})
    try {
      // The base has an event that is late for its archived first month: its next generation is due.
      const first = base.sent.filter((event) => base.ageOf(event, 0) < 0 && base.ageOf(event, 31) > 0)
      const decode = decoder(base.definition.stream, { now: base.at(112), form: 'json' })
      const late = first.slice(0, 3).map((event, index) => decode(base.again(event), index + 1, '')).filter((event): event is DecodedEvent => !isRejected(event))
      let accepted = 0
      await runTiers({
        store, series: SERIES, now: base.at(112), confirmed: true, archive: place.archivePlace(), monotonicMs: () => 0,
        reach(failpoint) {
          const event = failpoint === 'tiers.before-archive-commit' ? late.pop() : undefined
          if (event === undefined) return
          accepted += other.append({ stream: STREAM, events: [event], rejects: [], now: base.at(112), onConflict: 'quarantine', source: 'other' }).accepted
        },
      })
      return [...(accepted === 0 ? ['no event came, so nothing was tried'] : []), ...await unbalanced(place)]
    } finally {
      other.close()
      await store.close()
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function unbalanced(place: Place): Promise<string[]> {
  const { acknowledged, counted, files } = ledgerOf(place, SERIES)
  const problems = (await checkArchive(place.archivePlace().folder, files, { deep: true })).filter(({ reason }) => reason !== 'unexpected')
  return [
    ...(acknowledged === counted ? [] : [`${acknowledged} facts were acknowledged, and ${counted} are counted`]),
    ...problems.map(({ path, detail }) => `${path}: ${detail}`),
  ]
}

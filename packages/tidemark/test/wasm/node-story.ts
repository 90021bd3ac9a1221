import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { open } from '../../src/tidemark.ts'
import { dumpOf } from './dump.ts'
import { levels, rewind, storyClock, takings, tell } from './story.ts'

/** The story by the library as Node has it: better-sqlite3, the writer on its thread, readers beside it. */
export async function toldInNode(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-story-'))
  rewind()
  const history = await open({ store: `sqlite:${join(folder, 'history.db')}`, series: [takings, levels], now: () => storyClock.now })
  const look = new Database(join(folder, 'history.db'), { readonly: true })
  try {
    return await tell({
      history: {
        ingest: (stream, rows, options) => history.ingest(stream, rows, options), capture: (series) => history.capture(series), planCapture: (series) => history.planCapture(series),
        query: (series, request) => history.query(series, request), window: (series, request) => history.window(series, request), states: (series, request) => history.latestAll(series, request),
        rollUp: async (series) => (await history.tiers.run(series)).steps,
      },
      dump: () => dumpOf(look),
    })
  } finally {
    look.close()
    await history.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

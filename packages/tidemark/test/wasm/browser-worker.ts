import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import { openOn, wasmConnection } from '../../src/sqlite.ts'
import { dumpOf } from './dump.ts'
import { ask, levels, rewind, storyClock, takings, tell } from './story.ts'

/** What the page asks of its worker: the story, or what a store says that was told it before. */
export interface Task {
  readonly where: 'memory' | 'opfs'
  readonly part: 'tell' | 'ask'
  /** A clock of the page at `ask`. */
  readonly now: number
}

const FILE = '/story.db'
const scope = globalThis as unknown as { onmessage: (event: { readonly data: Task }) => void; postMessage(answer: unknown): void }

scope.onmessage = ({ data }) => {
  run(data).then((lines) => scope.postMessage({ lines }), (error: unknown) => scope.postMessage({ error: error instanceof Error ? error.stack ?? error.message : String(error) }))
}

async function run({ where, part, now }: Task): Promise<readonly string[]> {
  const sqlite3 = await sqlite3InitModule()
  const pool = where === 'opfs' ? await sqlite3.installOpfsSAHPoolVfs({ name: 'story' }) : null
  const connection = wasmConnection(sqlite3, pool === null ? new sqlite3.oo1.DB(':memory:') : new pool.OpfsSAHPoolDb(FILE))
  rewind()
  if (part === 'ask') storyClock.now = now
  const history = await openOn(connection, { series: [takings, levels], now: () => storyClock.now })
  try {
    const dump = (): readonly string[] => dumpOf(connection)
    return part === 'tell' ? [...await tell({ history, dump }), `clock: ${storyClock.now}`] : [...await ask(history), ...dump()]
  } finally {
    await history.close()
    pool?.pauseVfs()
  }
}

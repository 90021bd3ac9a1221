// Copies the WAL into the database on a second thread: PASSIVE, so it never blocks the writer.
import Database from 'better-sqlite3'
import { workerData } from 'node:worker_threads'

const { path, flag } = workerData as { path: string, flag: Int32Array } // 0 idle, 1 asked, 2 done, 3 stop
const db = new Database(path)
db.pragma('synchronous = FULL')
for (;;) {
  Atomics.wait(flag, 0, 0)
  Atomics.wait(flag, 0, 2)
  if (Atomics.load(flag, 0) === 3) break
  if (Atomics.load(flag, 0) !== 1) continue
  db.pragma('wal_checkpoint(PASSIVE)')
  if (Atomics.compareExchange(flag, 0, 1, 2) === 3) break
}
db.close()

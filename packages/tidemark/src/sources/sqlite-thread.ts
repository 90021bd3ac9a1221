import { parentPort, workerData } from 'node:worker_threads'
import type { SourceAnswer, SourceData, SourceRequest } from './source-protocol.ts'
import { SqliteReading } from './sqlite-reading.ts'

/** A source's thread. */
const port = parentPort
if (port === null) throw new Error('a source is read on a worker thread')
const reading = new SqliteReading((workerData as SourceData).path)

port.on('message', ({ id, sql, parameters }: SourceRequest) => {
  let answer: SourceAnswer
  try {
    answer = { id, rows: reading.stepped(sql, parameters) }
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(answer)
})

import { parentPort, workerData } from 'node:worker_threads'
import { TidemarkError } from '../../errors.ts'
import { SqliteCore } from './core.ts'
import { passFailpoints } from './failpoint.ts'
import type { Answer, Request, WriterData } from './writer-protocol.ts'

/** The writer thread: one connection, one command at a time, in the order they come. */
const port = parentPort
if (port === null) throw new Error('the writer runs as a worker thread')
const { path, program } = workerData as WriterData
let core: SqliteCore | null = null

port.on('message', ({ id, command, args }: Request) => {
  port.postMessage(answer(id, command, args))
})

function answer(id: number, command: Request['command'], args: readonly unknown[]): Answer {
  try {
    if (command === 'close') {
      core?.close()
      return { id, value: undefined }
    }
    core ??= new SqliteCore(path, program, passFailpoints)
    const run = core[command] as (...args: readonly unknown[]) => unknown
    return { id, value: run.apply(core, [...args]) }
  } catch (error) {
    return { id, error: error instanceof TidemarkError ? error.toDocument() : String(error instanceof Error ? error.stack : error) }
  }
}


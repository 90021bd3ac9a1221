import { parentPort, workerData } from 'node:worker_threads'
import { TidemarkError } from '../../errors.ts'
import type { SqliteCore } from './core.ts'
import { passFailpoints } from './failpoint.ts'
import { openCore } from './open-core.ts'
import type { Answer, Request, WriterData } from './writer-protocol.ts'

/** The writer thread: one connection, one command at a time, in the order they come. */
const port = parentPort
if (port === null) throw new Error('the writer runs as a worker thread')
const data = workerData as WriterData
let core: SqliteCore | null = null

/** How long nothing is asked before what has not settled does. */
const IDLE_MS = 250
/** Between two pieces: whoever asks meanwhile goes first. */
const PAUSE_MS = 5
let idle: ReturnType<typeof setTimeout> | undefined

port.on('message', (request: Request) => {
  clearTimeout(idle)
  port.postMessage(answer(request))
  if (request.command === 'close') return
  core?.settleOwed()
  idle = setTimeout(settle, IDLE_MS)
})

function settle(): void {
  if (core?.settleIdle() === true) idle = setTimeout(settle, PAUSE_MS)
}

function answer({ id, command, args, fence }: Request): Answer {
  try {
    if (command === 'close') {
      core?.close()
      return { id, value: undefined }
    }
    const own = core ??= openCore(data, passFailpoints)
    const run = own[command] as (...args: readonly unknown[]) => unknown
    return { id, value: own.under(fence, () => run.apply(own, [...args])) }
  } catch (error) {
    return { id, error: error instanceof TidemarkError ? error.toDocument() : String(error instanceof Error ? error.stack : error) }
  }
}


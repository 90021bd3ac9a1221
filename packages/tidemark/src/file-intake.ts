import type { StreamDefinition } from './definitions/stream.ts'
import type { EventBatch } from './events/event-batch.ts'
import { openInput, type EventInput } from './events/open-input.ts'
import { readEvents } from './events/read-events.ts'
import { appendBatches, BATCH_ROWS, type EventReport, type IngestOptions, Tally } from './intake.ts'
import type { Store } from './stores/contract/store.ts'

/** Takes in a file (`-`: standard input). A fault in the middle of it says what was taken in before. */
export async function ingestFile(store: Store, stream: StreamDefinition, path: string, options: IngestOptions): Promise<EventReport> {
  const input = await openInput(path, options.format === undefined ? {} : { format: options.format })
  return appendBatches(store, stream, fileBatches(input, stream, options.now), options)
}

/** What `ingestFile` would reject for its form, without asking the store what it knows. */
export async function checkFile(stream: StreamDefinition, path: string, options: Pick<IngestOptions, 'now' | 'format'>): Promise<{ readonly readable: number } & Pick<EventReport, 'rejected' | 'rejections'>> {
  const input = await openInput(path, options.format === undefined ? {} : { format: options.format })
  const tally = new Tally()
  for await (const { events, rejects } of readEvents(input, stream, { now: options.now })) {
    tally.add({ accepted: events.length, duplicate: 0, rejected: rejects.length, rejections: rejects.map(({ line, code, reason }) => ({ line, code, reason })) })
  }
  const { accepted, rejected, rejections } = tally.report()
  return { readable: accepted, rejected, rejections }
}

/**
 * The batches of a file. A record of CSV means nothing without its header, so for quarantine, and to replay it from
 * there, it carries it along.
 */
async function* fileBatches(input: EventInput, stream: StreamDefinition, now: number): AsyncGenerator<EventBatch> {
  if (input.format !== 'csv') {
    yield* readEvents(input, stream, { now, batchRows: BATCH_ROWS })
    return
  }
  let header = ''
  let complete = false
  async function* watched(): AsyncGenerator<string> {
    for await (const piece of input.text) {
      if (!complete) {
        header += piece
        const end = header.indexOf('\n')
        complete = end >= 0
        if (complete) header = `${header.slice(0, end).replace(/\r$/, '')}\n`
      }
      yield piece
    }
  }
  for await (const { events, rejects } of readEvents({ ...input, text: watched() }, stream, { now, batchRows: BATCH_ROWS })) {
    yield { events: events.map((event) => ({ ...event, raw: header + event.raw })), rejects: rejects.map((reject) => ({ ...reject, raw: header + reject.raw })) }
  }
}

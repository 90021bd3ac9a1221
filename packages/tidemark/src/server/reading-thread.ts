import { parentPort, workerData } from 'node:worker_threads'
import { Gate } from '../access/gate.ts'
import type { GatedHistory } from '../access/history.ts'
import { giveWay } from '../give-way.ts'
import { PlacedQuestions } from '../question-place.ts'
import type { AuditRecord } from '../stores/contract/access.ts'
import { documentBytes, etagOf } from './document-bytes.ts'
import { writeTable } from './parquet.ts'
import { type FromReader, type Order, type ReadingData, receivedError, type SentError, sentError, type ToReader } from './reading-protocol.ts'
import type { Call, Told } from './route.ts'
import { ROUTES } from './routes.ts'
import { csvPieces } from './table-reply.ts'

/** A reading thread: long questions, each judged by a gate of its own. It writes nothing; what an export leaves in the audit log is entered by the thread that serves. */
const port = parentPort
if (port === null) throw new Error('long questions are read on a worker thread')
const { place, gate: gateOptions, patient } = workerData as ReadingData
if (patient) giveWay()
const opened = PlacedQuestions.open(place)
const tables = new Map<number, Generator<string>>()
const auditing = new Map<number, (error: SentError | null) => void>()
const encoder = new TextEncoder()

const say = (said: FromReader, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(said, [...transfer])

port.on('message', async (asked: ToReader) => {
  const { id } = asked
  try {
    switch (asked.kind) {
      case 'order': return await answer(id, asked.order)
      case 'more': return more(id)
      case 'audited': return auditing.get(id)?.(asked.error)
      case 'stop': {
        tables.delete(id)
        return
      }
      case 'close': {
        await (await opened).close()
        return say({ id, kind: 'answer', answer: null })
      }
    }
  } catch (error) {
    tables.delete(id)
    say({ id, kind: 'error', error: sentError(error) })
  }
})

async function answer(id: number, order: Order): Promise<void> {
  const told = await tell(id, order)
  switch (told.kind) {
    case 'document': {
      const body = await documentBytes(told.document)
      // A small one lies in a pool that others share.
      const own = body.byteLength === body.buffer.byteLength ? body : Uint8Array.from(body)
      say({ id, kind: 'answer', answer: { kind: 'document', body: own, etag: etagOf(body), closed: told.closed === true, about: told.about ?? null, next: told.next ?? null } }, [own.buffer as ArrayBuffer])
      return
    }
    case 'table': {
      const { format, name, columns, rows } = told
      if (format === 'csv') tables.set(id, csvPieces(columns, rows))
      say({ id, kind: 'answer', answer: format === 'csv' ? { kind: 'csv', name } : { kind: 'parquet', name, path: await writeTable(columns, rows) } })
      return
    }
    case 'nothing': throw new Error(`${order.route} says nothing`)
  }
}

async function tell(id: number, { route, principal, path, query, limits, question, now }: Order): Promise<Told> {
  const found = ROUTES.find((one) => one.id === route)
  if (found === undefined) throw new Error(`there is no route ${route}`)
  const questions = await opened
  const audit = { record: (record: AuditRecord) => entered(id, record) }
  // All of a history that questions need: the routes that come here do nothing else.
  const history = { access: { questions: questions.at(now), declared: questions.declared, audit } } as unknown as GatedHistory
  const call: Call = { gate: new Gate(history, principal, gateOptions), path, query, body: undefined, limits, project: { answers: [], now, clockSet: true }, question }
  return found.handle(call as Call<never, never, never>)
}

function entered(id: number, record: AuditRecord): Promise<void> {
  return new Promise((resolve, reject) => {
    auditing.set(id, (error) => {
      auditing.delete(id)
      if (error === null) resolve()
      else reject(receivedError(error))
    })
    say({ id, kind: 'audit', record })
  })
}

function more(id: number): void {
  const next = tables.get(id)?.next()
  // It was told to stop while the question was on its way.
  if (next === undefined) return
  if (next.done === true) tables.delete(id)
  const bytes = next.done === true ? null : encoder.encode(next.value)
  say({ id, kind: 'piece', bytes }, bytes === null ? [] : [bytes.buffer as ArrayBuffer])
}

import { z } from 'zod'
import { TidemarkError } from '../../errors.ts'
import { jsonRows } from '../../events/ndjson.ts'
import { TextRow, UnreadRow } from '../../intake.ts'
import { jsonOf } from '../json-body.ts'
import { route, type TextBody } from '../route.ts'
import { eventReport, streamPath } from '../schemas.ts'

export const events = route({
  id: 'ingest', method: 'POST', url: '/v1/streams/{stream}/events', tag: 'writing', summary: 'Takes events in: one object, a list, or one object a line. The answer comes when they are durable.',
  description: 'Sending the same events again adds nothing: an event is known by its id. A stream that is cut leaves what was read before; send it again whole.',
  action: 'write', path: streamPath, body: 'events',
  query: z.strictObject({ onConflict: z.enum(['quarantine', 'replace']).describe('What happens to a known id with other content. Default quarantine.').optional() }),
  answer: eventReport,
  async handle({ gate, path: { stream }, query: { onConflict }, body }) {
    return { kind: 'document', document: await gate.ingest(stream, rowsOf(body), onConflict === undefined ? {} : { onConflict }) }
  },
})

/** The events of a body, as they come. What is no JSON object is rejected in its place. */
async function* rowsOf(body: TextBody): AsyncGenerator<unknown> {
  let any = false
  for await (const { rows, rejects } of jsonRows(body.format === 'json' ? linesOf(body.text) : body.text)) {
    let next = 0
    for (const { line, record, raw } of rows) {
      for (let reject = rejects[next]; reject !== undefined && reject.line < line; reject = rejects[++next]) yield new UnreadRow(reject.line, reject.code, reject.reason, reject.raw)
      yield new TextRow(line, record, raw)
    }
    for (const { line, code, reason, raw } of rejects.slice(next)) yield new UnreadRow(line, code, reason, raw)
    any ||= rows.length + rejects.length > 0
  }
  if (!any) throw new TidemarkError('FILE_EMPTY', 'the body has no events', { where: 'body', hint: 'Send an object, a list of objects, or one object a line.' })
}

/** A JSON text as a line for each of its events; numbers that a double would change stay as they were written. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let whole = ''
  for await (const piece of text) whole += piece
  const parsed: unknown = jsonOf(whole, keepNumbers)
  for (const one of Array.isArray(parsed) ? parsed : [parsed]) yield `${JSON.stringify(one)}\n`
}

type RawJson = (text: string) => unknown

function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? (JSON as unknown as { readonly rawJSON: RawJson }).rawJSON(context.source) : value
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { decodeUtf8 } from '../events/open-input.ts'
import { TidemarkError } from '../errors.ts'
import { bodyBytes, checkedText, jsonOf } from './json-body.ts'
import type { Limits } from './limits.ts'
import type { TextBody } from './route.ts'

/** Reads bodies: JSON whole, NDJSON as it comes, where a route takes it; both may be packed by gzip. */
export function readBodies(app: FastifyInstance, limits: Limits): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: AsyncIterable<Uint8Array>): Promise<unknown> => {
    const coding = request.headers['content-encoding']
    switch (kindOf(request)) {
      case 'events': return { format: 'json', text: once(() => checkedText(payload, coding, limits)) } satisfies TextBody
      // Nothing is at this path: what was sent does not matter.
      case 'nowhere': return undefined
      case 'json': return jsonOf(await checkedText(payload, coding, limits))
      default: throw new TidemarkError('BODY_TYPE_UNKNOWN', 'this route takes no body', { where: 'body' })
    }
  })
  app.addContentTypeParser('*', async (request: FastifyRequest): Promise<undefined> => {
    if (kindOf(request) !== 'nowhere') throw new TidemarkError('BODY_TYPE_UNKNOWN', 'the body is of a type that this route does not take', { where: 'content-type' })
  })
  app.addContentTypeParser('application/x-ndjson', async (request: FastifyRequest, payload: AsyncIterable<Uint8Array>): Promise<TextBody> => {
    if (kindOf(request) === 'nowhere') return { format: 'ndjson', text: once(async () => '') }
    if (kindOf(request) !== 'events') throw new TidemarkError('BODY_TYPE_UNKNOWN', 'this route takes no stream', { where: 'content-type' })
    const bytes = bodyBytes(payload, request.headers['content-encoding'], { most: limits.streamBytes, times: limits.unpackedTimes })
    return { format: 'ndjson', text: decodeUtf8(bytes, 'body') }
  })
}

function kindOf(request: FastifyRequest): string {
  return (request.routeOptions.config as { readonly body?: string }).body ?? 'nowhere'
}

/** Read when it is asked for: a gate that refuses asks for nothing. */
async function* once(read: () => Promise<string>): AsyncGenerator<string> {
  yield await read()
}

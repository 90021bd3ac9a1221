import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { TidemarkError } from '../errors.ts'

/** What the framework says, in codes of ours; null for what is none of its errors. */
const FRAMEWORK: Readonly<Record<string, (message: string) => TidemarkError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new TidemarkError('BODY_TYPE_UNKNOWN', 'the body is of a type that this route does not take', { where: 'content-type' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new TidemarkError('BODY_INVALID', 'the body is not as long as it says', { where: 'content-length' }),
  FST_ERR_CTP_EMPTY_TYPE: () => new TidemarkError('BODY_TYPE_UNKNOWN', 'the request does not say what its body is', { where: 'content-type' }),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new TidemarkError('BODY_TOO_LARGE', 'the body is too large', { where: 'body' }),
  FST_ERR_BAD_URL: () => new TidemarkError('REQUEST_INVALID', 'the path cannot be read', { where: 'path', hint: 'Encode what stands in it as a URL asks.' }),
}

/** Whatever was thrown while a request was answered, as an error with a code. */
export function faultOf(thrown: unknown): TidemarkError {
  if (thrown instanceof TidemarkError) return thrown
  if (hasZodFastifySchemaValidationErrors(thrown)) return new TidemarkError('REQUEST_INVALID', 'the request is not what the route takes', { where: 'request' })
  const { code, message = '', statusCode } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { readonly code?: string; readonly message?: string; readonly statusCode?: number }
  const known = code === undefined ? undefined : FRAMEWORK[code]
  if (known !== undefined) return known(message)
  // The client has gone: nobody reads what is said.
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return new TidemarkError('BODY_INVALID', 'the body was cut', { where: 'body', cause: thrown })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new TidemarkError('REQUEST_INVALID', 'the request cannot be read', { where: 'request', cause: thrown })
  return new TidemarkError('UNEXPECTED', message.split('\n', 1)[0] as string, { cause: thrown })
}

/** What Node says of a connection on which no request could be read. */
export function connectionFault(code: string | undefined): TidemarkError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW': return new TidemarkError('HEADERS_TOO_LARGE', 'the headers are too large', { where: 'headers' })
    case 'ERR_HTTP_REQUEST_TIMEOUT': return new TidemarkError('REQUEST_SLOW', 'the request did not come in time')
    default: return new TidemarkError('REQUEST_INVALID', 'this is no request', { where: 'request', hint: 'Speak HTTP/1.1.' })
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

const SECURITY = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'", 'data:'], connectSrc: ["'self'"],
      objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' as const },
}

/**
 * What every answer says to browsers, by name in lower case. It is the same for all of them, so helmet is asked once.
 * @param tls browsers reach the server by https alone
 */
export function securityHeaders({ tls }: { readonly tls: boolean }): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const response = { setHeader: (name: string, value: string) => { headers[name.toLowerCase()] = value }, removeHeader() {} }
  helmet({ ...SECURITY, strictTransportSecurity: tls })({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error !== undefined) throw error
  })
  return headers
}

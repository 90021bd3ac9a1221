import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { furnished, type Place } from './place.ts'

describe('every answer', () => {
  let place: Place
  beforeAll(async () => { place = await furnished() })
  afterAll(() => place.close())

  test('tells browsers what they may do with it: kept, refused, of the server itself and of nothing', async () => {
    const server = await place.serve({ publicUrl: 'https://history.example' })
    const token = await place.token()
    const headersOf = async (path: string, as?: string): Promise<Headers> => (await fetch(`${server.url}${path}`, { headers: as === undefined ? {} : { authorization: `Bearer ${as}` } })).headers
    const kept = '/v1/series/turnover/query?select=sales.sum&tenant=acme&from=2026-02-01&to=2026-03-01&grain=month'
    for (const headers of [await headersOf(kept, token), await headersOf(kept, token), await headersOf(kept), await headersOf('/healthz'), await headersOf('/nothing')]) {
      expect(headers.get('content-security-policy')).toBe("default-src 'self';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;font-src 'self' data:;connect-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'")
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d+; includeSubDomains$/)
      expect(headers.get('vary')).toBe('authorization, cookie')
      expect(headers.get('x-powered-by')).toBeNull()
    }
    expect((await fetch(`${(await place.serve()).url}/healthz`)).headers.get('strict-transport-security')).toBeNull()
  })
})

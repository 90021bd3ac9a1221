import { expect, test } from 'vitest'
import { served } from '../cli/served.ts'

/** Once its story has been told, the demo answers over HTTP, at the instant at which it ends. */
export function demoIsServed(cwd: () => string): void {
  test('serves in the end what it made, on the clock of its story', async () => {
    const { child, link, url, stdout, ended } = await served(cwd(), ['campaigns', '--scale', 'small', '--dir', 'demo'])
    expect(JSON.parse(stdout())).toMatchObject({ made: false, unchanged: true })
    const cookie = ((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie') as string).split(';', 1)[0] as string
    const get = async <T>(path: string, options: RequestInit = {}): Promise<T> => (await fetch(`${url}${path}`, { ...options, headers: { cookie, origin: url, ...options.headers } })).json() as Promise<T>
    const { now, clockSet } = await get<{ now: string; clockSet: boolean }>('/v1/me')
    expect([now.slice(0, 16), clockSet]).toEqual(['2026-11-01T00:00', true])
    expect((await get<{ answers: unknown[] }>('/v1/answers')).answers).toHaveLength(16)
    expect(await get('/v1/answers/overview?tenant=harbour-bank')).toMatchObject({ cards: expect.any(Array) as unknown, coverage: { present: expect.any(Number) as number } })
    const { entities: [high] } = await get<{ entities: { tenant: string; entity: string; name: string }[] }>('/v1/series/sessions_held/entities?allTenants=true&q=high')
    expect(high?.name).toBe('High value')
    const { entries } = await get<{ entries: { kind: string }[] }>(`/v1/series/campaign_metrics/timeline?tenant=${high?.tenant}&entity=${high?.entity}`)
    expect(new Set(entries.map(({ kind }) => kind))).toContain('captured')
    const { runs } = await get<{ runs: { kind: string; rows: number }[] }>('/v1/runs?series=campaign_metrics&limit=1000')
    expect(runs.some(({ kind, rows }) => kind === 'capture' && rows > 0)).toBe(true)
    expect(runs.some(({ kind, rows }) => kind === 'rollup' && rows > 0)).toBe(true)
    expect(await get('/v1/series/campaign_metrics/capture', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).toMatchObject({ failed: 0 })
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  }, 120_000)
}

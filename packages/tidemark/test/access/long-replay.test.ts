import { afterAll, beforeAll, expect, test } from 'vitest'
import { furnished, type Place, sale, sales } from '../server/place.ts'

let place: Place
beforeAll(async () => { place = await furnished() })
afterAll(() => place.close())

test('a bound token has all of its tenants\' events judged anew, past what is taken at once; those that come back are judged once', async () => {
  const SOUND = 4_500
  const rows = [
    ...Array.from({ length: SOUND }, (_, n) => sale('acme', 'one', `early ${n}`, '2026-06-01T10:00:00Z', { big: '1' })),
    sale('beta', 'one', 'early', '2026-06-01T10:00:00Z'),
    // Of a kind that there is not, and early: it comes back under the other reason.
    { ...sale('acme', 'one', 'odd', '2026-06-01T10:00:00Z'), kind: 'post' as never },
  ]
  const refused = await place.history.ingest(sales, rows)
  expect(refused).toMatchObject({ accepted: 0, rejected: SOUND + 2 })
  const before = await place.history.quarantine.list({ limit: 10_000 })
  place.now = Date.parse('2026-06-02T12:00:00Z')
  const gate = await place.history.as(await place.token('admin', ['acme']))
  expect(await gate.quarantine.replay()).toMatchObject({ replayed: before.filter(({ raw }) => raw.includes('"acme"')).length, accepted: SOUND, duplicate: 0, rejected: before.filter(({ raw }) => raw.includes('"acme"')).length - SOUND })
  const { rows: [month] } = await place.history.ask('turnover', { select: ['sales.sum'], tenant: 'acme', entity: 'one', from: '2026-06-01', to: '2026-07-01', grain: 'month' })
  expect(month?.['sales.sum']).toBe(SOUND)
  expect((await place.history.quarantine.list({ limit: 10_000 })).filter(({ raw }) => raw.includes('early')).map(({ raw }) => raw.includes('beta'))).toEqual([true])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from './fuzz/run.ts'
import { ask, furnished, type Place } from './place.ts'

const REQUESTS = 5_000
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_260_310)
const UNLIMITED = { tokenRate: Infinity, tenantRate: Infinity, refusedRate: Infinity, answerRows: 20_000 }

let place: Place

beforeAll(async () => { place = await furnished() })
afterAll(() => place.close())

test(`${REQUESTS} requests made from the OpenAPI document meet no fault of the server (--seed ${SEED})`, { timeout: 300_000 }, async () => {
  const server = await place.serve({ limits: UNLIMITED })
  const report = await fuzz(place, server, SEED, REQUESTS)
  expect(report.broken).toEqual([])
  expect(place.unforeseen).toEqual([])
  // It got past the first check often enough, and met many others.
  expect(report.statuses['200'] ?? 0).toBeGreaterThan(REQUESTS / 10)
  expect([...report.codes].length).toBeGreaterThan(15)
  expect((await ask(server, '/healthz')).status).toBe(200)
  expect((await place.history.verify()).ok).toBe(true)
})

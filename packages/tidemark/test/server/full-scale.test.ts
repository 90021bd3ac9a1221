import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from './fuzz/run.ts'
import { furnished, type Place } from './place.ts'

const REQUESTS = 100_000
const SEED = Number(process.env['TIDEMARK_SEED'] ?? Math.floor(performance.timeOrigin) % 1_000_000)
const MOST_MIB = 1_500

let place: Place

beforeAll(async () => { place = await furnished() })
afterAll(() => place.close())

test(`${REQUESTS} requests made from the OpenAPI document meet no fault of the server, in bounded memory (--seed ${SEED})`, { timeout: 7_200_000 }, async () => {
  const server = await place.serve({ limits: { tokenRate: Infinity, tenantRate: Infinity, refusedRate: Infinity, answerRows: 20_000 } })
  const started = performance.now()
  const { statuses, codes, broken, slow } = await fuzz(place, server, SEED, REQUESTS)
  console.log(`${REQUESTS} requests in ${Math.round((performance.now() - started) / 1000)} s, seed ${SEED}: ${JSON.stringify(statuses)}; ${codes.size} codes; ${slow.length} took more than a second; ${Math.round(process.memoryUsage().rss / (1 << 20))} MiB`)
  expect(broken).toEqual([])
  expect(place.unforeseen).toEqual([])
  expect(process.memoryUsage().rss / (1 << 20)).toBeLessThan(MOST_MIB)
  expect((await place.history.verify()).ok).toBe(true)
})

import { expect, test } from 'vitest'
import { Model } from '../oracle/model.ts'
import type { QueryAnswer, WindowAnswer } from '../../src/query/answer.ts'
import type { Subject } from '../oracle/subject.ts'
import { Census } from './census.ts'
import { canonical, compare, perform, shrink } from './compare.ts'
import { generate } from './generate.ts'

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1)

/** What histories ask for so that it is refused. */
const MEANT: readonly string[] = ['HELD', 'ENTITY_UNKNOWN', 'ANSWER_NOT_ACROSS', 'DIMENSION_VALUE_UNKNOWN']

test('a seed always gives the same history', () => {
  for (const seed of [1, 7, 4711]) expect(canonical(generate(seed))).toBe(canonical(generate(seed)))
  expect(canonical(generate(1).steps)).not.toBe(canonical(generate(2).steps))
})

test('every history has three tenants, five entities, three zones and 200 events', () => {
  for (const seed of SEEDS) {
    const { steps } = generate(seed)
    const events = steps.flatMap((step) => (step.do === 'ingest' ? step.events : []))
    const zones = new Set(steps.flatMap((step) => (step.do === 'setZone' ? [step.zone] : [])))
    expect(new Set(events.map((event) => event.client_id)).size, `tenants of ${seed}`).toBeGreaterThanOrEqual(3)
    expect(new Set(events.map((event) => JSON.stringify([event.client_id, event.thing_id]))).size, `entities of ${seed}`).toBeGreaterThanOrEqual(5)
    expect(zones.size, `zones of ${seed}`).toBeGreaterThanOrEqual(3)
    expect(events.length, `events of ${seed}`).toBeGreaterThanOrEqual(200)
    for (const [index, step] of steps.entries()) expect(step.now).toBeGreaterThanOrEqual(steps[index - 1]?.now ?? step.now)
  }
})

test('the model answers 50 histories twice alike, refuses only what is meant to be refused, and the histories meet every case often enough', { timeout: 300_000 }, async () => {
  const census = new Census()
  for (const seed of SEEDS) {
    const model = new Model()
    const noted = census.history(model)
    const difference = await compare(generate(seed), model, new Model(), (step, answer) => {
      const refused = (answer as { readonly refused?: string } | null)?.refused
      if (refused !== undefined && !MEANT.includes(refused)) expect.fail(`seed ${seed}: ${JSON.stringify(step)}: ${JSON.stringify(answer)}`)
      noted.note(step, answer)
    })
    expect(difference?.text ?? 'alike').toBe('alike')
    noted.end()
  }
  expect(census.shortfalls, census.text).toEqual([])
})

test('the days of every answered row add up to what was expected of it', { timeout: 300_000 }, async () => {
  const wrong: string[] = []
  for (const seed of SEEDS.slice(0, 15)) {
    const model = new Model()
    for (const step of generate(seed).steps) {
      const answer = await perform(model, step)
      if ((step.do !== 'query' && step.do !== 'window') || 'refused' in (answer as object)) continue
      for (const row of (answer as QueryAnswer | WindowAnswer).rows) {
        const { expected, present, reasons } = row.coverage
        const missing = Object.values(reasons).reduce((sum, count) => sum + count, 0)
        if (present + missing !== expected) wrong.push(`seed ${seed}: ${JSON.stringify(row)}`)
      }
    }
  }
  expect(wrong).toEqual([])
})

/** Loses every event of one kind. */
function forgetful(): Subject {
  const model = new Model()
  const broken: Subject = {
    declare: (series, now) => model.declare(series, now),
    setZone: (entity, zone, now) => model.setZone(entity, zone, now),
    ingest: (stream, events, options) => model.ingest(stream, events.filter((event) => event.kind !== 'docs'), options),
    retract: (stream, ids, now) => model.retract(stream, ids, now),
    adjust: (series, adjustments, now) => model.adjust(series, adjustments, now),
    capture: (series, now) => model.capture(series, now),
    runTiers: (series, now) => model.runTiers(series, now),
    query: (series, request, now) => model.query(series, request, now),
    window: (series, request, now) => model.window(series, request, now),
    checkpoints: (series, entity) => model.checkpoints(series, entity),
    setSource: (series, change) => model.setSource(series, change),
    backfill: (series, from, to, now) => model.backfill(series, from, to, now),
    stateAt: (series, entity, instantMs, now) => model.stateAt(series, entity, instantMs, now),
    hold: (name, hold, now) => model.hold(name, hold, now),
    liftHold: (name, now) => model.liftHold(name, now),
    forget: (kind, entity, override, now) => model.forget(kind, entity, override, now),
    cascade: (kind, entities) => model.cascade(kind, entities),
  }
  return broken
}

test('a planted defect is found, told readably, and shrunk to a few steps', { timeout: 60_000 }, async () => {
  const history = generate(3)
  const difference = await compare(history, new Model(), forgetful())
  expect(difference?.text).toMatch(/^seed 3, step \d+: ingest at /)
  expect(difference?.text).toMatch(/\.accepted: expected \d+, got \d+/)
  const small = await shrink(history, () => ({ expected: new Model(), actual: forgetful() }))
  expect(await compare(small, new Model(), forgetful())).not.toBeNull()
  expect(small.steps.length).toBeLessThanOrEqual(2)
})

import { describe, expect, test } from 'vitest'
import { entity, instant, series, stream, text } from '../../src/index.ts'
import { Recorder } from '../../src/record.ts'

const events = stream('events', { of: entity('who', { tenant: 'client' }), tenant: 't', entity: 'e', id: 'i', at: 'a', fields: { t: text(), e: text(), i: text(), a: instant() } })
void series

const accept = async (_stream: unknown, rows: readonly unknown[]) => ({ accepted: rows.length, duplicate: 0, rejected: 0 })

describe('record', () => {
  test('writes in the background, in batches', async () => {
    const sizes: number[] = []
    const recorder = new Recorder(async (stream, rows) => { sizes.push(rows.length); return accept(stream, rows) }, { delayMs: 1 })
    for (let n = 0; n < 5_000; n++) recorder.record(events, { i: n })
    expect(sizes).toEqual([])
    await recorder.close()
    expect(sizes).toEqual([2_000, 2_000, 1_000])
    expect(recorder.counts).toMatchObject({ accepted: 5_000, dropped: 0, queued: 0 })
  })

  test('drops and counts what does not fit, and what is no event; never throws', async () => {
    const recorder = new Recorder(accept, { mostQueued: 3, delayMs: 60_000 })
    const hostile = { get i(): string { throw new Error('no') } }
    for (const event of [null, 7, hostile]) recorder.record(events, event)
    for (let n = 0; n < 5; n++) recorder.record(events, { i: n })
    expect(recorder.counts).toMatchObject({ queued: 3, dropped: 5 })
    await recorder.close()
    expect(recorder.counts).toMatchObject({ accepted: 3, dropped: 5 })
    recorder.record(events, { i: 9 })
    expect(recorder.counts.dropped).toBe(6)
  })

  test('copies what it is given: the caller may change it', async () => {
    const seen: unknown[] = []
    const recorder = new Recorder(async (stream, rows) => { seen.push(...rows); return accept(stream, rows) })
    const event = { i: 'a' }
    recorder.record(events, event)
    event.i = 'b'
    await recorder.close()
    expect(seen).toEqual([{ i: 'a' }])
  })

  test('tries again what failed, and loses nothing', async () => {
    let failures = 2
    const recorder = new Recorder(async (stream, rows) => {
      if (failures-- > 0) throw new Error('busy')
      return accept(stream, rows)
    }, { delayMs: 1 })
    recorder.record(events, { i: 'a' })
    await recorder.flush()
    expect(recorder.counts).toMatchObject({ queued: 1, accepted: 0, lastError: new Error('busy') })
    await recorder.close()
    expect(recorder.counts).toMatchObject({ queued: 0, accepted: 1, dropped: 0, lastError: null })
  })
})

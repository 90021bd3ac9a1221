import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/canonical/json.ts'
import { readPayload, writePayload } from '../../src/capture/payload.ts'
import type { PayloadReader } from '../../src/definitions/collector.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'

type Result = ReturnType<StandardSchema['~standard']['validate']>

const schemaOf = (validate: (value: unknown) => Result): StandardSchema => ({ '~standard': { version: 1, vendor: 'test', validate } })
const anything = schemaOf((value) => ({ value }))
const reader = (change: Partial<PayloadReader> = {}): PayloadReader => ({ version: 1, schema: anything, upgrade: {}, ...change })

describe('writePayload', () => {
  it('writes the canonical form, with its version', async () => {
    expect(await writePayload(reader({ version: 3 }), { b: [1.50, -0, 1e21, 'é\u{1F600}'], a: { z: null, y: true }, u: undefined }))
      .toEqual({ version: 3, text: '{"a":{"y":true,"z":null},"b":[1.5,0,1e+21,"é😀"]}' })
    expect(await writePayload(reader(), undefined)).toBeNull()
    expect(await writePayload(reader(), null)).toBeNull()
  })

  it('writes what RFC 8785 says of any JSON', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).filter((value) => value !== null && !JSON.stringify(value).includes('\\u0000')), async (value) => {
      expect((await writePayload(reader(), value))?.text).toBe(canonicalJson(value))
    }), { numRuns: 300 })
    expect((await writePayload(reader(), { 10: 1, 9: 2, '\u{1F600}': 3, '\ufb33': 4, '': 5 }))?.text).toBe('{"":5,"10":1,"9":2,"\u{1F600}":3,"\ufb33":4}')
  })

  it('keeps what the schema makes of it, whether it answers at once or later', async () => {
    const filled = schemaOf((value) => ({ value: { ...(value as object), status: 'active' } }))
    const later = schemaOf(async (value) => ({ value: { ...(value as object), status: 'paused' } }))
    expect((await writePayload(reader({ schema: filled }), { name: 'x' }))?.text).toBe('{"name":"x","status":"active"}')
    expect((await writePayload(reader({ schema: later }), { name: 'x' }))?.text).toBe('{"name":"x","status":"paused"}')
  })

  it('names what the schema finds, and where', async () => {
    const issues = [{ message: 'expected string', path: ['alerts', 2, { key: 'type' }] }, { message: 'too short' }, { message: 'c' }, { message: 'd' }]
    await expect(writePayload(reader({ schema: schemaOf(() => ({ issues })) }), {})).rejects.toThrow('payload: alerts.2.type: expected string; too short; c; and 1 more')
    await expect(writePayload(reader({ schema: schemaOf(async () => ({ issues })) }), {})).rejects.toThrow('payload: alerts.2.type: expected string')
  })

  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)])
  class Money { readonly cents = 1 }
  it.each<[string, unknown, string]>([
    ['NaN', { a: Number.NaN }, 'payload.a: NaN is no number that JSON has'],
    ['infinity', [1, -Infinity], 'payload[1]: -Infinity is no number that JSON has'],
    ['a bigint', { a: [{ b: 1n }] }, 'payload.a[0].b: a bigint is nothing that JSON has'],
    ['undefined in a list', [undefined], 'payload[0]: undefined is nothing that JSON has'],
    ['a function', { a: () => 1 }, 'payload.a: a function is nothing that JSON has'],
    ['a date', { a: new Date(0) }, 'payload.a: a Date is nothing that JSON has'],
    ['a map', new Map(), 'payload: a Map is nothing that JSON has'],
    ['an object of a class', { a: new Money() }, 'payload.a: a Money is nothing that JSON has'],
    ['an object that writes itself', { a: { toJSON: () => 1 } }, 'payload.a.toJSON: a function is nothing that JSON has'],
    ['a lone surrogate', { a: 'x\ud800' }, 'payload.a: a text with a lone surrogate'],
    ['a lone surrogate in a key', { 'x\udc00': 1 }, 'payload: a text with a lone surrogate'],
    ['a NUL', { a: 'x\0' }, 'payload.a: a text with a NUL'],
    ['101 lists in one another', deep(101), 'payload: nested more than 100 deep'],
    ['more than a mebibyte', { a: 'x'.repeat(1_048_576) }, 'payload: more than 1048576 bytes'],
    ['more than a mebibyte of UTF-8', { a: 'é'.repeat(600_000) }, 'payload: 1200008 bytes are more than 1048576'],
    ['very many small parts', Array.from({ length: 2_000_000 }, () => 1), 'payload: more than 1048576 bytes'],
  ])('refuses %s', async (_name, payload, message) => {
    await expect(writePayload(reader(), payload)).rejects.toThrow(message)
  })

  it('takes what is just within its bounds', async () => {
    expect((await writePayload(reader(), deep(100)))?.text).toBe(`${'['.repeat(100)}1${']'.repeat(100)}`)
    expect((await writePayload(reader(), 'x'.repeat(1_048_574)))?.text).toHaveLength(1_048_576)
    await expect(writePayload(reader(), 'x'.repeat(1_048_575))).rejects.toThrow('1048577 bytes')
    await expect(writePayload(reader(), '"'.repeat(600_000))).rejects.toThrow('1200002 bytes')
  })

  it('refuses a cycle', async () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    await expect(writePayload(reader(), cycle)).rejects.toThrow('nested more than 100 deep')
  })
})

describe('readPayload', () => {
  const upgrade = {
    1: (payload: unknown) => ({ name: (payload as { title: string }).title }),
    2: (payload: unknown) => ({ ...(payload as object), tags: [] }),
  }

  it('brings a stored one up to the declared version, one version after another', () => {
    const third = reader({ version: 3, upgrade })
    expect(readPayload(third, { version: 1, text: '{"title":"x"}' }, 'acme/spring')).toEqual({ name: 'x', tags: [] })
    expect(readPayload(third, { version: 2, text: '{"name":"y"}' }, 'acme/spring')).toEqual({ name: 'y', tags: [] })
    expect(readPayload(third, { version: 3, text: '{"name":"z","tags":["a"]}' }, 'acme/spring')).toEqual({ name: 'z', tags: ['a'] })
  })

  it.each([
    ['an upgrader that throws', { version: 1, text: '{"title":1}' }, { 1: () => { throw new TypeError('no title') } }, 'the payload of acme/spring, version 1, cannot be read: upgrade[1] threw TypeError: no title'],
    ['a version that is newer', { version: 3, text: '{}' }, {}, 'the payload of acme/spring, version 3, is newer than the declared version 2'],
    ['a missing upgrader', { version: 1, text: '{}' }, {}, 'the payload of acme/spring, version 1, cannot be read as version 2: there is no upgrade[1]'],
    ['a text that is damaged', { version: 2, text: '{' }, {}, 'the payload of acme/spring, version 2, is not JSON'],
  ])('says which entity and version: %s', (_name, stored, upgrades, message) => {
    expect(() => readPayload(reader({ version: 2, upgrade: upgrades }), stored, 'acme/spring')).toThrow(expect.objectContaining({ code: 'PAYLOAD_UNREADABLE', message }))
  })
})

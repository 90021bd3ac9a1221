import { createHash, createHmac } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { machine } from '../../src/machine/machine.ts'
import { nodeMachine } from '../../src/machine/node-machine.ts'
import { portableMachine } from '../../src/machine/portable-machine.ts'
import { sameBytes } from '../../src/machine/same-bytes.ts'

const text = fc.string({ unit: 'binary' })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe.each([['by JavaScript alone', portableMachine], ['by the built-ins of Node', nodeMachine() ?? portableMachine]])('a machine %s', (_, one) => {
  test('gives the digests that node:crypto gives', () => {
    fc.assert(fc.property(text, fc.stringMatching(/^([0-9a-f]{2}){1,80}$/), (said, key) => {
      const whole = createHash('sha256').update(said).digest('hex')
      expect(hex(one.sha256(said))).toBe(whole.slice(0, 32))
      expect(hex(one.eventDigest(said, 16))).toBe(whole.slice(0, 32))
      expect(hex(one.eventDigest(said, 8))).toBe(whole.slice(0, 16))
      expect(one.hmacHex(key, said)).toBe(createHmac('sha256', Buffer.from(key, 'hex')).update(said).digest('hex'))
    }), { numRuns: 200 })
  })

  test('deflates what zlib inflates, and inflates what zlib deflated, also with a small window', () => {
    fc.assert(fc.property(text, fc.integer({ min: 1, max: 400 }), (said, times) => {
      const long = `{${said.repeat(times)}`
      expect(inflateRawSync(one.deflate(long)).toString('utf8')).toBe(long.toWellFormed())
      for (const options of [{}, { windowBits: 11, memLevel: 4 }]) expect(one.inflate(deflateRawSync(long, options))).toBe(long.toWellFormed())
    }), { numRuns: 100 })
  })

  test('has random numbers of the length that is asked for, and no two alike', () => {
    const made = Array.from({ length: 100 }, () => one.randomHex(16))
    expect(made.filter((word) => !/^[0-9a-f]{32}$/.test(word))).toEqual([])
    expect(new Set(made).size).toBe(made.length)
  })
})

test('under Node the machine is that of its built-ins', () => {
  expect(nodeMachine()).not.toBeNull()
  expect(machine).not.toBe(portableMachine)
})

test('bytes are the same when there are as many and each is', () => {
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false)
})

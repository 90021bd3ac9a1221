import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { openOn, type SqliteConnection, wasmConnection } from '../../src/sqlite.ts'
import { dumpOf } from './dump.ts'
import { toldInNode } from './node-story.ts'
import { levels, rewind, storyClock, takings, tell } from './story.ts'

let expected: readonly string[] = []
beforeAll(async () => {
  expected = await toldInNode()
}, 120_000)

async function toldOn(connection: SqliteConnection): Promise<readonly string[]> {
  rewind()
  const history = await openOn(connection, { series: [takings, levels], now: () => storyClock.now })
  try {
    return await tell({ history, dump: () => dumpOf(connection) })
  } finally {
    await history.close()
  }
}

describe('the story of a history', () => {
  test('is of some length, and tells of what platforms differ in', () => {
    expect(expected.length).toBeGreaterThan(1000)
    for (const word of ['9007199254740993', '-0.0001', '1e+21', '5e-324', '𐐷', '12345678901.2345', 'inflated {', 'tm_week_takings: ', 'tm_superseded_takings: ', 'missing_field']) expect(expected.some((line) => line.includes(word)), word).toBe(true)
  })

  test('is the same on one connection of better-sqlite3', async () => {
    expect(await toldOn(new Database(':memory:'))).toEqual(expected)
  })

  test('is the same on SQLite compiled to WebAssembly', async () => {
    const sqlite3 = await sqlite3InitModule()
    expect(await toldOn(wasmConnection(sqlite3, new sqlite3.oo1.DB(':memory:')))).toEqual(expected)
  })
})

import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SqliteConnection } from '../../src/stores/sqlite/driver.ts'
import { wasmConnection } from '../../src/stores/sqlite/wasm-connection.ts'

const sqlite3 = await sqlite3InitModule()
let wasm: SqliteConnection
let node: SqliteConnection

beforeEach(() => {
  wasm = wasmConnection(sqlite3, new sqlite3.oo1.DB(':memory:'))
  node = new Database(':memory:')
})

afterEach(() => {
  wasm.close()
  node.close()
})

/** Plain data: a Buffer is its bytes, a float that is -0 is told from 0, and an error is its code. */
function told(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] }
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (Object.is(value, -0)) return { minus: 0 }
  if (Array.isArray(value)) return value.map(told)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, told(one)]))
  return value
}

/** What both drivers do is the same; that it is. */
function both(work: (connection: SqliteConnection) => unknown): unknown {
  const [one, other] = [wasm, node].map((connection) => {
    try {
      return told(work(connection))
    } catch (error) {
      return { failed: error instanceof Error && 'code' in error ? error.code : String(error) }
    }
  })
  expect(one).toEqual(other)
  return one
}

const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constantFrom(0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 1e300, 0.1, Number.NaN, Infinity))
const value = fc.oneof(
  number, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string({ unit: 'binary' }), fc.string(), fc.uint8Array(), fc.constant(null),
  fc.constantFrom('', '\0', 'a\0b', '\uFEFFbom', '\uD800', '𐐷é漢', 'x'.repeat(70_000), new Uint8Array(0), new Uint8Array(70_000).fill(7)),
)

describe('SQLite compiled to WebAssembly, as a driver', () => {
  test('stores and gives every value as better-sqlite3 does', () => {
    for (const connection of [wasm, node]) connection.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY, a, i INTEGER, t TEXT, r REAL, b BLOB)')
    let id = 0
    fc.assert(fc.property(value, (one) => {
      id++
      const bound = Buffer.isBuffer(one) || !(one instanceof Uint8Array) ? one : new Uint8Array(one)
      both((connection) => [
        connection.prepare('SELECT typeof(?), ?, quote(?)').raw().get(bound, bound, bound),
        connection.prepare('INSERT INTO plain (id, a, i, t, r, b) VALUES (:id, :a, :a, :a, :a, :a)').run({ id, a: bound }).changes,
        connection.prepare('SELECT *, typeof(a), typeof(i), typeof(t), typeof(r), typeof(b) FROM plain WHERE id = ?').get(id),
        connection.prepare('SELECT * FROM plain WHERE id = ?').raw().safeIntegers(true).get(id),
        connection.prepare('SELECT hex(t) FROM plain WHERE id = ?').pluck().get(id),
      ])
    }), { numRuns: 400 })
  })

  test('refuses in a STRICT table what better-sqlite3 has refused there, by the same name', () => {
    for (const connection of [wasm, node]) connection.exec('CREATE TABLE strict (id INTEGER PRIMARY KEY, i INTEGER NOT NULL, t TEXT UNIQUE) STRICT')
    fc.assert(fc.property(value, value, (i, t) => {
      both((connection) => connection.prepare('INSERT INTO strict (i, t) VALUES (?, ?)').run(i, t))
    }), { numRuns: 300 })
    both((connection) => connection.prepare('SELECT * FROM strict ORDER BY id').safeIntegers(true).all())
  })

  test('names what goes wrong as SQLite does', () => {
    for (const connection of [wasm, node]) connection.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER CHECK (b > 0)) STRICT')
    const failures = [
      (connection: SqliteConnection) => connection.prepare('SELECT nothing'),
      (connection: SqliteConnection) => connection.exec('CREATE TABLE t (a)'),
      (connection: SqliteConnection) => connection.prepare('INSERT INTO t VALUES (1, -1)').run(),
      (connection: SqliteConnection) => connection.prepare('INSERT INTO t VALUES (1, ?)').run('x'),
      (connection: SqliteConnection) => connection.exec('BEGIN; BEGIN'),
      (connection: SqliteConnection) => connection.prepare('SELECT sum(value) FROM json_each(?)').get('[9223372036854775807, 1]'),
    ]
    const said = failures.map((work) => (both(work) as { failed: string }).failed)
    expect(said).toEqual(['SQLITE_ERROR', 'SQLITE_ERROR', 'SQLITE_CONSTRAINT_CHECK', 'SQLITE_CONSTRAINT_DATATYPE', 'SQLITE_ERROR', 'SQLITE_ERROR'])
  })

  test('knows its transaction, its changes and its rows, one by one and again after a fault', () => {
    expect(both((connection) => {
      connection.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)')
      const insert = connection.prepare('INSERT INTO t (b) VALUES (?)')
      const seen: unknown[] = [insert.run('x'), insert.run('y'), connection.inTransaction]
      connection.exec('BEGIN IMMEDIATE')
      seen.push(connection.inTransaction, connection.prepare("UPDATE t SET b = 'z'").run().changes, connection.prepare('CREATE TABLE u (a)').run().changes)
      connection.exec('ROLLBACK')
      const list = connection.prepare('SELECT a, b FROM t ORDER BY a')
      for (const row of list.iterate()) {
        seen.push(row)
        break
      }
      seen.push(list.all(), list.raw().all(), list.pluck().all(), connection.pragma('user_version', { simple: true }), connection.pragma('user_version'))
      seen.push(connection.prepare('SELECT b FROM t WHERE a = ?').pluck().get(3) === undefined)
      return seen
    })).toEqual([
      { changes: 1, lastInsertRowid: 1 }, { changes: 1, lastInsertRowid: 2 }, false, true, 2, 0, { a: 1, b: 'x' },
      [{ a: 1, b: 'x' }, { a: 2, b: 'y' }], [[1, 'x'], [2, 'y']], [1, 2], 0, [{ user_version: 0 }], true,
    ])
  })

  test('refuses values that are too few, too many, of no name, or nothing that SQLite has', () => {
    for (const connection of [wasm, node]) {
      expect(() => connection.prepare('SELECT ?, ?').get(1)).toThrow(RangeError)
      expect(() => connection.prepare('SELECT ?').get(1, 2)).toThrow(RangeError)
      expect(() => connection.prepare('SELECT :a, :b').get({ a: 1 })).toThrow(RangeError)
      for (const wrong of [true, Symbol('x')]) expect(() => connection.prepare('SELECT ?').get(wrong)).toThrow(TypeError)
    }
  })
})

import { expect, test } from 'vitest'
import { TidemarkError } from '../../src/errors.ts'
import { runQuery } from '../../src/query/query.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import { runWindow } from '../../src/query/window.ts'
import type { State } from '../../src/stores/contract/state.ts'
import { FakeArchive, FakeSnapshot, type FakeStore } from './fake-snapshot.ts'

/** One case of the table: what is asked of what, and the exact rows (or the code of the refusal). */
export interface Case<Request> {
  readonly name: string
  readonly store: FakeStore
  /** Default: 2024-05-10T12:00Z. */
  readonly now?: string
  readonly request: Request
  readonly rows?: readonly object[]
  readonly refused?: string
}

export const NOW = '2024-05-10T12:00:00Z'

export function queryCases(cases: readonly Case<QueryRequest>[]): void {
  for (const { name, store, now, request, rows, refused } of cases) {
    test(name, async () => {
      const answer = runQuery(contextOf(store, now), store.definition.name, request)
      if (refused !== undefined) expect(await refusal(answer)).toBe(refused)
      else expect(plain((await answer).rows)).toEqual(rows)
    })
  }
}

export function windowCases(cases: readonly Case<WindowRequest>[]): void {
  for (const { name, store, now, request, rows, refused } of cases) {
    test(name, async () => {
      const answer = runWindow(contextOf(store, now), store.definition.name, request)
      if (refused !== undefined) expect(await refusal(answer)).toBe(refused)
      else expect(plain((await answer).rows)).toEqual(rows)
    })
  }
}

export function contextOf(store: FakeStore, now = NOW) {
  return { snapshot: new FakeSnapshot(store), archive: new FakeArchive(store), now: Date.parse(now) }
}

/** As it is printed. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

async function refusal(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
  } catch (error) {
    if (error instanceof TidemarkError) return error.code
    throw error
  }
  return 'answered'
}

/** States of a row with `n` events and, where they matter, the days it was active on. */
export function events(n: number, active: readonly [count: number, days: string] | null = null, fixes = 0): readonly State[] {
  return [n, 0, 0, null, active?.[0] ?? 0, active?.[1] ?? null, fixes]
}

/** The head of a row of entity `e` of tenant `t`. */
export const E = { tenant: 't', entity: 'e', group: null } as const

export function coverage(expected: number, present: number, reasons: Readonly<Record<string, number>> = {}) {
  return { expected, present, reasons }
}

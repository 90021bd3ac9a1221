import { int64 } from './int64.ts'
import type { State } from './kind.ts'
import type { StateColumn } from './layout.ts'
import { mergeStates } from './merge.ts'

/** What one row said from one transaction to before another; `until` null: still. */
export interface Version {
  readonly from: number
  readonly until: number | null
  /** Events and adjustments in it. With 0 the row says nothing: it is the same as no row. */
  readonly facts: number
  readonly revision: number
  /** Of the definition. */
  readonly version: number
  readonly states: readonly State[]
}

/**
 * What a row merged from several would have said at each moment at which one of them changed.
 *
 * Each chain is one part's versions, ascending and without overlap; between and outside them the part was not there and
 * contributes nothing. The result is ascending and without overlap too, and the start of its last version is the
 * youngest change among the parts: merging changes no belief. Revisions add up, so that any change of a part is a
 * higher revision of the whole, in whatever order rows are merged; the definition version is the newest.
 *
 * Throws SUM_TOO_LARGE where a sum does not fit in the row that would hold it.
 *
 * @param horizon versions that ended at or before this transaction cannot be asked for any more and are left out
 */
export function mergeVersions(columns: readonly StateColumn[], chains: readonly (readonly Version[])[], horizon = 0): Version[] {
  const points = changePoints(chains, horizon)
  const next = chains.map(() => 0)
  const merged: Version[] = []
  let before: Merged = { parts: [], states: null }
  for (const [index, from] of points.entries()) {
    const until = points[index + 1] ?? null
    let facts = 0
    let revision = 0
    let version = 0
    const parts: Version[] = []
    for (const [at, chain] of chains.entries()) {
      while (endsBy(chain[next[at] as number], from)) next[at] = (next[at] as number) + 1
      const part = chain[next[at] as number]
      if (part === undefined || part.from > from) continue
      revision += part.revision
      version = Math.max(version, part.version)
      if (part.facts === 0) continue
      facts += part.facts
      parts.push(part)
    }
    before = { parts, states: mergeParts(columns, parts, before) }
    const { states } = before
    if (states === null) continue
    const last = merged.at(-1)
    if (last !== undefined && last.until === from && says(last, facts, revision, version, states)) {
      merged[merged.length - 1] = { ...last, until }
    } else {
      merged.push({ from, until, facts, revision, version, states })
    }
  }
  return merged
}

/** What some parts say together; null when there are none. */
interface Merged {
  readonly parts: readonly Version[]
  readonly states: State[] | null
}

/** Windows mostly come one after another: what those before the newest say together need not be merged again. */
function mergeParts(columns: readonly StateColumn[], parts: readonly Version[], before: Merged): State[] | null {
  const [first] = parts
  if (first === undefined) return null
  const onward = before.states !== null && before.parts.length <= parts.length && before.parts.every((part, at) => part === parts[at])
  if (onward && before.parts.length === parts.length) return before.states
  const states = onward ? [...before.states as State[]] : [...first.states]
  for (let at = onward ? before.parts.length : 1; at < parts.length; at++) mergeStates(columns, states, (parts[at] as Version).states)
  checkStored(columns, states)
  return states
}

/** Sums of levels by seconds merge without a bound for answers; every other sum has been checked as it was added. */
function checkStored(columns: readonly StateColumn[], states: readonly State[]): void {
  for (let index = 0; index < states.length; index++) {
    const state = states[index]
    if (typeof state === 'bigint' && (columns[index] as StateColumn).merge === 'weighted') int64(state)
  }
}

/** Every transaction at which some part began or ended; of those up to the horizon only the last, which still holds there. */
function changePoints(chains: readonly (readonly Version[])[], horizon: number): number[] {
  const points = new Set<number>()
  for (const chain of chains) {
    for (const { from, until } of chain) {
      points.add(from)
      if (until !== null) points.add(until)
    }
  }
  const ascending = [...points].sort((a, b) => a - b)
  const after = ascending.findIndex((point) => point > horizon)
  if (after === -1) return ascending.slice(-1)
  return ascending.slice(Math.max(after - 1, 0))
}

function endsBy(version: Version | undefined, transaction: number): boolean {
  return version !== undefined && version.until !== null && version.until <= transaction
}

function says(last: Version, facts: number, revision: number, version: number, states: readonly State[]): boolean {
  return last.facts === facts && last.revision === revision && last.version === version
    && last.states.every((state, column) => state === states[column])
}

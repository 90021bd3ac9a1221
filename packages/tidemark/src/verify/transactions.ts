import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** Transactions are numbered without a gap, and their instants never go back: as-of stands on both. */
export async function checkTransactions({ inventory }: Subject, findings: Findings): Promise<void> {
  let last = { id: 0, at: -Infinity }
  for await (const { id, at, command } of inventory.transactions()) {
    findings.checked++
    if (id !== last.id + 1) findings.note(`transaction ${id} (${command}) follows ${last.id}: ${id - last.id - 1} are missing`)
    if (at < last.at) findings.note(`transaction ${id} (${command}) is of ${instantName(at)}, before the one before it, ${instantName(last.at)}`)
    last = { id, at }
  }
}

function instantName(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : String(at)
}

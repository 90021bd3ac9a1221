import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical/json.ts'
import { groupOf } from '../definitions/cell.ts'
import type { DimensionDefinition } from '../definitions/dimension.ts'
import { isCollected } from '../definitions/series.ts'
import type { HeldEntity, HeldRow, HeldRowBlock, HeldSeries } from '../stores/contract/inventory.ts'
import { dayName, rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** The digest of every captured and every rolled-up row, computed anew by the general serialiser instead of the one that is made for speed. */
export async function checkRowDigests(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.series) {
    for await (const entity of subject.chosen(series.definition.of.name)) {
      const dimensions = subject.dimensionsOf(series)(entity.tenant)
      for (const { tier } of series.definition.keep.tiers) {
        // Day rows of an event-fed series hold none: they are told from their events.
        if (tier === 'day' && !isCollected(series.definition)) continue
        const packed = new PackedDigests()
        for await (const row of subject.inventory.rows(series, tier, entity)) {
          findings.checked++
          if (row.packed !== null) {
            packed.take(row.packed, digestOf(series, dimensions, tier, entity, row), (problem) => findings.note(`${rowName(subject.definitionOf(series, entity), tier, entity, row)}: ${problem}`))
            continue
          }
          const expected = digestOf(series, dimensions, tier, entity, row)
          const found = row.digest === null ? 'none' : Buffer.from(row.digest).toString('hex')
          if (found !== expected) findings.note(`${rowName(subject.definitionOf(series, entity), tier, entity, row)}: its digest is ${found}, and its values have ${expected}`)
        }
      }
    }
  }
}

/** A block of packed rows has one digest for those of all of them. */
class PackedDigests {
  #block: HeldRowBlock | null = null
  #digests: string[] = []

  /** @param digest that the values of its next row have */
  take(block: HeldRowBlock, digest: string, note: (problem: string) => void): void {
    if (block !== this.#block) [this.#block, this.#digests] = [block, []]
    this.#digests.push(digest)
    if (this.#digests.length < block.rows) return
    const together = createHash('sha256').update(this.#digests.join('')).digest('hex').slice(0, 32)
    if (together !== block.digests) note(`it is the last of ${block.rows} packed rows whose digests have ${block.digests} together, and their values have ${together}`)
  }
}

function digestOf(series: HeldSeries, dimensions: readonly DimensionDefinition[], tier: string, { tenant, entity }: HeldEntity, row: HeldRow): string {
  const states = Object.entries(row.states).filter(([, state]) => state !== null).map(([column, state]) => [column, String(state)])
  const text = canonicalJson({
    ...(row.window === null ? {} : { at: new Date(row.window.from).toISOString(), until: new Date(row.window.to).toISOString() }),
    series: series.name, tier, tenant, entity, from: dayName(row.from), to: dayName(row.to), group: groupOf(dimensions, row.cell),
    facts: String(row.facts), states: Object.fromEntries(states),
  })
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

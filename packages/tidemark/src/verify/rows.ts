import { addMonths } from '../calendar/civil.ts'
import { tierEnd, tierStart } from '../calendar/period.ts'
import { cellOf, groupOf } from '../definitions/cell.ts'
import type { Tier } from '../definitions/keep.ts'
import type { HeldBoundary, HeldEntity, HeldRow, HeldSeries } from '../stores/contract/inventory.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import { archivedFiles } from './archived-rows.ts'
import { dayName, entityName, rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/**
 * Every row lies where it should: in its tier's calendar window, cut at the windows that are declared, on its tier's
 * side of the boundary, and over no other row of its entity and cell. With `deep` also the rows of the archive.
 */
export async function checkRows(subject: Subject, findings: Findings): Promise<void> {
  const { inventory } = subject
  for (const { table, tenantId, entityId } of await inventory.strangers()) {
    findings.note(`${table} has rows of tenant ${tenantId}, entity ${entityId}, and there is no such entity`)
  }
  let last = 0
  for await (const { id } of inventory.transactions()) last = id
  for (const series of subject.series) {
    const rules = new RowRules(subject, series, last)
    for await (const entity of subject.entities(series.definition.of.name)) {
      const boundary = await inventory.boundary(series.id, entity)
      if (boundary !== null) rules.checkBoundary(findings, entity, boundary)
      for (const { tier } of series.definition.keep.tiers) {
        const ends = new Map<number, EpochDay>()
        for await (const row of inventory.rows(series, tier, entity)) rules.check(findings, tier, entity, boundary, row, ends)
      }
    }
    if (subject.deep) await checkArchived(subject, series, rules, findings)
  }
}

/** What of a row its place can be judged by. */
interface PlacedRow {
  readonly cell: number
  readonly from: EpochDay
  readonly to: EpochDay
  readonly transaction: number
  readonly version: number
  readonly facts: number
  readonly window?: HeldRow['window']
}

class RowRules {
  readonly #subject: Subject
  readonly #series: HeldSeries
  readonly #lastTransaction: number
  /** Lengths of windows that rows may be cut at, and of those that no row may lie across. */
  readonly #ever: readonly number[]
  readonly #always: readonly number[]
  /** Tiers whose side can be judged: where a tier was put in between later, coarser rows stay as they are. */
  readonly #sided: boolean

  constructor(subject: Subject, series: HeldSeries, lastTransaction: number) {
    this.#subject = subject
    this.#series = series
    this.#lastTransaction = lastTransaction
    const had = subject.definitionsOf(series)
    const lengths = had.map(({ windows }) => Object.values(windows).map(({ months }) => months))
    this.#ever = [...new Set(lengths.flat())]
    this.#always = this.#ever.filter((months) => lengths.every((own) => own.includes(months)))
    const tiers = had.map(({ keep }) => keep.tiers.map(({ tier }) => tier).join(' '))
    this.#sided = new Set(tiers).size === 1
  }

  checkBoundary(findings: Findings, entity: HeldEntity, { tiers }: HeldBoundary): void {
    let finer = Infinity
    for (const { tier } of this.#series.definition.keep.tiers) {
      const day = tiers[tier]
      if (day === undefined) continue
      findings.checked++
      if (day > finer) findings.note(`${this.#series.name}, ${entityName(entity)}: ${tier} rows have retired up to ${dayName(day)}, further than the finer tier before them`)
      finer = Math.min(finer, day)
    }
  }

  /** @param ends by cell, the day (of a window the instant) at which the row before this one ends; rows come in order of their first days */
  check(findings: Findings, tier: Tier, entity: { readonly tenant: string; readonly entity: string }, boundary: HeldBoundary | null, row: PlacedRow, ends: Map<number, EpochDay>): void {
    findings.checked++
    const { version } = this.#series
    const note = (problem: string): void => findings.note(`${rowName(this.#subject.definitionOf(this.#series, entity), tier, entity, row)}: ${problem}`)
    if (row.to <= row.from) note('it has no day')
    if (tier === 'captured' || tier === 'day') {
      if (row.to !== row.from + 1) note(`it is of ${row.to - row.from} days`)
    } else if (tierStart(tier, row.from) !== tierStart(tier, row.to - 1)) note(`it crosses the end of its ${tier}, ${dayName(tierEnd(tier, row.from))}`)
    else this.#checkEdges(note, tier, boundary, row)
    const dimensions = this.#subject.dimensionsOf(this.#series)(entity.tenant)
    const group = groupOf(dimensions, row.cell)
    if (row.cell !== 0 && (group === null || cellOf(dimensions, group) !== row.cell)) note(`cell ${row.cell} stands for no combination of dimensions`)
    if (row.facts < 0) note(`it counts ${row.facts} facts`)
    if (row.transaction < 1 || row.transaction > this.#lastTransaction) note(`it is of transaction ${row.transaction}, and the last is ${this.#lastTransaction}`)
    if (row.version < 1 || row.version > version) note(`it is of definition version ${row.version}, and the series has reached ${version}`)
    const end = ends.get(row.cell)
    // Windows of one day follow one another by their instants.
    const [begins, until] = row.window == null ? [row.from, row.to] : [row.window.from, row.window.to]
    if (end !== undefined && begins < end) note(`it begins before the row before it ends, ${row.window == null ? dayName(end) : new Date(end).toISOString()}`)
    ends.set(row.cell, Math.max(until, end ?? until))
    this.#checkSide(note, tier, boundary, row)
  }

  #checkEdges(note: (problem: string) => void, tier: Tier, boundary: HeldBoundary | null, { from, to }: PlacedRow): void {
    if (tier === 'day') return
    const cuts = (lengths: readonly number[]): number[] => (boundary === null ? [] : lengths.flatMap((months) => windowStarts(boundary.anchor, months, from, to)))
    const allowed = new Set([tierStart(tier, from), tierEnd(tier, from), ...cuts(this.#ever)])
    for (const edge of [from, to]) if (!allowed.has(edge)) note(`${dayName(edge)} is an edge of no ${tier} and of no declared window`)
    const crossed = cuts(this.#always).find((start) => start > from && start < to)
    if (crossed !== undefined) note(`it is not cut at ${dayName(crossed)}, where a declared window begins`)
  }

  #checkSide(note: (problem: string) => void, tier: Tier, boundary: HeldBoundary | null, { from, to }: PlacedRow): void {
    const tiers = this.#series.definition.keep.tiers.map((policy) => policy.tier)
    const own = boundary?.tiers[tier]
    if (own !== undefined && from < own) note(`${tier} rows before ${dayName(own)} have retired`)
    const [finest] = tiers
    const finer = this.#sided ? tiers[tiers.indexOf(tier) - 1] : tier === finest ? undefined : finest
    if (finer === undefined) return
    const arrived = boundary?.tiers[finer]
    if (arrived === undefined) note(`no ${finer} row of the entity has retired yet`)
    else if (to > arrived) note(`${finer} rows have retired only up to ${dayName(arrived)}`)
  }
}

/** First days of windows of so many months from the anchor, in [from, to]. */
function windowStarts(anchor: EpochDay, months: number, from: EpochDay, to: EpochDay): number[] {
  const starts: number[] = []
  // A month has at most 31 days, so this k is never past the first; clamping moves a start by three days at most.
  for (let k = Math.floor((from - anchor - 3) / (31 * months)) - 1; ; k++) {
    const start = addMonths(anchor, k * months)
    if (start > to) return starts
    if (start >= from) starts.push(start)
  }
}

async function checkArchived(subject: Subject, series: HeldSeries, rules: RowRules, findings: Findings): Promise<void> {
  const tier = series.definition.keep.tiers.at(-1)?.tier as Tier
  const ends = new Map<string, Map<number, EpochDay>>()
  for await (const file of archivedFiles(subject, series)) {
    if (!file.ok) continue
    for (const row of file.rows()) {
      const key = JSON.stringify([row.tenant, row.entity])
      let own = ends.get(key)
      if (own === undefined) {
        own = new Map()
        ends.set(key, own)
      }
      const entity = await subject.inventory.entity(series.definition.of.name, row.tenant, row.entity)
      if (entity === null && subject.isErasingName(series.definition.of.name, row)) continue
      if (entity === null) findings.note(`${file.archive.file.path} has rows of ${entityName(row)}, and there is no such entity`)
      rules.check(findings, tier, row, entity === null ? null : await subject.inventory.boundary(series.id, entity), row, own)
    }
  }
}

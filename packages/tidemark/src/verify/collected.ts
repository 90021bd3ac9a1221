import { canonicalJson } from '../canonical/json.ts'
import type { LocalCalendar } from '../calendar/local-calendar.ts'
import type { HeldDecision, HeldEntity, HeldFailure, HeldRow, HeldValue } from '../stores/contract/inventory.ts'
import type { State } from '../stores/contract/state.ts'
import { cadenceWindows } from './cadence-windows.ts'
import { dayName, entityName, rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { CollectedSeries, Subject } from './subject.ts'

/**
 * What can be told again of windows that nobody can collect again: decisions ascend; every captured row is a window of
 * the cadence in force; a rolled-up row has no more windows than there were; failures are of such windows, and open for
 * those that were not captured; what counters grew by is what their neighbours say; the latest values are those of the
 * newest rows; payloads are canonical, and each is some row's; packed ones are those that their digest says; values of free text are numbered without gaps.
 */
export async function checkCollected(subject: Subject, findings: Findings): Promise<void> {
  let last = 0
  for await (const { id } of subject.inventory.transactions()) last = id
  for (const series of subject.collectedSeries) {
    if (subject.deep) {
      for (const { id, tenantId, entityId } of await subject.inventory.loosePayloads(series)) findings.note(`${series.name}: payload ${id} of tenant ${tenantId}, entity ${entityId} is named by no row of it`)
    }
    checkValues(findings, series, subject.values.get(series.id) ?? [])
    for await (const entity of subject.chosen(series.definition.of.name)) await checkEntity(subject, findings, series, entity, last)
  }
}

function checkValues(findings: Findings, { name, definition }: CollectedSeries, values: readonly HeldValue[]): void {
  let last: HeldValue | null = null
  for (const value of values) {
    findings.checked++
    const { tenant, field, place, owned } = value
    const note = (problem: string): void => findings.note(`${name}, ${field} ${place} of ${tenant ?? 'nobody'}: ${problem}`)
    const before = last !== null && last.tenant === tenant && last.field === field ? last.place : 0
    if (place !== before + 1) note(`its number follows ${before}`)
    if (!definition.dimensions.some((dimension) => dimension.field === field && dimension.most !== undefined)) note('there is no such free-text dimension')
    if (tenant === null) note('there is no such tenant')
    else if (!owned) note('the tenant has no entity there')
    last = value
  }
}

async function checkEntity(subject: Subject, findings: Findings, series: CollectedSeries, entity: HeldEntity, lastTransaction: number): Promise<void> {
  const { inventory } = subject
  const name = `${series.name}, ${entityName(entity)}`
  const decisions = await inventory.decisions(series.id, entity)
  checkDecisions(findings, name, decisions, lastTransaction)
  const calendar = subject.calendarOf(series, entity)
  for (const problem of await inventory.packedProblems(series, entity)) findings.note(`${name}: ${problem}`)
  const windows = new Windows(calendar, decisions)
  const failures = await inventory.failures(series.id, entity)
  const failed = new Set(failures.filter(({ resolved }) => resolved === null).map(({ at }) => at))
  const boundary = await inventory.boundary(series.id, entity)
  const counters = new Counters(series, boundary !== null && series.definition.keep.archive)
  const captured = new Set<number>()
  // Coarsest first: that is the order of time.
  for (const { tier } of series.definition.keep.tiers.toReversed()) {
    for await (const row of inventory.rows(series, tier, entity)) {
      findings.checked++
      if (row.facts === 0) continue
      if (row.window !== null && row.cell === 0) captured.add(row.window.from)
      const note = (problem: string): void => findings.note(`${rowName(subject.definitionOf(series, entity), tier, entity, row)}${row.window === null ? '' : `, from ${new Date(row.window.from).toISOString()}`}: ${problem}`)
      checkWindow(row, windows, failed, note)
      checkPayload(row, note)
      counters.check(row, note)
    }
  }
  for (const failure of failures) {
    findings.checked++
    checkFailure(failure, windows, captured, boundary?.tiers.captured ?? -Infinity, lastTransaction, (problem) => findings.note(`${name}, failure of ${new Date(failure.at).toISOString()}: ${problem}`))
  }
  const reached = await inventory.reached(series, entity)
  if (captured.size > 0 && !reached.some(({ cell, archived }) => cell === 0 && !archived)) findings.note(`${name}: its latest values are not kept`)
  for (const { cell, archived, at, states } of reached) {
    findings.checked++
    if (!archived) counters.checkReached(cell, at, states, (problem) => findings.note(`${name}, latest values of cell ${cell}: ${problem}`))
  }
}

function checkDecisions(findings: Findings, name: string, decisions: readonly HeldDecision[], lastTransaction: number): void {
  let last = { day: -Infinity, at: -Infinity }
  for (const { day, at, transaction } of decisions) {
    findings.checked++
    if (transaction < 1 || transaction > lastTransaction) findings.note(`${name}: its frequency from ${dayName(day)} on was decided in transaction ${transaction}, and the last is ${lastTransaction}`)
    if (day <= last.day) findings.note(`${name}: its frequency from ${dayName(day)} on is decided twice`)
    if (at < last.at) findings.note(`${name}: its frequency from ${dayName(day)} on was decided before the one before it`)
    last = { day, at }
  }
}

/** The windows that a day had, by the decisions. */
class Windows {
  readonly #calendar: LocalCalendar
  readonly #decisions: readonly HeldDecision[]

  constructor(calendar: LocalCalendar, decisions: readonly HeldDecision[]) {
    this.#calendar = calendar
    this.#decisions = decisions
  }

  of(day: number): readonly { readonly from: number; readonly to: number }[] {
    let cadence: HeldDecision['cadence'] = 'never'
    for (const decision of this.#decisions) if (decision.day <= day) ({ cadence } = decision)
    return cadenceWindows(this.#calendar, day, cadence)
  }
}

function checkWindow(row: HeldRow, windows: Windows, failed: ReadonlySet<number>, note: (problem: string) => void): void {
  const { window } = row
  if (window !== null) {
    if (row.facts !== 1) note(`it counts ${row.facts} windows`)
    if (!windows.of(row.from).some(({ from, to }) => from === window.from && to === window.to)) note('the frequency in force had no such window')
    if (row.cell === 0 && failed.has(window.from)) note('it was captured, and a failure of it is on record')
    return
  }
  let expected = 0
  for (let day = row.from; day < row.to; day++) expected += windows.of(day).length
  if (row.facts > expected) note(`it counts ${row.facts} windows, and ${expected} were asked for`)
}

function checkFailure(
  { day, at, transaction, resolved }: HeldFailure, windows: Windows, captured: ReadonlySet<number>, retired: number, lastTransaction: number, note: (problem: string) => void,
): void {
  for (const id of resolved === null ? [transaction] : [transaction, resolved]) {
    if (id < 1 || id > lastTransaction) note(`it is of transaction ${id}, and the last is ${lastTransaction}`)
  }
  // How long it was to last may have changed since: a move to another zone lengthens the day that it ends.
  if (!windows.of(day).some(({ from }) => from === at)) note('the frequency in force had no such window')
  if (resolved !== null && day >= retired && !captured.has(at)) note('it is resolved, and the window has no row')
}

function checkPayload({ states }: HeldRow, note: (problem: string) => void): void {
  const text = states['payload'] ?? null
  const version = states['payload_version'] ?? null
  if ((text === null) !== (version === null)) note('its payload and the payload\'s version are not both there')
  if (typeof text === 'number') note(`its payload ${text} is not there`)
  if (typeof text !== 'string') return
  try {
    if (canonicalJson(JSON.parse(text)) !== text) note('its payload is not canonical JSON')
  } catch {
    note('its payload is no JSON')
  }
}

/** What each counter of each cell has reached, row after row. */
class Counters {
  readonly #names: readonly { readonly name: string; readonly detects: boolean }[]
  /** Rows before the first one here may lie in the archive, and it counts from them. */
  readonly #mayFollow: boolean
  readonly #last = new Map<string, bigint>()
  readonly #at = new Map<number, number>()

  constructor({ definition }: CollectedSeries, mayFollow: boolean) {
    this.#names = Object.entries(definition.measures).flatMap(([name, measure]) => (measure.kind === 'counter' ? [{ name, detects: measure.resets === 'detect' }] : []))
    this.#mayFollow = mayFollow
  }

  check(row: HeldRow, note: (problem: string) => void): void {
    if (row.window !== null) this.#at.set(row.cell, row.window.from)
    for (const { name, detects } of this.#names) {
      const [first, last, said] = [numberOf(row.states[`${name}_first`]), numberOf(row.states[`${name}_last`]), numberOf(row.states[`${name}_increase`])]
      if (first === null || last === null) {
        if (said !== null) note(`${name} grew by ${said} without a value`)
        continue
      }
      const key = `${row.cell} ${name}`
      const before = this.#last.get(key) ?? null
      this.#last.set(key, last)
      // Within a row that merges many windows, how often a counter has fallen is not to be seen.
      if ((detects && row.window === null) || (before === null && this.#mayFollow)) continue
      const expected = before === null
        ? (row.window === null && row.facts > 1 ? last - first : null)
        : detects && last < before ? last : last - before
      // The baseline of a row of several windows of which one has a value grew by nothing, or by 0.
      if ((expected ?? 0n) !== (said ?? 0n) || (row.window !== null && (expected === null) !== (said === null))) note(`${name} grew by ${said}, and its neighbours say ${expected}`)
    }
  }

  checkReached(cell: number, at: number, states: Readonly<Record<string, State>>, note: (problem: string) => void): void {
    const newest = this.#at.get(cell)
    if (cell === 0 && newest !== undefined && newest !== at) note(`they are of ${new Date(at).toISOString()}, and the newest row is of ${new Date(newest).toISOString()}`)
    for (const { name } of this.#names) {
      const [reached, said] = [this.#last.get(`${cell} ${name}`), numberOf(states[`${name}_last`])]
      if (reached !== undefined && reached !== said) note(`${name} is ${said}, and its newest row says ${reached}`)
    }
  }
}

function numberOf(state: State | undefined): bigint | null {
  return state === null || state === undefined ? null : BigInt(state)
}

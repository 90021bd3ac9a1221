import { type EventSeriesDefinition, isCollected } from '../definitions/series.ts'
import type { HeldCheckpoint, HeldLifetime, HeldStream } from '../stores/contract/inventory.ts'
import { entityName } from './naming.ts'
import type { Findings } from './report.ts'
import type { EventSeries, Subject } from './subject.ts'

/**
 * Checkpoints come at every N-th acceptance without a gap, each no younger than the next, and the last agrees with the
 * lifetime state that goes on from it. An entity's lifetime counts no more acceptances than there are.
 */
export async function checkCheckpoints(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.eventSeries) {
    const stream = subject.streamOf(series)
    const accepted = new Map<number, number>()
    for await (const entity of subject.entities(stream.definition.of.name)) {
      const lifetime = await subject.inventory.lifetime(series, entity)
      const checkpoints = await subject.inventory.checkpoints(series.id, entity)
      if (lifetime === null && checkpoints.length === 0) continue
      findings.checked += checkpoints.length + 1
      accepted.set(entity.tenantId, (accepted.get(entity.tenantId) ?? 0) + (lifetime?.count ?? 0))
      const note = (problem: string): void => findings.note(`${series.name}, ${entityName(entity)}: ${problem}`)
      for (const [every, own] of Map.groupBy(checkpoints, (one) => one.every)) checkRun(subject, series, every, own, lifetime, note)
    }
    await checkAccepted(subject, findings, series, stream, accepted)
  }
}

function checkRun(subject: Subject, series: EventSeries, every: number, own: readonly HeldCheckpoint[], lifetime: HeldLifetime | null, note: (problem: string) => void): void {
  let last: HeldCheckpoint | null = null
  for (const checkpoint of own) {
    const name = `checkpoint ${checkpoint.count}, every ${every} events`
    if (checkpoint.count % every !== 0) note(`${name}: its count is no multiple`)
    if (last !== null && checkpoint.count !== last.count + every) note(`${name}: it follows ${last.count}`)
    if (last !== null && checkpoint.transaction < last.transaction) note(`${name}: it is of transaction ${checkpoint.transaction}, before the one before it, ${last.transaction}`)
    const counts = countsOf(checkpoint)
    if (counts === null) note(`${name}: its payload cannot be read`)
    else if (last !== null) {
      for (const [key, count] of Object.entries(countsOf(last) ?? {})) {
        const now = counts[key]
        if (now !== undefined && now < count) note(`${name}: ${key} is ${now}, and was ${count} before`)
        else if (now !== undefined && now > count + BigInt(every)) note(`${name}: ${key} grew from ${count} to ${now} within ${every} events`)
      }
    }
    last = checkpoint
  }
  const [first] = own
  const always = subject.definitionsOf(series).every((definition) => counted(definition).includes(every))
  if (first !== undefined && always && first.count !== every) note(`checkpoint ${first.count}, every ${every} events: it is the first`)
  if (last !== null) checkLast(series.definition, every, last, lifetime, note)
}

const counted = (definition: EventSeriesDefinition): readonly number[] => definition.checkpoints.map((one) => one.every)

/** The counts of a payload, which only grow, and by no more than the events between: `contributions.sum`. */
function countsOf({ payload }: HeldCheckpoint): Record<string, bigint> | null {
  try {
    const parsed = JSON.parse(payload) as Record<string, Record<string, string | null>>
    return Object.fromEntries(Object.entries(parsed).flatMap(([measure, parts]) => {
      // A count is `{sum}`, a flag `{count}`, a delta `{sum, n}`: what a delta's sum does, nobody can say.
      const key = 'n' in parts ? 'n' : 'count' in parts ? 'count' : 'sum' in parts ? 'sum' : null
      const count = key === null ? null : parts[key]
      return key === null || count === null || count === undefined ? [] : [[`${measure}.${key}`, BigInt(count)]]
    }))
  } catch {
    return null
  }
}

/** The last checkpoint and the lifetime are the same state, some events apart; exactly the same when none came after it. */
function checkLast(definition: EventSeriesDefinition, every: number, last: HeldCheckpoint, lifetime: HeldLifetime | null, note: (problem: string) => void): void {
  const name = `checkpoint ${last.count}, every ${every} events`
  if (lifetime === null) {
    note(`${name}: there is no lifetime state that goes on from it`)
    return
  }
  const after = lifetime.count - last.count
  if (after < 0) note(`${name}: the entity's lifetime counts ${lifetime.count} events`)
  else if (after >= every && counted(definition).includes(every)) note(`${name}: it is the last, and the entity's lifetime counts ${lifetime.count} events`)
  for (const [key, count] of Object.entries(countsOf(last) ?? {})) {
    const [measure, part] = key.split('.') as [string, string]
    const kind = definition.measures[measure]?.kind
    const now = lifetime.states[`${measure}_${kind === 'delta' ? part : 'n'}`]
    // A measure that was dropped since has no lifetime.
    if (kind === undefined || now === undefined || now === null) continue
    if (BigInt(now) < count || BigInt(now) > count + BigInt(Math.max(after, 0))) note(`${name}: ${key} is ${count}, and ${now} in the lifetime of ${lifetime.count} events`)
  }
  if (after === 0) checkEqual(definition, name, last, lifetime, note)
}

function checkEqual(definition: EventSeriesDefinition, name: string, last: HeldCheckpoint, lifetime: HeldLifetime, note: (problem: string) => void): void {
  let payload: Record<string, Record<string, string | null>>
  try {
    payload = JSON.parse(last.payload) as typeof payload
  } catch {
    return
  }
  for (const [measure, parts] of Object.entries(payload)) {
    const kind = definition.measures[measure]?.kind
    if (kind === undefined) continue
    for (const [part, said] of Object.entries(parts)) {
      const now = lifetime.states[`${measure}_${kind === 'count' || kind === 'flag' ? 'n' : part}`]
      if (now !== undefined && (now === null ? null : String(now)) !== said) note(`${name}: ${measure}.${part} is ${said}, and ${now} in the lifetime of as many events`)
    }
  }
}

/** A replacement may move an event to another entity of its tenant, so acceptances are compared by tenant. */
async function checkAccepted(subject: Subject, findings: Findings, series: EventSeries, stream: HeldStream, counts: ReadonlyMap<number, number>): Promise<void> {
  if (counts.size === 0) return
  const known = new Map<number, number>()
  // Retracted ones were accepted once, too.
  for await (const { tenantId } of subject.inventory.identities(stream)) known.set(tenantId, (known.get(tenantId) ?? 0) + 1)
  const [first] = subject.migrations.filter((migration) => migration.series.some((one) => !isCollected(one) && one.stream.name === stream.name))
  const declared = first?.series.find((one) => one.name === series.name)
  const always = declared !== undefined && declared.checkpoints.length > 0 && subject.definitionsOf(series).every(({ checkpoints }) => checkpoints.length > 0)
  // A replacement may have moved an event to an entity that was erased since, or from one.
  const erased = new Set((await subject.inventory.erasures()).map((erasure) => erasure.tenantId))
  for (const [tenantId, identities] of known) {
    if (erased.has(tenantId)) continue
    const count = counts.get(tenantId) ?? 0
    if (count > identities || (always && count !== identities)) findings.note(`${series.name}, tenant ${tenantId}: lifetimes count ${count} acceptances, and ${identities} identities are known`)
  }
}

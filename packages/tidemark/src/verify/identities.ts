import { hash } from 'node:crypto'
import { type EventSeriesDefinition, isCollected } from '../definitions/series.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { HeldEntity, HeldEvent, HeldIdentity, HeldStream, Owner } from '../stores/contract/inventory.ts'
import type { Instant } from '../stores/contract/state.ts'
import { keptSince } from './enrolments.ts'
import { dayName, entityName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/**
 * Every retained event has its identity, with the digest of what it holds, and the identity points back at it; and no
 * identity that counts has lost its event while that should be there.
 */
export async function checkIdentities(subject: Subject, findings: Findings): Promise<void> {
  for (const stream of subject.streams) {
    const forgetful = lostFieldsUntil(subject, stream.definition)
    for await (const entity of subject.chosen(stream.definition.of.name)) {
      for await (const event of subject.inventory.events(stream, entity)) {
        findings.checked++
        await checkEvent(subject, findings, stream, entity, event, forgetful)
      }
    }
    await checkCounts(subject, findings, stream)
    if (subject.deep) await checkPointers(subject, findings, stream)
  }
}

async function checkEvent({ inventory }: Subject, findings: Findings, stream: HeldStream, entity: HeldEntity, event: HeldEvent, forgetful: Instant): Promise<void> {
  const note = (problem: string): void => findings.note(`${stream.name} event ${JSON.stringify(event.id)} of ${entityName(entity)}, ${dayName(event.day)}: ${problem}`)
  const identity = await inventory.identity(stream, digest(`${entity.tenant}\0${event.id}`, 16))
  if (identity === null) {
    note('its identity is not known, so it could be accepted again')
    return
  }
  const here = pointsAt(identity, event)
  if (event.removed !== null) {
    if (here && !identity.retracted) note('it was taken back, and its identity says that it counts')
    return
  }
  if (!here) note(`its identity points at ${dayName(identity.day)}, event ${identity.seq} of entity ${identity.entityId}`)
  if (identity.retracted) note('it counts, and its identity says that it was taken back')
  if (forgetful !== -Infinity && ((await inventory.instantOf(event.transaction)) ?? Infinity) <= forgetful) return
  if (Buffer.compare(identity.content, contentOf(stream.definition, entity, event)) !== 0) note('it holds something else than was accepted')
}

function pointsAt(identity: HeldIdentity, event: HeldEvent): boolean {
  return identity.tenantId === event.tenantId && identity.entityId === event.entityId && identity.day === event.day && identity.seq === event.seq
}

/** The content's digest as semantics.md says what content is: all fields but tenant and id, absent ones left out. */
function contentOf(stream: StreamDefinition, { entity }: HeldEntity, event: HeldEvent): Uint8Array {
  let text = `${entity}\0${event.at}\0${event.offsetMinutes}`
  for (const name of contentFields(stream)) {
    const value = event.values[`f_${name}`] ?? null
    if (value === null) continue
    const offset = event.values[`o_${name}`]
    text += `\0${name}\0${value}${offset === undefined ? '' : `\0${offset}`}`
  }
  return digest(text, 8)
}

const contentNames = new WeakMap<StreamDefinition, readonly string[]>()

function contentFields(stream: StreamDefinition): readonly string[] {
  let names = contentNames.get(stream)
  if (names === undefined) {
    const key = [stream.tenant, stream.entity, stream.id, stream.at]
    names = Object.keys(stream.fields).filter((field) => !key.includes(field)).sort()
    contentNames.set(stream, names)
  }
  return names
}

/** The instant up to which accepted events may have lost a field since: their content cannot be told any more. */
function lostFieldsUntil({ migrations }: Subject, stream: StreamDefinition): Instant {
  let until = -Infinity
  let before: readonly string[] = []
  for (const { at, series } of migrations) {
    const declared = series.find((one): one is EventSeriesDefinition => !isCollected(one) && one.stream.name === stream.name)
    const fields = Object.keys(declared?.stream.fields ?? {})
    if (before.some((field) => !fields.includes(field))) until = at
    before = fields
  }
  return until
}

/** Where nothing has retired, an entity has as many events that count as identities. */
async function checkCounts(subject: Subject, findings: Findings, stream: HeldStream): Promise<void> {
  const { inventory } = subject
  const events = new Map<number, number>()
  for await (const { entityId, count } of inventory.liveEvents(stream)) events.set(entityId, count)
  const identities = new Map((await inventory.liveIdentities(stream, null)).map(({ entityId, count }) => [entityId, count]))
  for await (const entity of subject.entities(stream.definition.of.name)) {
    const found = events.get(entity.entityId) ?? 0
    const known = identities.get(entity.entityId) ?? 0
    const whole = found < known && await keptSince(subject, stream, entity) === -Infinity
    if (found > known || whole) findings.note(`${stream.name}, ${entityName(entity)}: ${found} events count, and ${known} identities`)
  }
}

/** Every identity of a day whose events are kept points at an event. */
async function checkPointers(subject: Subject, findings: Findings, stream: HeldStream): Promise<void> {
  const { inventory } = subject
  const entities = new Map<number, { readonly entity: HeldEntity; readonly kept: number }>()
  for await (const entity of subject.entities(stream.definition.of.name)) entities.set(entity.entityId, { entity, kept: await keptSince(subject, stream, entity) })
  for await (const identity of inventory.identities(stream)) {
    findings.checked++
    if (subject.isErasing(identity.entityId)) continue
    const owner = entities.get(identity.entityId)
    const name = (): string => `${stream.name} identity ${hex(identity.identity)} of ${owner === undefined ? ownerName(identity) : entityName(owner.entity)}, ${dayName(identity.day)}`
    if (identity.identity.length !== 16 || identity.content.length !== 8) findings.note(`${name()}: it is not 16 bytes with a content of 8`)
    if (owner === undefined || owner.entity.tenantId !== identity.tenantId) findings.note(`${name()}: there is no such entity`)
    else if (identity.day >= owner.kept && !(await inventory.hasEvent(stream, identity))) findings.note(`${name()}: its event ${identity.seq} is not there`)
  }
}

function ownerName({ tenantId, entityId }: Owner): string {
  return `tenant ${tenantId}, entity ${entityId}`
}

function digest(text: string, bytes: number): Uint8Array {
  return Buffer.from(hash('sha256', text, 'binary').slice(0, bytes), 'latin1')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

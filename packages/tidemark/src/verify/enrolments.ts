import type { HeldEntity, HeldStream } from '../stores/contract/inventory.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import { dayName, entityName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** Every entity is enrolled on the day of its first event, and its enrolment has only ever moved earlier. */
export async function checkEnrolments(subject: Subject, findings: Findings): Promise<void> {
  const { inventory } = subject
  for (const stream of subject.streams) {
    const earliest = new Map((await inventory.liveIdentities(stream, null)).map((own) => [own.entityId, own.earliest]))
    for await (const entity of subject.entities(stream.definition.of.name)) await checkEntity(subject, findings, stream, entity, earliest.get(entity.entityId) ?? null)
  }
}

async function checkEntity(subject: Subject, findings: Findings, stream: HeldStream, entity: HeldEntity, known: EpochDay | null): Promise<void> {
  const { inventory } = subject
  const note = (problem: string): void => findings.note(`${stream.name}, ${entityName(entity)}: ${problem}`)
  const enrolments = await inventory.enrolments(stream.id, entity)
  findings.checked += enrolments.length
  const enrolled = enrolments.reduce((day, one) => Math.min(day, one.day), Infinity)
  if (known !== null && enrolments.length === 0) note(`it is not enrolled, and has an event of ${dayName(known)}`)
  else if (known !== null && known < enrolled) note(`it is enrolled on ${dayName(enrolled)}, and has an event of ${dayName(known)}`)
  let last = Infinity
  for (const { transaction, day } of enrolments) {
    if (day >= last) note(`transaction ${transaction} enrols it on ${dayName(day)}, not before ${dayName(last)}`)
    last = Math.min(last, day)
    if (await inventory.instantOf(transaction) === null) note(`it is enrolled by transaction ${transaction}, which is not there`)
  }
  if (enrolments.length > 0) await checkFirstEvent(subject, stream, entity, enrolled, note)
  for (const series of subject.seriesOf(stream)) {
    const boundary = await inventory.boundary(series.id, entity)
    if (boundary === null) continue
    findings.checked++
    if (!enrolments.some(({ day }) => day === boundary.anchor)) note(`its windows of ${series.name} are anchored on ${dayName(boundary.anchor)}, on which it was never enrolled`)
  }
}

/** While the events of the first day are retained, also those that were taken back, one of them is why. */
async function checkFirstEvent(subject: Subject, stream: HeldStream, entity: HeldEntity, enrolled: EpochDay, note: (problem: string) => void): Promise<void> {
  const { inventory } = subject
  if (await keptSince(subject, stream, entity) > enrolled) return
  const events = inventory.events(stream, { ...entity, from: enrolled, to: enrolled + 1 })
  for await (const _ of events) return
  note(`it is enrolled on ${dayName(enrolled)}, and has no event of that day`)
}

/** The first day whose events have not gone: a day's go when every series of the stream has retired it. */
export async function keptSince(subject: Subject, stream: HeldStream, entity: HeldEntity): Promise<EpochDay> {
  let first = Infinity
  for (const series of subject.seriesOf(stream)) {
    const retired = (await subject.inventory.boundary(series.id, entity))?.tiers.day ?? -Infinity
    // A series that came later has no more than was there then.
    first = Math.min(first, Math.max(retired, series.firstDay ?? -Infinity))
  }
  return first
}

import { storedFields } from '../../definitions/stored-fields.ts'
import type { AppendBatch, AppendReport, DecodedEvent, Rejection } from '../contract/events.ts'
import { CheckpointWriter } from './checkpoints.ts'
import type { StoredEntity, StoredStream } from './catalogue.ts'
import { labelDay } from '../../calendar/label-calendar.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import { ErasedNames } from './erased.ts'
import { FactFold } from './fold-facts.ts'
import { Identities, type KnownIdentity } from './identities.ts'
import { eventTable, quoted } from './names.ts'
import { quarantine } from './quarantine.ts'
import type { Writing, WriteSession } from './session.ts'

interface NewEvent {
  readonly event: DecodedEvent
  readonly entity: StoredEntity
  readonly day: number
  readonly seq: number
  /** An event that takes another's place is recomputed with its day, and no checkpoint counts it. */
  readonly replaces: boolean
  /** Taken back by a later event of the same batch: accepted and counted by checkpoints, but believed at no instant. */
  removed: boolean
}

/** Judges each event in the order given; appends, folds and checkpoints what is new; the rest goes to quarantine. */
export function append(session: WriteSession, batch: AppendBatch): AppendReport {
  // What is to be replaced is looked for in its own place.
  const inPlace = batch.onConflict === 'replace'
  return session.write(batch.now, 'append', (writing) => {
    const stream = session.catalogue.stream(batch.stream)
    const identities = new Identities(session, stream, batch.events.map((event) => event.identity))
    const fold = new FactFold(session)
    const rejected: (Rejection & { raw: string })[] = []
    // Refused and not kept: quarantine would hold the name that was to go.
    const refused: Rejection[] = []
    const fresh = new Map<number, NewEvent>()
    let duplicate = 0
    let seq = session.sql('SELECT next_seq FROM tm_stream WHERE id = ?').pluck().get(stream.id) as number
    let accepted = 0

    const erased = ErasedNames.of(session)
    // A name that the catalogue knows is not one of them, and that is cheaper to find out.
    const isErased = (tenant: string, entity: string): boolean =>
      erased !== null && session.catalogue.find(stream, tenant, entity) === undefined && erased.has({ kind: stream.definition.of.name, tenant, entity })
    const refuse = (line: number): void => { refused.push({ line, code: 'erased', reason: 'the history of its entity was erased' }) }
    for (const reject of batch.rejects) {
      if (reject.of !== undefined && isErased(reject.of.tenant, reject.of.entity)) refuse(reject.line)
      else rejected.push(reject)
    }
    for (const event of batch.events) {
      if (isErased(event.tenant, event.entity)) {
        refuse(event.line)
        continue
      }
      const known = identities.get(event.identity)
      if (known !== undefined && sameContent(known, event)) {
        duplicate++
        continue
      }
      if (known !== undefined && batch.onConflict === 'quarantine') {
        rejected.push({ line: event.line, raw: event.raw, code: 'conflict', reason: `the id ${JSON.stringify(event.id)} is known with other content` })
        continue
      }
      const sealed = (which: string): void => {
        rejected.push({ line: event.line, raw: event.raw, code: 'window_sealed', reason: `${which} has retired, so the id ${JSON.stringify(event.id)} can be replaced no more` })
      }
      // Before the entity is made sure of: a rejected event must not make one known that was never heard of.
      if (known !== undefined && known.day < firstOpenDay(stream, session.catalogue.byId(stream, known.tenantId, known.entityId))) {
        sealed('its day')
        continue
      }
      const entity = session.catalogue.ensure(stream, event.tenant, event.entity)
      const day = dayOf(stream, entity, event)
      if (known !== undefined) {
        if (day < firstOpenDay(stream, entity)) {
          sealed('its new day')
          continue
        }
        const own = fresh.get(known.seq)
        if (own !== undefined) own.removed = true
        else takeBack(session, stream, known, fold, writing)
      }
      fresh.set(seq, { event, entity, day, seq, replaces: known !== undefined, removed: false })
      identities.set(event.identity, { content: event.content, tenantId: entity.tenantId, entityId: entity.id, day, seq, retracted: false })
      seq++
      accepted++
    }
    if (accepted > 0) {
      const kept = [...fresh.values()].filter(({ entity, day }) => day >= firstKeptDay(stream, entity))
      // A batch that would fill the intake shares pages by itself.
      const taken = batch.onConflict === 'quarantine' && batch.events.length <= session.intakes.most ? kept : []
      if (taken.length > 0) takeIn(session, stream, taken, writing)
      else writeEvents(session, stream, kept, writing)
      session.reach('append.after-events')
      session.sql('UPDATE tm_stream SET next_seq = ? WHERE id = ?').run(seq, stream.id)
      identities.write(new Set(taken.map(({ seq }) => seq)))
      session.reach('append.after-identities')
      enrol(session, stream, [...fresh.values()], writing)
      const checkpoints = new CheckpointWriter(session, stream)
      for (const { id } of stream.series) for (const { entity, day } of fresh.values()) session.touching.days(id, entity.tenantId, day, day + 1)
      for (const { event, entity, day, replaces, removed } of fresh.values()) {
        if (replaces || removed) fold.recompute(entity, day)
        else fold.addEvent(stream, entity, event, day)
        if (!replaces) checkpoints.add(entity, event, day)
      }
      fold.write(stream, writing)
      checkpoints.write(writing)
      session.reach('append.after-checkpoints')
    }
    const quarantined = quarantine(session, stream.definition, batch.source, rejected, batch.now, writing)
    return report(accepted, duplicate, [...rejected, ...refused], writing, accepted > 0 || quarantined)
  }, inPlace)
}

export function report(accepted: number, duplicate: number, rejected: readonly Rejection[], writing: Writing, wrote: boolean): AppendReport {
  return {
    accepted, duplicate, rejected: rejected.length,
    rejections: rejected.map(({ line, code, reason }) => ({ line, code, reason })).toSorted((a, b) => a.line - b.line),
    transaction: wrote ? writing.id : null,
  }
}

function sameContent(known: KnownIdentity, event: DecodedEvent): boolean {
  return sameBytes(known.content, event.content)
}

function dayOf(stream: StoredStream, entity: StoredEntity, event: DecodedEvent): number {
  return stream.definition.day === 'eventOffset' ? labelDay(event.at, event.offsetMinutes) : entity.calendar.dayOf(event.at)
}

/** The first day of the entity that no series of the stream has retired from its day tier. */
export function firstOpenDay(stream: StoredStream, entity: StoredEntity): number {
  let first = Number.NEGATIVE_INFINITY
  for (const series of stream.series) first = Math.max(first, entity.boundaries.get(series.id)?.tiers.day ?? Number.NEGATIVE_INFINITY)
  return first
}

/** The first day of the entity that some series of the stream still has day rows of: events before it have gone. */
export function firstKeptDay(stream: StoredStream, entity: StoredEntity): number {
  let first = Number.POSITIVE_INFINITY
  for (const series of stream.series) first = Math.min(first, entity.boundaries.get(series.id)?.tiers.day ?? Number.NEGATIVE_INFINITY)
  return first
}

/** Takes back the event that an identity stands for; it stays for as-of until its day retires. */
export function takeBack(session: WriteSession, stream: StoredStream, known: KnownIdentity, fold: FactFold, writing: Writing): void {
  if (known.retracted) return
  // Also where no row comes out otherwise: the event itself is told with its day.
  for (const { id } of stream.series) session.touching.days(id, known.tenantId, known.day, known.day + 1)
  session.sql(`UPDATE ${eventTable(stream.definition.name)} SET removed = ? WHERE tenant_id = ? AND entity_id = ? AND day = ? AND seq = ?`)
    .run(writing.id, known.tenantId, known.entityId, known.day, known.seq)
  fold.recompute(session.catalogue.byId(stream, known.tenantId, known.entityId), known.day)
}

function writeEvents(session: WriteSession, stream: StoredStream, events: readonly NewEvent[], writing: Writing): void {
  const columns = storedFields(stream.definition).flatMap((field) => field.columns)
  const insert = session.sql(`INSERT INTO ${eventTable(stream.definition.name)} (tenant_id, entity_id, day, seq, transaction_id, removed, at, offset_minutes, id${columns.map((column) => `, ${quoted(column.name)}`).join('')}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?${', ?'.repeat(columns.length)})`)
  // In key order: neighbours share pages, and every page is written once a transaction.
  const sorted = events.toSorted((a, b) => a.entity.tenantId - b.entity.tenantId || a.entity.id - b.entity.id || a.day - b.day || a.seq - b.seq)
  for (const { event, entity, day, seq, removed } of sorted) {
    insert.run(entity.tenantId, entity.id, day, seq, writing.id, removed ? writing.id : null, event.at, event.offsetMinutes, event.id, ...event.values)
  }
}

function takeIn(session: WriteSession, stream: StoredStream, events: readonly NewEvent[], writing: Writing): void {
  session.intakes.of(stream).add(events.map(({ event, entity, day, seq }) => ({ event, tenantId: entity.tenantId, entityId: entity.id, day, seq })), writing.id)
  session.intakes.took(stream, events.length)
}

/** An event earlier than any before moves its entity's enrolment. */
function enrol(session: WriteSession, stream: StoredStream, events: readonly NewEvent[], writing: Writing): void {
  for (const { entity, day } of events) {
    if (entity.enrolment !== null && day >= entity.enrolment) continue
    entity.enrolment = day
    // Who is enrolled has rows in every period, and anchored windows move with the first event.
    for (const { id } of stream.series) session.touching.whole(id, entity.tenantId)
    session.sql('INSERT INTO tm_enrolment (tenant_id, stream_id, entity_id, transaction_id, day) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET day = min(day, excluded.day)')
      .run(entity.tenantId, stream.id, entity.id, writing.id, day)
  }
}

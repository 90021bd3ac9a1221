import { localCalendar } from '../../calendar/local-calendar.ts'
import { zoneOf } from '../../calendar/zone.ts'
import type { DecidedFrequency, RosteredEntity } from '../contract/collected.ts'
import { StoredCollected, type StoredRostered } from './collected-series.ts'
import { ErasedNames } from './erased.ts'
import type { Writing, WriteSession } from './session.ts'
import { nextZones, putZones } from './zones.ts'

/** In place of the id of one that was erased: no entity has it, so nothing is ever written for it. */
const ERASED = 0

/** What became of a roster. */
export interface RosterOutcome {
  /** In the places of its entities. */
  readonly ids: readonly number[]
  /** By which the same roster can be given again. */
  readonly round: number
}

/** Registers and updates the entities of a roster. */
export function roster(session: WriteSession, seriesName: string, entities: readonly RosteredEntity[], now: number): RosterOutcome {
  for (const { zone } of entities) if (zone !== null) zoneOf(zone)
  return session.write(now, 'roster', (writing) => {
    return takeIn(session, session.catalogue.collected(seriesName), entities, now, writing)
  })
}

/** Takes in the roster of a round once more, as of now; null: it is not remembered, and has to be given. */
export function rosterAgain(session: WriteSession, seriesName: string, round: number, now: number): RosterOutcome | null {
  return session.write(now, 'roster', (writing) => {
    const series = session.catalogue.collected(seriesName)
    const { taken } = series
    if (taken?.round !== round) return null
    return taken.settled ? { ids: idsOf(taken.stored), round } : takeIn(session, series, taken.entities, now, writing)
  })
}

function takeIn(session: WriteSession, series: StoredCollected, entities: readonly RosteredEntity[], now: number, writing: Writing): RosterOutcome {
  const before = series.taken
  const erased = ErasedNames.of(session)
  let settled = true
  const stored = entities.map((one, place) => {
    const known = before !== null && isSame(before.entities[place], one) ? before.stored[place] ?? series.find(one.tenant, one.entity) : series.find(one.tenant, one.entity)
    if (known === undefined && erased?.has({ kind: series.definition.of.name, ...one }) === true) return undefined
    const taken = known ?? register(session, series, one, writing)
    if (one.zone !== null && !isIn(taken, one.zone, now)) {
      settled = false
      moveTo(session, taken, one.zone, now, writing)
    }
    putAttributes(session, series, taken, one.attributes, writing)
    return taken
  })
  if (writing.changed) session.reach('roster.after-entities')
  const round = before?.entities === entities ? before.round : StoredCollected.nextRound()
  series.taken = { round, entities, stored, settled: settled && !writing.changed }
  return { ids: idsOf(stored), round }
}

function idsOf(stored: readonly (StoredRostered | undefined)[]): readonly number[] {
  return stored.map((one) => one?.id ?? ERASED)
}

function isSame(before: RosteredEntity | undefined, { tenant, entity }: RosteredEntity): boolean {
  return before !== undefined && before.tenant === tenant && before.entity === entity
}

function register(session: WriteSession, series: StoredCollected, { tenant, entity, zone }: RosteredEntity, writing: Writing): StoredRostered {
  const { of } = series.definition
  const heard = session.catalogue.owner(of.name, tenant, entity)
  const { id, tenantId } = heard ?? session.catalogue.register(of.name, tenant, entity)
  // A new entity starts in its zone; one that other rows know of moves at its next midnight.
  if (heard === undefined && zone !== null && zone !== of.zone) putZones(session, tenantId, id, [{ zone, from: 0 }])
  session.sql('INSERT INTO tm_rostered (tenant_id, series_id, entity_id, transaction_id, decided_day, low_days) VALUES (?, ?, ?, ?, NULL, 0)').run(tenantId, series.id, id, writing.id)
  return series.remember(id)
}

/** Whether an entity is in a zone already, and not only from its next midnight on. */
function isIn({ zones }: StoredRostered, zone: string, now: number): boolean {
  const latest = zones.at(-1)
  return latest !== undefined && latest.zone === zone && latest.from <= now
}

function moveTo(session: WriteSession, stored: StoredRostered, zone: string, now: number, writing: Writing): void {
  const next = nextZones(stored.zones, zone, now)
  if (JSON.stringify(next) === JSON.stringify(stored.zones)) return
  void writing.id
  putZones(session, stored.tenantId, stored.id, next)
  stored.zones = next
  stored.calendar = localCalendar(next)
  // Whatever else this entity has rows in was remembered with the zones of before.
  session.catalogue.forgetEntities()
}

/** Attributes are current values: those no longer given are forgotten. */
function putAttributes(session: WriteSession, series: StoredCollected, stored: StoredRostered, attributes: Readonly<Record<string, string | null>>, writing: Writing): void {
  if (sameAttributes(stored.attributes, attributes)) return
  void writing.id
  session.sql('DELETE FROM tm_attribute WHERE tenant_id = ? AND series_id = ? AND entity_id = ?').run(stored.tenantId, series.id, stored.id)
  for (const [name, value] of Object.entries(attributes)) {
    session.sql('INSERT INTO tm_attribute (tenant_id, series_id, entity_id, name, value) VALUES (?, ?, ?, ?, ?)').run(stored.tenantId, series.id, stored.id, name, value)
  }
  stored.attributes = { ...attributes }
}

export function sameAttributes(a: Readonly<Record<string, string | null>>, b: Readonly<Record<string, string | null>>): boolean {
  const names = Object.keys(b)
  return names.length === Object.keys(a).length && names.every((name) => Object.hasOwn(a, name) && a[name] === b[name])
}

/** Records how often entities are captured from a day on, and that the day has been decided for. */
export function putDecisions(session: WriteSession, series: StoredCollected, decisions: readonly DecidedFrequency[], writing: Writing): void {
  for (const { entity: id, lowDays, changes, day, at, cadence, status, activity } of decisions) {
    const stored = series.entities.get(id)
    if (stored === undefined) continue
    if (changes) {
      session.touching.whole(series.id, stored.tenantId)
      session.sql('INSERT OR REPLACE INTO tm_frequency (tenant_id, series_id, entity_id, day, at, cadence, status, activity, transaction_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(stored.tenantId, series.id, id, day, at, cadence, status, activity, writing.id)
      const others = stored.decisions.filter((one) => one.day !== day)
      // What comes before the first captured day says nothing; see collected-entities.ts.
      if (others.length > 0 || cadence !== 'never') stored.decisions = [...others, { day, at, cadence, status, activity }].sort((a, b) => a.day - b.day)
    }
    if (stored.decidedDay === day && stored.lowDays === lowDays) continue
    void writing.id
    session.touching.part(series.id, stored.tenantId)
    session.sql('UPDATE tm_rostered SET decided_day = ?, low_days = ? WHERE tenant_id = ? AND series_id = ? AND entity_id = ?').run(day, lowDays, stored.tenantId, series.id, id)
    stored.decidedDay = day
    stored.lowDays = lowDays
  }
  if (writing.changed) session.reach('collect.after-decisions')
}

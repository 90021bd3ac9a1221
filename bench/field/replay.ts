// A source that gives the snapshots again, each at the hour at which it was captured.
import type { Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import { hundredths, quotient } from '../../templates/campaigns/history/exact.ts'
import { COLUMNS, handRows } from '../campaigns/by-hand.ts'
import type { FieldSet } from './snapshots.ts'

const HOUR_MS = 3_600_000
const PAYLOAD = COLUMNS.findIndex(([name]) => name === 'full_snapshot')
/** Scores say nothing before a campaign has run for a week. */
const SCORED_AFTER_MS = 7 * 86_400_000

export class Replay {
  readonly #set: FieldSet
  readonly #byHour = new Map<number, Map<string, Snapshot>>()
  /** What the status of each campaign is next, by its place among its changes. */
  readonly #next = new Map<string, number>()
  now = 0

  constructor(set: FieldSet) {
    this.#set = set
    for (const snapshot of set.snapshots) {
      let hour = this.#byHour.get(snapshot.capturedAt)
      if (hour === undefined) this.#byHour.set(snapshot.capturedAt, hour = new Map())
      hour.set(snapshot.life.id, snapshot)
    }
  }

  /** Every hour of the story, whether anything is captured then or not: frequencies are decided as time goes by. */
  *hours(): Generator<number> {
    for (this.now = this.#set.from; this.now <= this.#set.to; this.now += HOUR_MS) yield this.now
  }

  /** How many windows are due now. */
  get due(): number {
    return this.#byHour.get(this.now)?.size ?? 0
  }

  roster(): { tenant: string; entity: string; zone: string; attributes: { status: string; value: string } }[] {
    const listed = []
    for (const [id, { company, zone, value }] of this.#lives()) {
      const changes = this.#set.statuses.get(id) ?? []
      let place = this.#next.get(id) ?? 0
      while ((changes[place]?.at ?? Infinity) <= this.now) place++
      this.#next.set(id, place)
      const status = changes[place - 1]?.status
      if (status !== undefined) listed.push({ tenant: company, entity: id, zone, attributes: { status, value } })
    }
    return listed
  }

  collect(entities: readonly { readonly tenant: string; readonly entity: string }[]) {
    const hour = this.#byHour.get(this.now)
    return entities.flatMap(({ tenant, entity }) => {
      const one = hour?.get(entity)
      return one === undefined ? [] : [{ tenant, entity, values: valuesOf(one), payload: payloadOf(one) }]
    })
  }

  readonly #livesOf = new Map<string, Snapshot['life']>()

  #lives(): ReadonlyMap<string, Snapshot['life']> {
    if (this.#livesOf.size === 0) for (const { life } of this.#set.snapshots) this.#livesOf.set(life.id, life)
    return this.#livesOf
  }
}

function payloadOf(one: Snapshot): never {
  const [row = []] = handRows([one])
  return JSON.parse(String(row[PAYLOAD])) as never
}

function valuesOf(one: Snapshot) {
  const { life: { targets, startsOn }, spent } = one
  const scored = one.day * 86_400_000 - Date.parse(startsOn) >= SCORED_AFTER_MS
  return {
    volunteersTarget: targets.volunteers, volunteersCurrent: one.volunteers, beneficiariesTarget: targets.beneficiaries, beneficiariesCurrent: one.beneficiaries,
    sessionsTarget: targets.sessions, budgetAllocated: hundredths(targets.budget), budgetSpent: hundredths(spent), budgetRemaining: hundredths(targets.budget - spent), budgetPlanned: hundredths(one.planned),
    sroiScore: scored ? quotient(one.valueCents, spent, 2) : null, averageVisScore: scored ? quotient(one.vis, one.sessions, 2) : null,
    hoursLogged: hundredths(one.hours), sessionsCompleted: one.sessions,
    volunteersEver: one.volunteersEver, beneficiariesEver: one.beneficiariesEver, beneficiariesLeft: one.beneficiariesEver - one.beneficiaries, status: one.status as 'active',
  }
}

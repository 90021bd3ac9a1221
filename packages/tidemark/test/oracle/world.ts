import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, oneOf, text } from '../../src/definitions/field.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { type SeriesDefinition, series } from '../../src/definitions/series.ts'
import { type DayMode, stream } from '../../src/definitions/stream.ts'
import type { QueryRow, WindowRow } from '../../src/query/answer.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import { Model } from './model.ts'
import type { AdjustmentInput, EventInput } from './subject.ts'

/** What of the declaration a case is about. */
export interface Setting {
  readonly day?: DayMode
  readonly zone?: string
  readonly keep?: KeepOptions
  readonly fixes?: boolean
  readonly months?: number
  readonly every?: number
}

/** The series that every case asks. */
export function activity({ day = 'entityZone', zone = 'UTC', keep, fixes = true, months, every }: Setting): SeriesDefinition {
  const thing = entity('thing', { tenant: 'client', zone })
  const happenings = stream('happenings', {
    of: thing, tenant: 't', entity: 'e', id: 'id', at: 'at', day,
    fields: { t: text(), e: text(), id: text(), at: instant({ offset: 'kept' }), kind: oneOf(['fix', 'docs']), amount: decimal(2).optional() },
  })
  let declared = series('activity', { of: thing, grain: 'day' })
    .from(happenings, (e, { count, delta, min, max, any }) => ({
      events: count(), amount: delta(e.amount), low: min(e.amount), active: any(), lastAt: max(e.at.timeOfDay()),
      ...(fixes ? { fixes: count(e.kind.is('fix')) } : {}),
    }))
    .by('kind')
    .derive(({ ratio }) => ({ perDay: ratio('amount', 'active', { scale: 2 }), perEvent: ratio('amount', 'events') }))
    .derive(({ ratio }) => ({ daysPer: ratio('perEvent', 'perDay', { scale: 3 }) }))
  if (every !== undefined) declared = declared.checkpoint({ every, of: happenings })
  if (months !== undefined) declared = declared.window('turn', { anchor: 'firstEvent', months }) as unknown as typeof declared
  return (keep === undefined ? declared : declared.keep(keep)).definition
}

/** A model with one series, spoken to in texts. */
export class World {
  readonly model = new Model()
  now: number
  #count = 0

  private constructor(now: string) {
    this.now = Date.parse(now)
  }

  static async at(now: string, setting: Setting = {}): Promise<World> {
    const world = new World(now)
    await world.model.declare([activity(setting)], world.now)
    return world
  }

  event(at: string, more: EventInput = {}): EventInput {
    this.#count += 1
    return { t: 'acme', e: 'one', id: `e${this.#count}`, at, kind: 'fix', ...more }
  }

  to(now: string): this {
    this.now = Date.parse(now)
    return this
  }

  async ingest(...events: readonly EventInput[]): Promise<string> {
    return said(await this.model.ingest('happenings', events, { now: this.now }))
  }

  async replace(...events: readonly EventInput[]): Promise<string> {
    return said(await this.model.ingest('happenings', events, { now: this.now, onConflict: 'replace' }))
  }

  async retract(...ids: readonly string[]): Promise<string> {
    return said(await this.model.retract('happenings', ids.map((id) => ({ tenant: 'acme', id })), this.now))
  }

  async adjust(adjustment: Partial<AdjustmentInput>): Promise<string> {
    const input = { tenant: 'acme', entity: 'one', day: '2024-01-10', measure: 'events', by: 1, id: 'a1', reason: 'why', group: { kind: 'fix' }, ...adjustment }
    return said(await this.model.adjust('activity', [input], this.now))
  }

  async keep(): Promise<void> {
    await this.model.capture('activity', this.now)
    await this.model.runTiers('activity', this.now)
  }

  async query(select: string, request: Partial<QueryRequest> = {}): Promise<readonly QueryRow[]> {
    return (await this.model.query('activity', { select: select.split(' '), tenant: 'acme', ...request }, this.now)).rows
  }

  async window(select: string, request: Partial<WindowRequest> = {}): Promise<readonly WindowRow[]> {
    return (await this.model.window('activity', { select: select.split(' '), tenant: 'acme', ...request }, this.now)).rows
  }
}

/** `accepted duplicate`, and the rejections as `line:code`. */
function said(report: { accepted: number; duplicate: number; rejections: readonly { line: number; code: string }[] }): string {
  return [report.accepted, report.duplicate, ...report.rejections.map(({ line, code }) => `${line}:${code}`)].join(' ')
}

/** One line a row: what it is about, its values, its coverage. */
export function lines(rows: readonly (QueryRow | WindowRow)[]): readonly string[] {
  return rows.map((row) => {
    const { tenant: _tenant, entity: _entity, group: _group, coverage, widened, ...rest } = row as QueryRow & Record<string, unknown>
    const { period, from, to, ...values } = rest as Record<string, unknown>
    const reasons = Object.entries(coverage.reasons).map(([reason, count]) => ` ${reason} ${count}`).join('')
    const range = widened === undefined ? '' : ` widened ${widened.from}..${widened.to}`
    return `${period ?? `${from}..${to}`}: ${Object.values(values).join(' ')} (${coverage.present}/${coverage.expected}${reasons})${range}`
  })
}

import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, oneOf, text } from '../../src/definitions/field.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { type SeriesDefinition, series } from '../../src/definitions/series.ts'
import { type DayMode, stream } from '../../src/definitions/stream.ts'
import type { QueryRow, WindowRow } from '../../src/query/answer.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import { addAge, addMonths, dayOfText, isoWeekOf, mondayOfIsoWeek, textOfDay, weekFragmentOf } from './civil.ts'
import { roundedText, scaled } from './exact.ts'
import { ZoneHistory } from './local-day.ts'
import { Model } from './model.ts'
import { comparedWith } from './period.ts'
import type { AdjustmentInput, EventInput } from './subject.ts'
import { anchoredSpan } from './tier.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('civil days', () => {
  test.each([
    ['2023-10-31', 4, '2024-02-29'], ['2022-10-31', 4, '2023-02-28'], ['2023-10-31', 8, '2024-06-30'],
    ['2024-02-29', 12, '2025-02-28'], ['2024-03-31', -1, '2024-02-29'], ['2024-01-15', -13, '2022-12-15'],
  ])('%s and %i months is %s', (day, months, sum) => {
    expect(textOfDay(addMonths(dayOfText(day), months))).toBe(sum)
  })

  test('an age adds its months, clamped, and then its days', () => {
    expect(textOfDay(addAge(dayOfText('2024-01-31'), { months: 1, days: 1 }))).toBe('2024-03-01')
  })

  test.each([
    ['2020-12-31', 2020, 53], ['2021-01-03', 2020, 53], ['2021-01-04', 2021, 1], ['2024-12-30', 2025, 1], ['2023-01-01', 2022, 52],
  ])('%s lies in the ISO week %i-%i', (day, year, week) => {
    expect(isoWeekOf(dayOfText(day))).toEqual({ year, week })
  })

  test('a year of 52 weeks has no week 53', () => {
    expect(mondayOfIsoWeek(2019, 53)).toBeNull()
    expect(mondayOfIsoWeek(2020, 53)).toBe(dayOfText('2020-12-28'))
  })

  test.each([
    ['2024-02-29', '2024-02-26', '2024-03-01'], ['2024-03-01', '2024-03-01', '2024-03-04'], ['2024-03-07', '2024-03-04', '2024-03-11'],
  ])('%s lies in the week fragment from %s to %s', (day, from, to) => {
    expect(weekFragmentOf(dayOfText(day))).toEqual({ from: dayOfText(from), to: dayOfText(to) })
  })

  test('each end of an anchored window is counted from the anchor itself', () => {
    const window = { anchor: dayOfText('2023-10-31'), months: 4 }
    const spans = [-1, 0, 1, 2].map((k) => [textOfDay(anchoredSpan(window, k).from), textOfDay(anchoredSpan(window, k).to)])
    expect(spans).toEqual([
      ['2023-06-30', '2023-10-31'], ['2023-10-31', '2024-02-29'], ['2024-02-29', '2024-06-30'], ['2024-06-30', '2024-10-31'],
    ])
  })

  test.each([
    ['day', '2024-02-29', 'year', '2023-02-28', '2023-03-01'], ['week', '2024-03-04', 'previous', '2024-02-26', '2024-03-04'],
    ['week', '2024-03-04', 'year', '2023-03-06', '2023-03-13'], ['month', '2024-03-01', 'previous', '2024-02-01', '2024-03-01'],
    ['quarter', '2024-01-01', 'previous', '2023-10-01', '2024-01-01'], ['year', '2024-01-01', 'year', '2023-01-01', '2024-01-01'],
  ] as const)('the %s of %s is set beside (%s) %s to %s', (grain, first, comparison, from, to) => {
    const start = dayOfText(first)
    expect(comparedWith(grain, { from: start, to: start + 1 }, comparison)).toEqual({ from: dayOfText(from), to: dayOfText(to) })
  })

  test('a week 53 has no week beside it in a year of 52', () => {
    const monday = dayOfText('2020-12-28')
    expect(comparedWith('week', { from: monday, to: monday + 7 }, 'year')).toBeNull()
  })

  test('a range is set beside as many days before it, and beside itself 12 months earlier', () => {
    const range = { from: dayOfText('2024-02-29'), to: dayOfText('2024-03-31') }
    expect(comparedWith('range', range, 'previous')).toEqual({ from: dayOfText('2024-01-29'), to: dayOfText('2024-02-29') })
    expect(comparedWith('range', range, 'year')).toEqual({ from: dayOfText('2023-02-28'), to: dayOfText('2023-03-31') })
  })
})

describe('local days', () => {
  test.each([
    ['Europe/Dublin', '2024-03-31T22:59:59.999Z', '2024-03-31', 'a day of 23 hours'],
    ['Europe/Dublin', '2024-03-31T23:00:00.000Z', '2024-04-01', 'and its end'],
    ['America/Havana', '2024-11-03T04:00:00.000Z', '2024-11-03', 'midnight comes twice'],
    ['America/Havana', '2024-11-03T05:00:00.000Z', '2024-11-03', 'the second is no new day'],
    ['America/Havana', '2024-11-04T04:59:59.999Z', '2024-11-03', 'a day of 25 hours'],
    ['America/St_Johns', '2010-11-07T02:29:59.999Z', '2010-11-06', 'before midnight'],
    ['America/St_Johns', '2010-11-07T02:30:00.000Z', '2010-11-07', 'midnight'],
    ['America/St_Johns', '2010-11-07T02:31:00.000Z', '2010-11-07', 'the clock shows 23:01 of the 6th, the day does not go back'],
    ['Africa/Cairo', '2014-05-15T21:59:59.999Z', '2014-05-15', 'before a midnight that does not exist'],
    ['Africa/Cairo', '2014-05-15T22:00:00.000Z', '2014-05-16', 'the first instant after the gap'],
    ['Asia/Kathmandu', '2024-05-01T18:14:59.999Z', '2024-05-01', 'a quarter hour'],
    ['Asia/Kathmandu', '2024-05-01T18:15:00.000Z', '2024-05-02', 'a quarter hour'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29', 'the last instant before the date line'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31', 'the first one behind it'],
    ['Australia/Lord_Howe', '2024-04-06T12:59:59.999Z', '2024-04-06', 'UTC+11'],
    ['Australia/Lord_Howe', '2024-04-07T13:29:59.999Z', '2024-04-07', 'a day of 24.5 hours'],
  ])('%s: %s is %s (%s)', (zone, at, day) => {
    expect(textOfDay(new ZoneHistory(zone).dayAt(Date.parse(at)))).toBe(day)
  })

  test('Apia never had 30 December 2011', () => {
    const apia = new ZoneHistory('Pacific/Apia')
    expect(['2011-12-29', '2011-12-30', '2011-12-31'].map((day) => apia.exists(dayOfText(day)))).toEqual([true, false, true])
  })

  test('a move east at midnight jumps over a day', () => {
    const moved = new ZoneHistory('Pacific/Pago_Pago')
    // 01:00 of the 10th there; midnight is at 11:00Z, when it is 01:00 of the 12th on Kiritimati.
    moved.change('Pacific/Kiritimati', Date.parse('2024-05-10T12:00:00Z'))
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T10:59:59.999Z')))).toBe('2024-05-10')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T11:00:00Z')))).toBe('2024-05-12')
    expect(moved.exists(dayOfText('2024-05-11'))).toBe(false)
  })

  test('a move west at midnight makes the day longer', () => {
    const moved = new ZoneHistory('Pacific/Kiritimati')
    // 02:00 of the 11th there; at its midnight it is 23:00 of the 10th on Pago Pago.
    moved.change('Pacific/Pago_Pago', Date.parse('2024-05-10T12:00:00Z'))
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T10:00:00Z')))).toBe('2024-05-11')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-12T10:59:59.999Z')))).toBe('2024-05-11')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-12T11:00:00Z')))).toBe('2024-05-12')
    expect(moved.exists(dayOfText('2024-05-11'))).toBe(true)
  })
})

describe('exact numbers', () => {
  test.each([
    [1n, 8n, 2, '0.12'], [3n, 8n, 2, '0.38'], [-1n, 8n, 2, '-0.12'], [5n, 2n, 0, '2'], [7n, 2n, 0, '4'], [-1n, 1000n, 2, '0.00'],
    [1n, -3n, 4, '-0.3333'], [2n, 3n, 4, '0.6667'], [9007199254740993n, 1n, 1, '9007199254740993.0'],
  ])('%i / %i at %i digits is %s', (numerator, denominator, scale, text) => {
    expect(roundedText({ numerator, denominator }, scale)).toBe(text)
  })

  test('a decimal is read at its scale', () => {
    expect([scaled('1.5', 2), scaled('-0.05', 2), scaled('7', 2), scaled('1.50', 1)]).toEqual([150n, -5n, 700n, 15n])
  })
})

interface Setting {
  readonly day?: DayMode
  readonly zone?: string
  readonly keep?: KeepOptions
  readonly fixes?: boolean
  readonly months?: number
  readonly every?: number
}

function activity({ day = 'entityZone', zone = 'UTC', keep, fixes = true, months, every }: Setting): SeriesDefinition {
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
class World {
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
function lines(rows: readonly (QueryRow | WindowRow)[]): readonly string[] {
  return rows.map((row) => {
    const { tenant: _tenant, entity: _entity, group: _group, coverage, widened, ...rest } = row as QueryRow & Record<string, unknown>
    const { period, from, to, ...values } = rest as Record<string, unknown>
    const reasons = Object.entries(coverage.reasons).map(([reason, count]) => ` ${reason} ${count}`).join('')
    const range = widened === undefined ? '' : ` widened ${widened.from}..${widened.to}`
    return `${period ?? `${from}..${to}`}: ${Object.values(values).join(' ')} (${coverage.present}/${coverage.expected}${reasons})${range}`
  })
}

describe('days and periods', () => {
  async function week(): Promise<World> {
    const world = await World.at('2024-03-04T12:00:00Z')
    await world.ingest(
      world.event('2024-03-01T10:00:00Z', { amount: '1.00' }), world.event('2024-03-01T23:59:59.999Z', { amount: 2.01, kind: 'docs' }),
      world.event('2024-03-03T00:00:00Z'),
    )
    await world.to('2024-03-05T12:00:00Z').model.capture('activity', world.now)
    return world.to('2024-03-06T12:00:00Z')
  }

  test('a covered day without a row is zero, one that was not captured is null, today is open', async () => {
    const world = await week()
    const rows = await world.query('events.sum amount.sum amount.n amount.mean low.min active.count active.any perEvent.value', { from: '2024-03-01', to: '2024-03-08' })
    expect(lines(rows)).toEqual([
      '2024-03-01: 2 3.01 2 1.505000 1.00 1 true 1.5050 (1/1)',
      '2024-03-02: 0 0.00 0   0 false  (1/1)',
      '2024-03-03: 1 0.00 0   1 true 0.0000 (1/1)',
      '2024-03-04: 0 0.00 0   0 false  (1/1)',
      '2024-03-05:         (0/1 not_captured 1)',
      '2024-03-06:         (0/1 open 1)',
      '2024-03-07:         (0/1 open 1)',
    ])
  })

  test.each([
    ['week', ['2024-02-26: 3 3.01 2 false (3/3)', '2024-03-04: 0 0.00 0 false (1/4 not_captured 1 open 2)']],
    ['month', ['2024-03-01: 3 3.01 2 false (4/7 not_captured 1 open 2)']],
    ['range', ['2024-03-01: 3 3.01 2 false (4/7 not_captured 1 open 2)']],
  ] as const)('by %s', async (grain, expected) => {
    const world = await week()
    expect(lines(await world.query('events.sum amount.sum active.count active.all', { from: '2024-03-01', to: '2024-03-08', grain }))).toEqual(expected)
  })

  test('a flag is true of all days when each one that is known is true, the live ones too', async () => {
    const world = await week()
    await world.ingest(world.event('2024-03-06T01:00:00Z'))
    expect(lines(await world.query('active.count active.all', { from: '2024-03-03', to: '2024-03-04', grain: 'range' }))).toEqual(['2024-03-03: 1 true (1/1)'])
    expect(lines(await world.query('active.count active.all', { from: '2024-03-05', to: '2024-03-08', grain: 'range' })))
      .toEqual(['2024-03-05: 1 true (0/3 not_captured 1 open 2)'])
    expect(lines(await world.query('active.count active.all', { from: '2024-03-04', to: '2024-03-08', grain: 'range' })))
      .toEqual(['2024-03-04: 1 false (1/4 not_captured 1 open 2)'])
  })

  test('without a range only periods with a row are listed, from the first event to today', async () => {
    const world = await week()
    expect(lines(await world.query('events.sum'))).toEqual(['2024-03-01: 2 (1/1)', '2024-03-03: 1 (1/1)'])
    expect(lines(await world.query('events.sum', { grain: 'month' }))).toEqual(['2024-03-01: 3 (4/31 not_captured 1 open 26)'])
    expect(lines(await world.query('events.sum', { grain: 'range' }))).toEqual(['2024-03-01: 3 (4/6 not_captured 1 open 1)'])
  })

  test('dimensions split, where fixes one, and a comparison is of whole periods', async () => {
    const world = await week()
    const rows = await world.query('events.sum', { from: '2024-03-01', to: '2024-03-02', by: ['kind'] })
    expect(rows.map((row) => [row.group, row['events.sum']])).toEqual([[{ kind: 'fix' }, 1], [{ kind: 'docs' }, 1]])
    const fixed = await world.query('events.sum', { from: '2024-03-04', to: '2024-03-06', grain: 'week', where: { kind: 'docs' }, compare: ['previous', 'year'] })
    expect(fixed).toEqual([{
      tenant: 'acme', entity: 'one', group: { kind: 'docs' }, period: '2024-03-04', 'events.sum': 0, 'events.sum@previous': 1, 'events.sum@year': null,
      coverage: { expected: 2, present: 1, reasons: { not_captured: 1 } },
    }])
  })

  test('an unknown entity, another tenant, and no one at all', async () => {
    const world = await week()
    const range = { from: '2024-03-01', to: '2024-03-03', grain: 'range' as const }
    expect(lines(await world.query('events.sum', { ...range, entity: 'nobody' }))).toEqual(['2024-03-01:  (0/2 before_enrolment 2)'])
    expect(lines(await world.query('events.sum', { ...range, tenant: 'other', entity: 'one' }))).toEqual(['2024-03-01:  (0/2 before_enrolment 2)'])
    expect(await world.query('events.sum', { ...range, tenant: 'other' })).toEqual([])
  })

  test('totals merge equal labels and add up coverage; a ratio of ratios is rounded once', async () => {
    const world = await week()
    await world.ingest(world.event('2024-03-02T10:00:00Z', { e: 'two', amount: '0.02' }))
    const range = { from: '2024-03-01', to: '2024-03-05', grain: 'range' as const, total: true }
    // Amounts 3.03 over 4 events = 0.7575; over 3 active days = 1.01; and 0.7575 / 1.01 = 3 / 4.
    expect(await world.query('events.sum active.count perEvent.value perDay.value daysPer.value low.min', range)).toEqual([{
      tenant: 'acme', entity: null, group: null, period: '2024-03-01', 'events.sum': 4, 'active.count': 3,
      'perEvent.value': '0.7575', 'perDay.value': '1.01', 'daysPer.value': '0.750', 'low.min': '0.02',
      coverage: { expected: 8, present: 7, reasons: { before_enrolment: 1 } },
    }])
  })

  test.each([['0.01', '0.000312'], ['0.03', '0.000938']])('a mean of %s over 32 values is %s, a half to even', async (amount, mean) => {
    const world = await World.at('2024-03-01T12:00:00Z')
    await world.ingest(...Array.from({ length: 32 }, (_, index) => world.event('2024-03-01T10:00:00Z', { amount: index === 0 ? amount : '0' })))
    expect((await world.query('amount.mean'))[0]?.['amount.mean']).toBe(mean)
  })

  test('a day that a zone skips is not expected', async () => {
    const world = await World.at('2011-12-29T00:00:00Z', { zone: 'Pacific/Apia' })
    // 10:00Z is the first instant of the 31st there; a second before it is still the 29th.
    await world.ingest(world.event('2011-12-28T12:00:00Z'))
    await world.to('2011-12-30T12:00:00Z').ingest(world.event('2011-12-30T09:59:59Z'), world.event('2011-12-30T10:00:00Z'))
    await world.to('2012-01-02T12:00:00Z').model.capture('activity', world.now)
    expect(lines(await world.query('events.sum lastAt.max', { from: '2011-12-28', to: '2012-01-01' }))).toEqual([
      '2011-12-28: 1 7200 (1/1)', '2011-12-29: 1 86399 (1/1)', '2011-12-30:   (0/0)', '2011-12-31: 1 0 (1/1)',
    ])
    expect(lines(await world.query('events.sum', { from: '2011-12-28', to: '2012-01-01', grain: 'range' }))).toEqual(['2011-12-28: 3 (3/3)'])
  })

  test('label days are the date of the event\'s own offset, and close at UTC−12', async () => {
    const world = await World.at('2024-05-02T11:59:00Z', { day: 'eventOffset' })
    await world.ingest(world.event('2024-05-01T23:30:00-12:00'), world.event('2024-05-02T00:10:00+14:00'), world.event('2024-05-01T08:00:00Z'))
    const range = { from: '2024-05-01', to: '2024-05-04' }
    await world.model.capture('activity', world.now)
    expect(lines(await world.query('events.sum lastAt.max', range))).toEqual([
      '2024-05-01: 2 84600 (0/1 open 1)', '2024-05-02: 1 600 (0/1 open 1)', '2024-05-03:   (0/1 open 1)',
    ])
    await world.to('2024-05-02T12:00:00Z').model.capture('activity', world.now)
    expect(lines(await world.query('events.sum', range))).toEqual(['2024-05-01: 2 (1/1)', '2024-05-02: 1 (0/1 open 1)', '2024-05-03:  (0/1 open 1)'])
  })
})

describe('corrections', () => {
  test('duplicates, conflicts, replacements, retractions and the future', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    const first = world.event('2024-03-01T10:00:00Z', { amount: '1.50' })
    const other = { ...first, amount: '2' }
    expect(await world.ingest(first, { ...first, amount: 1.5 }, other)).toBe('1 1 3:conflict')
    expect(await world.ingest({ ...first, at: '2024-03-01T11:00:00+01:00' })).toBe('0 0 1:conflict')
    expect(await world.replace(first, other, other)).toBe('1 2')
    expect(await world.ingest(first)).toBe('0 0 1:conflict')
    expect(await world.retract('e1', 'e1', 'e9')).toBe('1 1 3:unknown_event')
    expect(await world.ingest(other, first)).toBe('0 1 2:conflict')
    expect(await world.replace(other)).toBe('0 1')
    expect(await world.replace(first)).toBe('1 0')
    expect(await world.ingest(world.event('2024-03-05T12:00:00Z'), world.event('2024-03-05T12:00:00.001Z'))).toBe('1 0 2:from_the_future')
  })

  test('a retraction leaves the acquaintance, so that the days stay zero', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    await world.ingest(world.event('2024-03-01T10:00:00Z'), world.event('2024-03-03T10:00:00Z'))
    await world.retract('e1')
    await world.model.capture('activity', world.now)
    expect(lines(await world.query('events.sum', { from: '2024-02-29', to: '2024-03-05' }))).toEqual([
      '2024-02-29:  (0/1 before_enrolment 1)', '2024-03-01: 0 (1/1)', '2024-03-02: 0 (1/1)', '2024-03-03: 1 (1/1)', '2024-03-04:  (0/1 open 1)',
    ])
    expect(lines(await world.query('events.sum'))).toEqual(['2024-03-03: 1 (1/1)'])
  })

  test('as-of gives values, enrolment and captures as they were believed', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    const first = world.event('2024-03-03T10:00:00Z', { amount: '1' })
    await world.ingest(first)
    await world.to('2024-03-05T12:00:00Z').model.capture('activity', world.now)
    await world.to('2024-03-06T12:00:00Z').replace({ ...first, amount: '5' })
    await world.to('2024-03-07T12:00:00Z').ingest(world.event('2024-03-02T10:00:00Z'))
    const range = { from: '2024-03-02', to: '2024-03-06', grain: 'range' as const, entity: 'one' }
    const at = async (asOf: string): Promise<readonly string[]> => lines(await world.query('amount.sum', { ...range, asOf }))
    expect(await at('2024-03-04T11:59:59.999Z')).toEqual(['2024-03-02:  (0/4 before_enrolment 4)'])
    expect(await at('2024-03-04T12:00:00Z')).toEqual(['2024-03-02: 1.00 (0/4 before_enrolment 1 not_captured 1 open 2)'])
    expect(await at('2024-03-06T11:59:59.999Z')).toEqual(['2024-03-02: 1.00 (2/4 before_enrolment 1 not_captured 1)'])
    expect(await at('2024-03-06T12:00:00Z')).toEqual(['2024-03-02: 5.00 (2/4 before_enrolment 1 not_captured 1)'])
    expect(await at('2024-03-09T12:00:00Z')).toEqual(['2024-03-02: 5.00 (3/4 not_captured 1)'])
    const answer = await world.model.query('activity', { select: ['events.sum'], tenant: 'acme', asOf: '2024-03-06T13:00:00+01:00' }, world.now)
    expect(answer).toMatchObject({ series: 'activity', grain: 'day', asOf: '2024-03-06T12:00:00.000Z' })
    expect(await world.query('events.sum', { asOf: '2024-02-01T12:00:00Z' })).toEqual([])
    await expect(world.query('events.sum', { asOf: '2024-02-01T11:59:59.999Z' })).rejects.toMatchObject({ code: 'AS_OF_BEYOND_HORIZON' })
  })

  test('adjustments', async () => {
    const world = await World.at('2024-01-12T12:00:00Z')
    await world.ingest(world.event('2024-01-10T10:00:00Z', { amount: '1' }))
    const cases: readonly [Partial<AdjustmentInput>, string][] = [
      [{ by: 3 }, '1 0'], [{ by: 3 }, '0 1'], [{ by: 4 }, '0 0 1:conflict'], [{ id: 'a2', measure: 'amount', by: '-0.25' }, '1 0'],
      [{ id: 'a3', entity: 'nobody' }, '0 0 1:unknown_entity'], [{ id: 'a3', measure: 'active' }, '0 0 1:unknown_measure'],
      [{ id: 'a3', day: '2024-01-09' }, '0 0 1:before_enrolment'], [{ id: 'a3', day: '2024-01-14' }, '0 0 1:from_the_future'],
      [{ id: 'a3', day: '2024-01-13', group: { kind: 'docs' } }, '1 0'],
    ]
    for (const [adjustment, expected] of cases) expect(await world.adjust(adjustment)).toBe(expected)
    expect(lines(await world.query('events.sum amount.sum amount.n active.count', { from: '2024-01-10', to: '2024-01-14', grain: 'range' })))
      .toEqual(['2024-01-10: 5 0.75 1 1 (0/4 not_captured 2 open 2)'])
    expect(lines(await world.query('events.sum amount.sum', { from: '2024-01-10', to: '2024-01-11', where: { kind: 'fix' } }))).toEqual(['2024-01-10: 4 0.75 (0/1 not_captured 1)'])
  })

  test('nothing happens on a day that does not exist', async () => {
    const world = await World.at('2012-01-05T12:00:00Z', { zone: 'Pacific/Apia' })
    await world.ingest(world.event('2011-12-20T12:00:00Z'))
    expect(await world.adjust({ day: '2011-12-30' })).toBe('0 0 1:day_does_not_exist')
  })

  test('a checkpoint is the state over first acceptances, whatever came after', async () => {
    const world = await World.at('2024-03-04T12:00:00Z', { every: 2 })
    const first = world.event('2024-03-03T10:00:00Z', { amount: '1.50' })
    await world.ingest(first, world.event('2024-03-01T11:00:00Z', { e: 'two' }), world.event('2024-03-03T11:00:00Z', { kind: 'docs' }), world.event('2024-03-02T11:00:00Z', { amount: '-2' }))
    await world.replace({ ...first, amount: '9' })
    await world.retract('e3')
    await world.ingest(world.event('2024-03-04T01:00:00Z'))
    expect(await world.model.checkpoints('activity', { tenant: 'acme', entity: 'one' })).toEqual([
      { every: 2, count: 2, states: { events: { sum: '2' }, amount: { sum: '150', n: '1' }, low: { min: '150' }, active: { count: '1' }, lastAt: { max: '39600' }, fixes: { sum: '1' } } },
      { every: 2, count: 4, states: { events: { sum: '4' }, amount: { sum: '-50', n: '2' }, low: { min: '-200' }, active: { count: '3' }, lastAt: { max: '39600' }, fixes: { sum: '3' } } },
    ])
    expect(await world.model.checkpoints('activity', { tenant: 'acme', entity: 'two' })).toEqual([])
  })
})

describe('retirement', () => {
  const keep: KeepOptions = { day: '10d', week: '40d', month: 'forever', asOfDays: 5 }

  /** Events on Wednesday 3 and Wednesday 10 January; on the 20th the week fragment of 1 to 7 January has retired. */
  async function january(setting: Setting = {}): Promise<World> {
    const world = await World.at('2024-01-10T12:00:00Z', { keep, ...setting })
    await world.ingest(world.event('2024-01-03T10:00:00Z', { amount: '1' }), world.event('2024-01-10T10:00:00Z', { amount: '2' }))
    await world.to('2024-01-17T23:59:59.999Z').keep()
    expect((await world.query('events.sum', { from: '2024-01-03', to: '2024-01-04' }))[0]?.widened).toBeUndefined()
    await world.to('2024-01-18T00:00:00Z').keep()
    return world
  }

  test('a day in a retired row is answered without it, and the widened range is exact', async () => {
    const world = await january()
    expect(lines(await world.query('events.sum', { from: '2024-01-02', to: '2024-01-09' }))).toEqual([
      '2024-01-02:  (0/1 before_enrolment 1)',
      ...['03', '04', '05', '06', '07'].map((day) => `2024-01-${day}:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08`),
      '2024-01-08: 0 (1/1)',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-05', to: '2024-01-16', grain: 'range' }))).toEqual([
      '2024-01-05: 1 (8/11 finer_detail_retired 3) widened 2024-01-01..2024-01-16',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-01', to: '2024-01-16', grain: 'range' }))).toEqual(['2024-01-01: 2 (13/15 before_enrolment 2)'])
  })

  test('a retired row of another cell is no reason', async () => {
    const world = await january()
    expect(lines(await world.query('events.sum', { from: '2024-01-04', to: '2024-01-05', by: ['kind'] }))).toEqual([
      '2024-01-04:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08', '2024-01-04: 0 (1/1)',
    ])
  })

  test('what is retired is sealed, but takes late events and adjustments, and a flag counts a day once', async () => {
    const world = await january()
    const sealed = { t: 'acme', e: 'one', id: 'e1', at: '2024-01-03T10:00:00Z', kind: 'fix', amount: '9' }
    expect(await world.replace(sealed)).toBe('0 0 1:window_sealed')
    expect(await world.ingest(sealed)).toBe('0 0 1:conflict')
    expect(await world.replace({ t: 'acme', e: 'one', id: 'e2', at: '2024-01-07T10:00:00Z', kind: 'fix', amount: '2' })).toBe('0 0 1:window_sealed')
    expect(await world.retract('e1')).toBe('0 0 1:window_sealed')
    expect(await world.ingest(world.event('2024-01-03T12:00:00Z', { amount: '0.50' }), world.event('2024-01-05T12:00:00Z'))).toBe('2 0')
    expect(await world.adjust({ day: '2024-01-04', by: 10 })).toBe('1 0')
    const week = { from: '2024-01-01', to: '2024-01-08', grain: 'week' as const }
    expect(lines(await world.query('events.sum amount.sum active.count', week))).toEqual(['2024-01-01: 13 1.50 2 (5/7 before_enrolment 2)'])
    expect(await world.retract('e2')).toBe('1 0')
  })

  test('rows go from days to week fragments to months, and each cuts its own range', async () => {
    const world = await january()
    await world.to('2024-03-12T12:00:00Z').keep()
    // January ended 1 February; with 40 days that is 12 March. The fragment to 1 March and 10 days is 11 March.
    expect(lines(await world.query('events.sum', { from: '2024-01-08', to: '2024-02-01', grain: 'range' }))).toEqual([
      '2024-01-08:  (0/24 finer_detail_retired 24) widened 2024-01-01..2024-02-01',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-01', to: '2024-03-01', grain: 'month' }))).toEqual([
      '2024-01-01: 2 (29/31 before_enrolment 2)', '2024-02-01: 0 (29/29)',
    ])
  })

  test('a day that no capture has closed does not retire, whatever its age', async () => {
    const world = await World.at('2024-01-10T12:00:00Z', { keep })
    await world.ingest(world.event('2024-01-03T10:00:00Z'))
    await world.model.capture('activity', Date.parse('2024-01-10T12:00:00Z'))
    await world.to('2024-06-01T12:00:00Z').model.runTiers('activity', world.now)
    expect(lines(await world.query('events.sum', { from: '2024-01-07', to: '2024-01-11' }))).toEqual([
      '2024-01-07:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08', '2024-01-08: 0 (1/1)', '2024-01-09: 0 (1/1)', '2024-01-10:  (0/1 not_captured 1)',
    ])
  })

  test('declared windows stay exact, and an anchor stays where it froze', async () => {
    const world = await january({ months: 1 })
    expect(lines(await world.window('events.sum'))).toEqual(['2024-01-03..2024-02-03: 2 (15/31 open 16)'])
    // The window starts on the 3rd, so the fragment is cut there and the answer needs no widening.
    await world.ingest(world.event('2024-01-02T10:00:00Z'), world.event('2023-12-31T10:00:00Z'))
    expect(lines(await world.window('events.sum'))).toEqual([
      '2023-12-03..2024-01-03: 2 (3/31 before_enrolment 28)', '2024-01-03..2024-02-03: 2 (15/31 open 16)',
    ])
    expect(lines(await world.window('events.sum', { anchor: '2024-01-05', months: 1 }))).toEqual([
      '2023-12-05..2024-01-05: 2 (3/31 before_enrolment 26 finer_detail_retired 2) widened 2023-12-05..2024-01-08',
      '2024-01-05..2024-02-05: 1 (10/31 finer_detail_retired 3 open 18) widened 2024-01-01..2024-02-05',
    ])
    expect(lines(await world.window('events.sum', { to: '2024-01-03' }))).toEqual(['2023-12-03..2024-01-03: 2 (3/31 before_enrolment 28)'])
  })

  test('a measure added later counts from the first day of which nothing has retired', async () => {
    const world = await january({ fixes: false })
    await world.model.declare([activity({ keep, fixes: true })], world.now)
    await world.ingest(world.event('2024-01-05T10:00:00Z'), world.event('2024-01-09T10:00:00Z'))
    const rows = await world.query('events.sum fixes.sum', { from: '2024-01-01', to: '2024-02-01', grain: 'month' })
    expect(rows).toEqual([{
      tenant: 'acme', entity: 'one', group: null, period: '2024-01-01', 'events.sum': 4, 'fixes.sum': 2,
      coverage: {
        expected: 31, present: 15, reasons: { before_enrolment: 2, open: 14 },
        measures: { fixes: { present: 10, reasons: { not_measured_yet: 5 } } },
      },
    }])
    const before = await world.query('fixes.sum', { from: '2024-01-01', to: '2024-01-08', grain: 'week' })
    expect(before.map((row) => [row['fixes.sum'], row.coverage.measures])).toEqual([[null, { fixes: { present: 0, reasons: { not_measured_yet: 5 } } }]])
  })

  test('a rolled-up row still says what was believed within the horizon', async () => {
    const world = await january()
    await world.to('2024-01-19T00:00:00Z').ingest(world.event('2024-01-04T10:00:00Z'))
    const week = { from: '2024-01-01', to: '2024-01-08', grain: 'week' as const }
    expect(lines(await world.query('events.sum', { ...week, asOf: '2024-01-18T12:00:00Z' }))).toEqual(['2024-01-01: 1 (5/7 before_enrolment 2)'])
    expect(lines(await world.query('events.sum', week))).toEqual(['2024-01-01: 2 (5/7 before_enrolment 2)'])
  })
})

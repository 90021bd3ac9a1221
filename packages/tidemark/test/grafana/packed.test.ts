import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { byDimension, byEntity, byPeriod, shownColumns } from '../../src/grafana/series-sql.ts'
import { cell, CollectedPlace, day, window } from '../stores/collected-place.ts'
import { interpolated, type Row } from './asked.ts'

let place: CollectedPlace
let entities: readonly number[]
beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
  entities = await place.roster(['a', 'b'], '2026-01-01T00:00:00Z') as readonly number[]
  // An hour more each day: an increase of 31 in January, the first window of which counts from nothing.
  for (let index = 0; index < 59; index++) {
    const date = new Date((day('2026-01-01') + index) * 86_400_000).toISOString().slice(0, 10)
    await place.write(entities.map((entity) => window(entity, date, [cell({ budget: index, hours: index + 1 }), cell({ budget: 1, hours: index + 1 }, { channel: 'mail' })])), `${date}T03:00:00Z`)
  }
})
afterEach(() => place.remove())

function ask(sql: string, from: string, to: string, grain = 'month'): readonly Row[] {
  const chosen = { from: Date.parse(from), to: Date.parse(to), variables: { tenant: 'acme', entity: 'a', grain } }
  return place.sql((database) => {
    const db = new DatabaseSync(database.name, { readOnly: true })
    const rows = db.prepare(interpolated(sql, chosen)).all() as Row[]
    db.close()
    return rows.map((row) => ({ ...row }))
  })
}

test('a period of which windows lie packed has no value, and the others what they had', async () => {
  const columns = shownColumns(place.definition, 'hours')
  const [periods, all, kinds] = [byPeriod(place.definition, columns), byEntity(place.definition, columns), byDimension(place.definition, 'channel', columns[0] as never)]
  const year = ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'] as const
  const february = ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'] as const
  const asked = () => [ask(periods, ...year), ask(periods, ...year, 'day'), ask(all, ...year), ask(all, ...february), ask(kinds, ...year), ask(kinds, ...february)] as const
  const [months, days, both, bothOfFebruary, mail, mailOfFebruary] = asked()
  expect(months.map((row) => [row['time'], row['hours.last']])).toEqual([['2026-01-01T00:00:00Z', 31], ['2026-02-01T00:00:00Z', 59]])
  expect([both.length, bothOfFebruary.length, mail.length, mailOfFebruary.length]).toEqual([2, 2, 1, 1])

  const { packing } = await place.store()
  const [before] = [day('2026-01-11')]
  await packing.packRows({ series: 'metrics', pieces: entities.map((entity) => ({ entity, bucket: 0, at: 0 })), rule: { before, waited: before, full: 5, least: 1 } })
  const [monthsThen, daysThen, bothThen, bothOfFebruaryThen, mailThen, mailOfFebruaryThen] = asked()
  const empty = (row: Row | undefined): object => Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, name.startsWith('hours.') ? null : value]))
  expect(monthsThen).toEqual([empty(months[0]), months[1]])
  expect(daysThen).toEqual(days.map((row, place) => (place < 10 ? empty(row) : row)))
  expect(bothThen).toEqual(both.map(empty))
  expect(mailThen).toEqual([])
  expect([bothOfFebruaryThen, mailOfFebruaryThen]).toEqual([bothOfFebruary, mailOfFebruary])
})

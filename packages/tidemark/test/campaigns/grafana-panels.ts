import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Campaign } from '../../../../templates/campaigns/app/cast.ts'
import { campaignMetrics, sessionsHeld } from '../../../../templates/campaigns/tidemark.config.ts'
import { campaignsDashboard } from '../../src/grafana/campaigns/dashboard.ts'
import type { Panel } from '../../src/grafana/dashboard.ts'
import { dashboardsOf } from '../../src/grafana/export.ts'
import { type Chosen, interpolated, problemsOf, type Row, rowsOf } from '../grafana/asked.ts'
import type { Run } from './agreement-of-run.ts'
import { castOfDemo, DAY_MS, dayText, END } from './lived.ts'
import { sqlTexts } from './sql-texts.ts'

/** Which documented text each panel answers, and the columns of the panel in its order. */
const ANSWERS: Readonly<Record<string, { readonly text: string; readonly columns: readonly string[] }>> = {
  '1 · Overview': { text: 'overview', columns: ['Active campaigns', 'Volunteers', 'Beneficiaries', 'Sessions', 'Hours', 'Volunteer places used', 'Budget spent', 'Budget used'] },
  '3 · Impact': { text: 'impact', columns: ['time', 'SROI', 'VIS', 'Hours', 'Sessions'] },
  '4 · Capacity trend': { text: 'capacity', columns: ['time', 'Volunteers', 'Beneficiaries'] },
  '5 · Budget burn-rate': { text: 'budget', columns: ['time', 'Spent', 'Planned'] },
  '7 · Outcomes': { text: 'outcomes', columns: ['outcome', 'Now'] },
  '8 · Capacity alerts': { text: 'alerts', columns: ['campaign_id', 'capacity', 'current', 'target', 'used'] },
  '9 · Top evidence': { text: 'evidence', columns: ['score', 'text', 'source', 'campaign_id'] },
  '10 · Comparison': { text: 'comparison', columns: ['campaign_id', 'status', 'places used', 'rank by places', 'SROI', 'rank by SROI', 'hours', 'rank by hours'] },
  '11 · Capacity forecast': { text: 'forecast', columns: ['time', 'Used'] },
  '12 · Engagement': { text: 'engagement', columns: ['campaign_id', 'retention', 'dropout', 'sessions each'] },
}

/** `2026-10-05T00:00:00Z` as the day that the documented text says, and numbers as numbers. */
const plain = (value: unknown): unknown => (typeof value !== 'string' ? value : /^\d{4}-\d\d-\d\dT00:00:00Z$/.test(value) ? value.slice(0, 10) : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value)

/** Every panel of the exported dashboards, asked of a real store. */
export function grafanaPanelsAgree(run: () => Pick<Run, 'document' | 'history'>, folder: string): void {
  let db: DatabaseSync
  let cast: readonly Campaign[]
  beforeAll(() => {
    db = new DatabaseSync(join(folder, 'history.db'), { readOnly: true })
    cast = castOfDemo(run().document.campaigns, run().document.from)
  })
  afterAll(() => db?.close())

  const dashboard = campaignsDashboard()
  const days = { from: dayText(END - 27 * DAY_MS), to: dayText(END) }
  const chosenFor = ({ id, company }: Campaign, more: Partial<Chosen> = {}): Chosen =>
    ({ from: Date.parse(days.from), to: END, variables: { company: company.id, campaign: id, tenant: company.id, entity: id, grain: 'week' }, ...more })
  const panel = (title: string): Panel => dashboard.panels.find((one) => one.title === title) as Panel
  const documented = (name: string, { id, company }: Campaign): readonly Row[] => {
    const statement = db.prepare(sqlTexts().get(name) as string)
    statement.setAllowUnknownNamedParameters(true)
    return statement.all({ company: company.id, campaign: id, ...days, most: 20 }) as Row[]
  }
  const roles = (...names: readonly string[]): readonly Campaign[] => cast.filter(({ name }) => names.includes(name))

  test('there is a panel for each of the twelve answers, and all of them fit', () => {
    expect(problemsOf(dashboard)).toEqual([])
    expect(dashboard.panels.map(({ title }) => Number.parseInt(title, 10)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  test.each(Object.keys(ANSWERS))('%s says what its documented text says', (title) => {
    const { text, columns } = ANSWERS[title] as (typeof ANSWERS)[string]
    for (const campaign of roles('Over capacity', 'High value', 'No target', 'Exactly eighty')) {
      const asked = rowsOf(db, panel(title), chosenFor(campaign)).map((row) => columns.map((name) => plain(row[name])))
      // Of the cards the first row is that of the days before.
      const rows = title === '1 · Overview' ? asked.slice(-1) : asked
      expect(rows, `${title} of ${campaign.name}`).toEqual(documented(text, campaign).map((row) => Object.values(row).map(plain)))
      if (!['8 · Capacity alerts', '9 · Top evidence', '11 · Capacity forecast'].includes(title)) expect(rows.length).toBeGreaterThan(0)
    }
  })

  test('2 · Capacity and 6 · Sessions say it in another form', () => {
    for (const campaign of roles('High value', 'No target')) {
      const [gauges] = rowsOf(db, panel('2 · Capacity'), chosenFor(campaign))
      expect(Object.values(gauges as Row)).toEqual(documented('gauges', campaign).map(({ utilization }) => utilization))
      const heat = rowsOf(db, panel('6 · Sessions by weekday and hour'), chosenFor(campaign))
      const cells = heat.flatMap(({ weekday, ...hours }) => Object.entries(hours).filter(([, sessions]) => sessions !== null && sessions !== 0).map(([hour, sessions]) => `${weekday} ${hour} ${sessions}`))
      expect(cells.sort()).toEqual(documented('heat', campaign).map((row) => Object.values(row).join(' ')).sort())
      expect(cells.length).toBeGreaterThan(0)
    }
  })

  test('a card changes from as many days before', () => {
    const [campaign] = roles('High value') as [Campaign]
    const [before, now] = rowsOf(db, panel('1 · Overview'), chosenFor(campaign))
    expect([before?.['time'], now?.['time']]).toEqual([`${dayText(END - 54 * DAY_MS)}T00:00:00Z`, `${days.from}T00:00:00Z`])
    expect(before?.['Hours']).toEqual(documentedBefore('hours'))

    function documentedBefore(name: string): unknown {
      const statement = db.prepare(sqlTexts().get('overview') as string)
      return (statement.get({ company: (campaign as Campaign).company.id, from: dayText(END - 54 * DAY_MS), to: days.from }) as Row)[name]
    }
  })

  test('days to come show the straight lines, and change nothing else', () => {
    const [campaign] = roles('High value') as [Campaign]
    // East of Greenwich the story has one day more.
    const narrow = chosenFor(campaign, { to: END + DAY_MS })
    const wide = chosenFor(campaign, { to: END + 30 * DAY_MS })
    for (const { title, targets } of dashboard.panels) {
      const ahead = rowsOf(db, { title, targets }, wide)
      const known = rowsOf(db, { title, targets }, narrow)
      if (title.startsWith('5 ') || title.startsWith('11 ')) {
        expect(ahead.slice(0, known.length)).toEqual(known)
        expect(ahead.slice(known.length).map(({ time }) => time)).toEqual(Array.from({ length: 29 }, (_, day) => `${dayText(END + (1 + day) * DAY_MS)}T00:00:00Z`))
        expect(ahead.slice(known.length).every((row) => typeof row['Straight line'] === 'number')).toBe(true)
      } else expect(ahead, title).toEqual(known)
    }
    // Least squares by hand.
    const points = rowsOf(db, panel('11 · Capacity forecast'), wide).flatMap((row, x) => (typeof row['Used'] === 'number' ? [[x, row['Used']] as const] : []))
    const length = rowsOf(db, panel('11 · Capacity forecast'), wide).length
    const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length
    const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
    const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
    const last = rowsOf(db, panel('11 · Capacity forecast'), wide).at(-1)?.['Straight line'] as number
    expect(last).toBeCloseTo(my + slope * (length - 1 - mx), 4)
  })

  test('names that would end a text of SQL are only names', () => {
    const [campaign] = roles('High value') as [Campaign]
    const hostile = chosenFor(campaign, { variables: { company: "x' OR '1'='1", campaign: "'; DROP TABLE tm_entity; --" } })
    for (const one of dashboard.panels) {
      const rows = rowsOf(db, one, hostile)
      expect(rows.flatMap((row) => Object.values(row)).filter((value) => typeof value === 'number' && value !== 0), one.title).toEqual([])
    }
  })

  test('the variables list the companies, and the campaigns of one by name', () => {
    const [companies, campaign] = dashboard.templating.list
    const listed = db.prepare(companies?.query ?? '').all() as { company_id: string }[]
    expect(listed.map(({ company_id }) => company_id)).toEqual([...new Set(cast.map(({ company }) => company.id))].filter((id) => listed.some(({ company_id }) => company_id === id)).sort())
    const [chosen] = roles('High value') as [Campaign]
    const regex = new RegExp((campaign?.regex ?? '').slice(1, -1))
    const texts = (db.prepare(interpolated(campaign?.query ?? '', chosenFor(chosen))).all() as Row[]).map((row) => Object.values(row)).map(([text]) => regex.exec(String(text))?.groups)
    expect(texts).toContainEqual(expect.objectContaining({ value: chosen.id, text: expect.stringMatching(/[A-Za-z]/) }))
    expect(texts.every((groups) => groups !== undefined)).toBe(true)
  })

  test('the dashboards of the series, made of their declarations alone, fit and say something in every panel', () => {
    const [campaign] = roles('High value') as [Campaign]
    const made = dashboardsOf([campaignMetrics.definition, sessionsHeld.definition], { kind: 'sqlite', path: join(folder, 'history.db'), url: '' })
    expect(made.map(({ uid }) => uid)).toEqual(['tidemark-campaigns', 'tidemark-campaign_metrics', 'tidemark-sessions_held'])
    for (const one of made) {
      expect(problemsOf(one)).toEqual([])
      for (const each of one.panels) expect(rowsOf(db, each, chosenFor(campaign)).length, `${one.uid} ${each.title}`).toBeGreaterThan(0)
    }
  })

  test.each(['day', 'week', 'month'] as const)('by %s, every number of every measure is that of the typed query', async (grain) => {
    const [campaign] = roles('High value') as [Campaign]
    const [metrics] = dashboardsOf([campaignMetrics.definition], { kind: 'sqlite', path: '', url: '' })
    // Within the rows of the grain, and the month that the range begins in.
    const from = { day: '2026-10-05', week: '2026-06-01', month: '2025-09-01' }[grain]
    const chosen = chosenFor(campaign, { from: Date.parse(from), variables: { tenant: campaign.company.id, entity: campaign.id, grain } })
    let [compared, ties] = [0, 0]
    for (const one of metrics?.panels.filter(({ type }) => type === 'timeseries' || type === 'state-timeline') ?? []) {
      const rows = rowsOf(db, one, chosen)
      const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'time')
      const answer = await run().history.ask('campaign_metrics', { select: names, tenant: campaign.company.id, entity: campaign.id, from, to: dayText(END), grain })
      expect(rows.map(({ time }) => String(time).slice(0, 10)), one.title).toEqual(answer.rows.map(({ period }) => period))
      for (const [index, row] of rows.entries()) for (const name of names) {
        const expected = plain(answer.rows[index]?.[name as `${string}.${string}`] ?? null)
        if (row[name] !== null) compared++
        // SQL rounds a tie away from zero, the answer to the even digit.
        if (typeof expected === 'number' && name.endsWith('.value') && row[name] !== expected && Math.abs((row[name] as number) - expected) < 0.0101) ties++
        else expect(row[name], `${name} of ${row['time']}`).toEqual(expected)
      }
    }
    expect(compared).toBeGreaterThan(400)
    expect(ties).toBeLessThanOrEqual(compared / 200)
  })

  test('finer than its rows a period has no number, rather than a part of one', () => {
    const [campaign] = roles('High value') as [Campaign]
    const [metrics] = dashboardsOf([campaignMetrics.definition], { kind: 'sqlite', path: '', url: '' })
    const seats = metrics?.panels.find(({ title }) => title === 'hoursLogged') as Panel
    const daily = rowsOf(db, seats, chosenFor(campaign, { from: Date.parse('2026-02-01'), variables: { tenant: campaign.company.id, entity: campaign.id, grain: 'day' } }))
    const first = daily.findIndex((row) => row['hoursLogged.increase'] !== null)
    expect(first).toBeGreaterThan(30)
    expect(daily.slice(0, first).every((row) => row['hoursLogged.last'] === null)).toBe(true)
    expect(daily.slice(first).every((row) => row['hoursLogged.last'] !== null)).toBe(true)
  })
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MENU } from '../../../../templates/campaigns/answers/menu.ts'
import type { Run } from './agreement-of-run.ts'
import { castOfDemo, DAY_MS, dayText, END } from './lived.ts'

const PAGE = new URL('../../../../docs/campaigns.md', import.meta.url)

/** The SQL texts of the page, by the answer that their first line names. */
export function sqlTexts(): ReadonlyMap<string, string> {
  return new Map([...readFileSync(PAGE, 'utf8').matchAll(/```sql\n-- (\w+)[^\n]*\n([\s\S]*?)```/g)].map(([, name = '', sql = '']) => [name, sql]))
}

type Row = Readonly<Record<string, unknown>>

/** What a typed answer says, in the columns of its SQL text. */
const COLUMNS: Readonly<Record<string, (answer: never) => readonly (readonly unknown[])[]>> = {
  overview: ({ cards }: { cards: { value: unknown }[] }) => [cards.map(({ value }) => value)],
  gauges: ({ gauges }: { gauges: { current: unknown; target: unknown; utilization: unknown }[] }) => gauges.map(({ current, target, utilization }) => [current, target, utilization]),
  impact: ({ rows }: { rows: Row[] }) => rows.map(({ period, sroi, vis, hours, sessions }) => [period, sroi, vis, hours, sessions]),
  capacity: ({ rows }: { rows: Row[] }) => rows.map(({ period, volunteers, beneficiaries }) => [period, volunteers, beneficiaries]),
  budget: ({ rows }: { rows: Row[] }) => rows.filter(({ spent }) => spent !== null).map(({ day, spent, planned }) => [day, spent, planned]),
  heat: ({ cells }: { cells: Row[] }) => cells.map(({ weekday, hour, sessions }) => [weekday, hour, sessions]),
  outcomes: ({ axes }: { axes: Row[] }) => axes.map(({ outcome, value }) => [outcome, value]),
  alerts: ({ alerts }: { alerts: Row[] }) => alerts.map(({ campaign, capacity, current, target, utilization }) => [campaign, capacity, current, target, utilization]),
  evidence: ({ rows }: { rows: Row[] }) => rows.map(({ score, text, url, campaign }) => [score, text, url, campaign]),
  comparison: ({ rows }: { rows: { campaign: string; status: string; values: Row; ranks: Row }[] }) => rows.map(({ campaign, status, values, ranks }) =>
    [campaign, status, values['volunteersUtilization'], ranks['volunteersUtilization'], values['sroi'], ranks['sroi'], values['hours'], ranks['hours']]),
  forecast: ({ history }: { history: { values: { period: string; value: unknown }[] } | null }) => (history?.values ?? []).map(({ period, value }) => [period, value]),
  engagement: ({ rows }: { rows: Row[] }) => rows.map(({ campaign, volunteerRetention, beneficiaryDropout, averageSessions }) => [campaign, volunteerRetention, beneficiaryDropout, averageSessions]),
  years: ({ rows }: { rows: { period: string; hours: Row; sessions: Row }[] }) => rows.map(({ period, hours, sessions }) => [period, hours['value'], hours['yearBefore'], sessions['value'], sessions['yearBefore']]),
  quarters: ({ rows }: { rows: (Row & { coverage: { present: number } })[] }) => rows.filter(({ coverage }) => coverage.present > 0).map(({ period, hours, sessions, budgetSpent }) => [period, hours, sessions, budgetSpent]),
  latest: ({ state }: { state: { entity: string; values: Row } | null }) => (state === null ? [] : [[state.entity, state.values['status'], state.values['volunteersCurrent'], state.values['budgetSpent']]]),
  all: ({ states }: { states: { entity: string; values: Row }[] }) => states.map(({ entity, values }) => [entity, values['status'], values['volunteersCurrent'], values['budgetSpent']]),
}

const ALIVE: readonly string[] = ['Over capacity', 'High value', 'No target', 'Exactly eighty']
/** Their last states have been rolled up long ago. */
const ENDED: readonly string[] = ['Five days', 'Cancelled']

/** Numbers as numbers: SQL prints 0.8 where the answer prints 0.8000. */
const plain = (value: unknown): unknown => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value ?? null)

/** Every documented SQL text gives the numbers of its typed query. */
export function sqlTextsAgree(run: () => Run, folder: string): void {
  test('are there for each of the answers', () => {
    expect([...sqlTexts().keys()].sort()).toEqual(Object.keys(MENU).sort())
  })

  test.each(Object.keys(MENU))('%s', async (name) => {
    const db = new DatabaseSync(join(folder, 'history.db'), { readOnly: true })
    const cast = castOfDemo(run().document.campaigns, run().document.from)
    const range = name === 'years' ? { from: '2026-06-01', to: '2026-11-01' } : name === 'quarters' ? { from: '2025-07-01', to: '2026-10-01' } : { from: dayText(END - 27 * DAY_MS), to: dayText(END) }
    for (const campaign of cast.filter(({ name: role }) => [...ALIVE, ...(['outcomes', 'evidence', 'latest'].includes(name) ? ENDED : [])].includes(role))) {
      const words = { company: campaign.company.id, campaign: campaign.id, ...range, ofCampaign: false, ofRange: true, today: dayText(END), horizon: 30, most: 5 }
      const { answer } = await (MENU[name] as (typeof MENU)[string]).ask(run().history as never, words)
      const statement = db.prepare(sqlTexts().get(name) as string)
      statement.setAllowUnknownNamedParameters(true)
      const rows = (statement.all({ company: words.company, campaign: words.campaign, ...range, most: 5 }) as Row[]).map((row) => Object.values(row).map(plain))
      const expected = (COLUMNS[name] as (answer: unknown) => unknown[][])(answer).map((row) => row.map(plain))
      expect(rows, `${name} of ${campaign.name}`).toEqual(expected)
      // Without a target there is no utilisation to forecast.
      if (!['alerts', 'evidence'].includes(name) && !(name === 'forecast' && campaign.volunteersTarget === 0)) expect(rows.length).toBeGreaterThan(0)
    }
    db.close()
  })
}

import { describe, expect, test } from 'vitest'
import { ROLE_NAMES } from '../../../../templates/campaigns/app/roles.ts'
import type { Tidemark } from '../../src/tidemark.ts'
import { alertsAgree, campaignAgrees, companyAgrees } from './agreement.ts'
import { ExpectedAnswers } from './expected-answers.ts'
import type { FullCapture } from './full-capture.ts'
import { castOfDemo, DAY_MS, dayText, type DemoDocument, END, expectedTiers } from './lived.ts'
import { olderRangesAgree } from './older-ranges.ts'
import type { Snapshot } from './reenactment.ts'

/** A run that has been lived through, with every snapshot that there should have been. */
export interface Run {
  readonly document: DemoDocument
  readonly history: Tidemark
  readonly snapshots: readonly Snapshot[]
  readonly capture: FullCapture
}

/** What holds for a run of any scale. @param most campaigns that are asked about one by one, the special ones first */
export function agreementOf(title: string, run: () => Run, most: number): void {
  describe(title, () => {
    test('took the snapshots that the frequency table asks for, and no other', async () => {
      const { document, history, snapshots } = run()
      expect(new Set(snapshots.map(({ cadence }) => cadence))).toEqual(new Set(['day', 'final', 'sixHours', 'hour']))
      // The erased campaign's were taken too; nothing of it is left to count them by.
      expect(document.snapshots).toBeGreaterThan(snapshots.length)
      const present = new Map<string, number>()
      for (const { life } of snapshots) present.set(life.id, (present.get(life.id) ?? 0) + 1)
      for (const campaign of castOfDemo(document.campaigns, document.from)) {
        if (campaign.name === ROLE_NAMES.toBeErased) continue
        const { rows } = await history.ask('campaign_metrics', {
          select: ['sessionsCompleted.last'], tenant: campaign.company.id, entity: campaign.id, grain: 'range', from: dayText(Date.parse(document.from) - 400 * DAY_MS), to: dayText(END + DAY_MS),
        })
        expect(rows[0]?.coverage.present ?? 0, campaign.name).toBe(present.get(campaign.id) ?? 0)
      }
    }, 600_000)

    test('holds in each tier the rows that the retention table asks for', () => {
      const { document, snapshots } = run()
      const rows = Object.fromEntries(document.tiers.filter(({ series }) => series === 'campaign_metrics').map(({ tier, rows: count }) => [tier, count]))
      expect(rows).toMatchObject(expectedTiers(snapshots, castOfDemo(document.campaigns, document.from), document.from))
    })

    test('has each answer about each company as DuckDB has it over every snapshot', async () => {
      const { document, history, capture } = run()
      for (const company of new Set(castOfDemo(document.campaigns, document.from).map((one) => one.company.id))) await companyAgrees(history, new ExpectedAnswers(capture), company, END)
    }, 600_000)

    test('has every week, month and four weeks of a company as DuckDB has it, or says that a part has retired', async () => {
      const { document, history, capture } = run()
      const all = { told: 0, untold: 0 }
      for (const company of [...new Set(castOfDemo(document.campaigns, document.from).map((one) => one.company.id))].slice(0, 3)) {
        const { told, untold } = await olderRangesAgree(history, new ExpectedAnswers(capture), company, Date.parse(document.from), END)
        all.told += told
        all.untold += untold
      }
      expect(all.told).toBeGreaterThan(100)
      expect(all.untold).toBeGreaterThan(0)
    }, 600_000)

    test('has each answer about each campaign as DuckDB has it over every snapshot', async () => {
      const { document, history, capture } = run()
      for (const campaign of castOfDemo(document.campaigns, document.from).slice(0, most)) await campaignAgrees(history, new ExpectedAnswers(capture), campaign, END)
    }, 600_000)

    test('has the alerts that DuckDB has', async () => {
      const { history, capture } = run()
      expect(await alertsAgree(history, new ExpectedAnswers(capture), END)).toBeGreaterThan(3)
    })
  })
}

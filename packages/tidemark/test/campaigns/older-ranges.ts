import { expect } from 'vitest'
import { capacityGauges } from '../../../../templates/campaigns/answers/capacity-gauges.ts'
import { capacityTrend } from '../../../../templates/campaigns/answers/capacity-trend.ts'
import { engagement } from '../../../../templates/campaigns/answers/engagement.ts'
import { overview } from '../../../../templates/campaigns/answers/overview.ts'
import { yearOverYear } from '../../../../templates/campaigns/answers/year-over-year.ts'
import type { Coverage } from '../../src/query/answer.ts'
import type { Tidemark } from '../../src/tidemark.ts'
import type { ExpectedAnswers } from './expected-answers.ts'
import { DAY_MS, dayText } from './lived.ts'

type Asking = Parameters<typeof overview>[0]

/** How many values were compared, and how many were not told because only a part of them is left by itself. */
export interface Compared {
  told: number
  untold: number
}

const orNull = (value: unknown): unknown => value ?? null
const month = (year: number, place: number): string => dayText(Date.UTC(year, place, 1))

/**
 * Sets what is answered of a company's whole story, tiers and all, beside what every snapshot says: each value is the
 * whole's, or null where its coverage says that a part of the range has retired. Of the companies of a run some campaigns
 * are kept longer than others, so that a total of those alone is there to be taken for the whole.
 */
export async function olderRangesAgree(history: Tidemark, expected: ExpectedAnswers, company: string, from: number, end: number): Promise<Compared> {
  const tm = history as unknown as Asking
  const compared = { told: 0, untold: 0 }
  const agree = (values: readonly unknown[], wanted: readonly unknown[], { reasons }: Coverage, what: string): void => {
    if ((reasons.finer_detail_retired ?? 0) > 0) {
      expect(values, what).toEqual(values.map(() => null))
      compared.untold++
    } else {
      expect(values, what).toEqual(wanted.map(orNull))
      compared.told++
    }
  }
  const story = { company, from: dayText(from), to: dayText(end + DAY_MS) }
  const weeks = await expected.capacityTrend(story)
  for (const row of (await capacityTrend(tm, story)).rows) {
    const whole = weeks.find(({ period }) => period === row.period)
    agree([row.volunteers, row.beneficiaries, row.together], [whole?.['n_volunteers'], whole?.['n_beneficiaries'], whole?.['n_together']], row.coverage, `week of ${row.period}`)
  }
  for (let at = from + 28 * DAY_MS; at < end; at += 28 * DAY_MS) {
    const range = { company, from: dayText(at), to: dayText(at + 28 * DAY_MS) }
    const [{ cards, coverage, coveragePrevious }, whole] = [await overview(tm, range), await expected.overview(range)]
    // Of a range before the first capture SQL counts no active campaign, and the answer knows of none.
    const counted = (values: readonly unknown[], present: unknown): readonly unknown[] => (present === undefined || present === null ? values.map(() => null) : values)
    agree(cards.map(({ value }) => value), counted(whole.values, whole.present), coverage, `overview of ${range.from}`)
    const full = await capacityGauges(tm, range)
    agree(full.gauges.flatMap((gauge) => [gauge.current, gauge.target, gauge.utilization]), (await expected.gauges(range)).gauges.flat(), full.coverage, `gauges of ${range.from}`)
    const [together] = (await engagement(tm, range)).rows
    const [wanted] = await expected.engagement(range)
    if (together !== undefined) agree([together.volunteerRetention, together.beneficiaryDropout, together.averageSessions], [wanted?.['retention'], wanted?.['dropout'], wanted?.['average_sessions']], together.coverage, `engagement of ${range.from}`)
    agree(cards.map(({ previous }) => previous), counted(whole.before, whole.presentBefore), coveragePrevious, `overview before ${range.from}`)
  }
  const last = new Date(end).getUTCFullYear()
  for (let year = new Date(from).getUTCFullYear(); year <= last; year++) {
    const asked = { company, from: month(year, 0), to: month(year + 1, 0) }
    const wanted = new Map([...await expected.periods({ ...asked, from: month(year - 1, 0) }, 'month')].map((row) => [row['period'], [row['hours'], row['n_sessions'], row['n_volunteers'], row['spent']]]))
    for (const row of (await yearOverYear(tm, asked)).rows) {
      const values = [row.hours, row.sessions, row.volunteers, row.budgetSpent]
      const before = `${Number(row.period.slice(0, 4)) - 1}${row.period.slice(4)}`
      agree(values.map(({ value }) => value), wanted.get(row.period) ?? [null, null, null, null], row.coverage, `month ${row.period}`)
      agree(values.map(({ yearBefore }) => yearBefore), wanted.get(before) ?? [null, null, null, null], row.coverageYearBefore, `month ${before}`)
    }
  }
  return compared
}

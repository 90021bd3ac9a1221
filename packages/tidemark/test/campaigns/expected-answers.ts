import type { FullCapture } from './full-capture.ts'

/** Which campaigns and days a question is of. */
export interface Asked {
  readonly company: string
  readonly campaign?: string
  readonly from: string
  readonly to: string
}

type Rows = readonly Record<string, unknown>[]

const where = ({ company, campaign, from, to }: Asked): string =>
  `company = '${company}'${campaign === undefined ? '' : ` AND campaign = '${campaign}'`} AND day >= DATE '${from}' AND day < DATE '${to}'`

const daysBefore = ({ from, to }: Asked): string => new Date(2 * Date.parse(from) - Date.parse(to)).toISOString().slice(0, 10)

/** Each of the answers from every snapshot there ever was; nothing of Tidemark is asked. Names that begin with n_ are numbers. */
export class ExpectedAnswers {
  readonly #capture: FullCapture

  constructor(capture: FullCapture) {
    this.#capture = capture
  }

  /** The last of each campaign's snapshots, all of them together. */
  async #together(asked: Asked): Promise<Record<string, unknown>> {
    const [row = {}] = await this.#capture.rows(`
      WITH last AS (SELECT campaign, ${['status', 'volunteers', 'volunteers_target', 'beneficiaries', 'beneficiaries_target', 'sessions', 'sessions_target', 'spent', 'budget', 'volunteers_ever', 'beneficiaries_ever'].map((name) => `arg_max(${name}, began) AS ${name}`).join(', ')},
        sum(new_sessions) AS new_sessions, sum(new_hours) AS new_hours, count(*) AS present FROM full_capture WHERE ${where(asked)} GROUP BY campaign)
      SELECT count(*) FILTER (status = 'active') AS n_active, sum(volunteers) AS n_volunteers, sum(volunteers_target) AS n_volunteers_target, sum(beneficiaries) AS n_beneficiaries,
        sum(beneficiaries_target) AS n_beneficiaries_target, sum(sessions) AS n_sessions, sum(sessions_target) AS n_sessions_target, sum(new_sessions) AS n_new_sessions, printed(sum(new_hours)) AS new_hours,
        quotient4(sum(volunteers), sum(volunteers_target)) AS volunteers_used, quotient4(sum(beneficiaries), sum(beneficiaries_target)) AS beneficiaries_used,
        quotient4(sum(sessions), sum(sessions_target)) AS sessions_used, printed(sum(spent)) AS spent, printed(sum(budget)) AS budget, quotient4(sum(spent), sum(budget)) AS budget_used,
        quotient4(sum(volunteers), sum(volunteers_ever)) AS retention, quotient4(sum(beneficiaries_ever) - sum(beneficiaries), sum(beneficiaries_ever)) AS dropout,
        quotient2(sum(sessions), sum(volunteers_ever)) AS average_sessions, sum(present) AS n_present FROM last`)
    return row
  }

  async overview(asked: Asked) {
    const [now, before] = [await this.#together(asked), await this.#together({ ...asked, to: asked.from, from: daysBefore(asked) })]
    const of = (row: Record<string, unknown>) => [row['n_active'], row['n_volunteers'], row['n_beneficiaries'], row['n_new_sessions'], row['new_hours'], row['volunteers_used'], row['spent'], row['budget_used']]
    return { values: of(now), before: of(before), present: now['n_present'], presentBefore: before['n_present'] }
  }

  async gauges(asked: Asked) {
    const row = await this.#together(asked)
    return {
      gauges: [
        [row['n_volunteers'], row['n_volunteers_target'], row['volunteers_used']], [row['n_beneficiaries'], row['n_beneficiaries_target'], row['beneficiaries_used']],
        [row['n_sessions'], row['n_sessions_target'], row['sessions_used']], [row['spent'], row['budget'], row['budget_used']],
      ],
      present: row['n_present'],
    }
  }

  impact(asked: Asked): Promise<Rows> {
    return this.#capture.rows(`
      SELECT strftime(date_trunc('week', day), '%Y-%m-%d') AS period, printed(arg_max(sroi, began)) AS sroi, printed(arg_max(mean_vis, began)) AS vis,
        printed(sum(new_hours)) AS hours, sum(new_sessions) AS n_sessions, count(*) AS n_present
      FROM full_capture WHERE ${where(asked)} GROUP BY 1 ORDER BY 1`)
  }

  capacityTrend(asked: Asked): Promise<Rows> {
    return this.#capture.rows(`
      SELECT period, sum(volunteers) AS n_volunteers, sum(beneficiaries) AS n_beneficiaries, sum(volunteers) + sum(beneficiaries) AS n_together, sum(present) AS n_present FROM (
        SELECT strftime(date_trunc('week', day), '%Y-%m-%d') AS period, campaign, arg_max(volunteers, began) AS volunteers, arg_max(beneficiaries, began) AS beneficiaries, count(*) AS present
        FROM full_capture WHERE ${where(asked)} GROUP BY 1, 2) GROUP BY 1 ORDER BY 1`)
  }

  budget(asked: Asked): Promise<Rows> {
    return this.#capture.rows(`
      SELECT strftime(day, '%Y-%m-%d') AS day, printed(arg_max(spent, began)) AS spent, printed(arg_max(planned, began)) AS planned,
        printed(arg_max(budget - spent, began)) AS remaining, printed(arg_max(spent - planned, began)) AS over_plan, printed(max(budget)) AS allocated
      FROM full_capture WHERE ${where(asked)} GROUP BY 1 ORDER BY 1`)
  }

  /** The first of the days since which no less has been spent than there was in the end, by every snapshot there ever was. */
  async exhaustion(campaign: string): Promise<string | null> {
    const [row] = await this.#capture.rows(`
      WITH days AS (SELECT day, arg_max(spent, began) AS spent FROM full_capture WHERE campaign = '${campaign}' GROUP BY 1),
      budget AS (SELECT arg_max(budget, began) AS budget FROM full_capture WHERE campaign = '${campaign}')
      SELECT strftime(min(day), '%Y-%m-%d') AS day FROM days, budget WHERE day > coalesce((SELECT max(day) FROM days, budget WHERE spent < budget), DATE '0001-01-01')`)
    return (row?.['day'] ?? null) as string | null
  }

  /** By the application's own sessions: no snapshot is asked. */
  heatMap({ company, campaign, from, to }: Asked): Promise<Rows> {
    return this.#capture.rows(`
      SELECT (wall // 86400000 + 4) % 7 AS n_weekday, lpad((wall % 86400000 // 3600000)::VARCHAR, 2, '0') AS hour, count(*) AS n_sessions FROM (
        SELECT *, held_at + offset_minutes * 60000 AS wall FROM sessions)
      WHERE company = '${company}'${campaign === undefined ? '' : ` AND campaign = '${campaign}'`}
        AND wall >= ${Date.parse(from)} AND wall < ${Date.parse(to)} GROUP BY 1, 2 ORDER BY 1, 2`)
  }

  async outcomes(campaign: string, at: string) {
    const [row] = await this.#capture.rows(`
      SELECT ${['integration', 'language', 'job_readiness', 'wellbeing'].map((name) => `CASE WHEN sessions > 0 THEN quotient2(${name}, sessions) END AS ${name}`).join(', ')}
      FROM full_capture WHERE campaign = '${campaign}' AND began <= ${Date.parse(at)} ORDER BY began DESC LIMIT 1`)
    return row === undefined ? null : Object.values(row)
  }

  alerts(asked: Omit<Asked, 'company'>): Promise<Rows> {
    return this.#capture.rows(`
      WITH last AS (SELECT company, campaign, ${['status', 'volunteers', 'volunteers_target', 'beneficiaries', 'beneficiaries_target'].map((name) => `arg_max(${name}, began) AS ${name}`).join(', ')}
        FROM full_capture WHERE day >= DATE '${asked.from}' AND day < DATE '${asked.to}' GROUP BY ALL),
      each AS (SELECT company, campaign, status, 'volunteers' AS capacity, volunteers AS current, volunteers_target AS target FROM last
        UNION ALL SELECT company, campaign, status, 'beneficiaries', beneficiaries, beneficiaries_target FROM last)
      SELECT company, campaign, capacity, current AS n_current, target AS n_target, quotient4(current, target) AS utilization
      FROM each WHERE status NOT IN ('completed', 'cancelled') AND target > 0 AND current * 10 >= target * 8
      ORDER BY quotient4(current, target)::DOUBLE DESC, campaign, capacity DESC`)
  }

  /** What had been noted by the campaign's last capture; of each campaign the best three. */
  evidence(company: string, most: number): Promise<Rows> {
    return this.#capture.rows(`
      WITH captured AS (SELECT campaign, max(captured_at) AS captured_at FROM full_capture GROUP BY 1),
      best AS (SELECT e.*, row_number() OVER (PARTITION BY campaign ORDER BY score DESC, id) AS place FROM evidence e JOIN captured c USING (campaign) WHERE e.noted_at <= c.captured_at)
      SELECT id AS n_id, campaign, name, text, printed(score) AS score, url FROM best WHERE company = '${company}' AND place <= 3 ORDER BY best.score DESC, id LIMIT ${most}`)
  }

  comparison(asked: Asked): Promise<Rows> {
    const names = ['volunteers_used', 'beneficiaries_used', 'budget_used', 'sroi', 'vis', 'hours', 'n_sessions'] as const
    const rank = (name: string): string => `CASE WHEN ${name} IS NOT NULL AND count(${name}) OVER () > 1 THEN quotient4(
      2 * (SELECT count(*) FROM mine o WHERE o.${name}::DOUBLE < mine.${name}::DOUBLE) + (SELECT count(*) FROM mine o WHERE o.${name} = mine.${name}) - 1, 2 * (count(${name}) OVER () - 1)) END AS rank_${name}`
    return this.#capture.rows(`
      WITH mine AS (SELECT campaign, arg_max(status, began) AS status, quotient4(arg_max(volunteers, began), arg_max(volunteers_target, began)) AS volunteers_used,
        quotient4(arg_max(beneficiaries, began), arg_max(beneficiaries_target, began)) AS beneficiaries_used, quotient4(arg_max(spent, began), arg_max(budget, began)) AS budget_used,
        printed(arg_max(sroi, began)) AS sroi, printed(arg_max(mean_vis, began)) AS vis, printed(sum(new_hours)) AS hours, sum(new_sessions) AS n_sessions, count(*) AS n_present
        FROM full_capture WHERE ${where(asked)} GROUP BY 1)
      SELECT campaign, status, ${names.join(', ')}, n_present, ${names.map(rank).join(', ')} FROM mine ORDER BY campaign`)
  }

  async engagement(asked: Asked): Promise<Rows> {
    const row = await this.#together(asked)
    const each = await this.#capture.rows(`
      SELECT campaign, quotient4(arg_max(volunteers, began), arg_max(volunteers_ever, began)) AS retention,
        quotient4(arg_max(beneficiaries_ever - beneficiaries, began), arg_max(beneficiaries_ever, began)) AS dropout, quotient2(arg_max(sessions, began), arg_max(volunteers_ever, began)) AS average_sessions, count(*) AS n_present
      FROM full_capture WHERE ${where(asked)} GROUP BY 1 ORDER BY 1`)
    return [{ campaign: null, retention: row['retention'], dropout: row['dropout'], average_sessions: row['average_sessions'], n_present: row['n_present'] }, ...each]
  }

  /** Sums and last values of periods, of all of a company's campaigns. */
  periods(asked: Asked, grain: 'month' | 'quarter'): Promise<Rows> {
    return this.#capture.rows(`
      SELECT period, printed(sum(hours)) AS hours, sum(sessions) AS n_sessions, sum(volunteers) AS n_volunteers, printed(sum(spent)) AS spent,
        printf('%.4f', sum(mean_volunteers)) AS mean_volunteers, printf('%.4f', sum(mean_beneficiaries)) AS mean_beneficiaries, sum(present) AS n_present FROM (
        SELECT strftime(date_trunc('${grain}', day), '%Y-%m-%d') AS period, campaign, sum(new_hours) AS hours, sum(new_sessions) AS sessions, arg_max(volunteers, began) AS volunteers, arg_max(spent, began) AS spent,
          sum(volunteers::DOUBLE * (until - began)) / sum(until - began) AS mean_volunteers, sum(beneficiaries::DOUBLE * (until - began)) / sum(until - began) AS mean_beneficiaries, count(*) AS present
        FROM full_capture WHERE ${where(asked)} GROUP BY 1, 2) GROUP BY 1 ORDER BY 1`)
  }

  /** The last snapshot of each campaign whose window had begun by an instant. */
  statesAt(company: string, at: number): Promise<Rows> {
    return this.#capture.rows(`
      SELECT campaign, name, began AS n_at, status, volunteers AS n_volunteers, printed(spent) AS spent FROM (
        SELECT *, row_number() OVER (PARTITION BY campaign ORDER BY began DESC) AS place FROM full_capture WHERE company = '${company}' AND began <= ${at}) WHERE place = 1 ORDER BY campaign`)
  }
}

import { chosen, SINCE, TILL } from '../sql-text.ts'

// The answers of docs/campaigns.md as panels ask for them: with the range and the variables of the dashboard, a column
// `time` where time is an axis, and names beside ids. A test sets each beside the text of that page.

const COMPANY = chosen('company')
const CAMPAIGN = chosen('campaign')
const SNAPSHOTS = 'campaign_metrics_snapshots'
const WEEK = "date(day, 'weekday 0', '-6 days')"

/** The range, up to the last day that anything is known of: the dashboard may show days to come. */
const BOUNDS = `bounds AS (
  SELECT ${SINCE} AS since, coalesce((SELECT max(until) FROM ${SNAPSHOTS} WHERE company_id = ${COMPANY} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}), ${TILL}) AS till
)`
/** The snapshots of the range, the last of each campaign at place 1. */
const MINE = `mine AS (
  SELECT s.*, row_number() OVER (PARTITION BY campaign_id ORDER BY snapshot_date DESC) AS place FROM ${SNAPSHOTS} s
  WHERE company_id = ${COMPANY} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
)`
/** The latest name of each campaign; older payloads lie packed, and have none here. */
const NAMES = `names AS MATERIALIZED (
  SELECT campaign_id, name FROM (
    SELECT campaign_id, full_snapshot ->> '$.campaignName' AS name, row_number() OVER (PARTITION BY campaign_id ORDER BY day_number DESC, snapshot_date DESC) AS place
    FROM ${SNAPSHOTS} WHERE company_id = ${COMPANY} AND full_snapshot IS NOT NULL
  ) WHERE place = 1
)`
const NAME = (id: string): string => `coalesce((SELECT name FROM names WHERE names.campaign_id = ${id}), ${id})`

export const COMPANIES = `SELECT DISTINCT company_id FROM ${SNAPSHOTS} ORDER BY company_id`

/** The id, a blank, and the name: the variable takes them apart again. */
export const CAMPAIGNS = `WITH ${NAMES}
SELECT campaign_id || ' ' || coalesce(name, campaign_id) FROM (SELECT DISTINCT campaign_id FROM ${SNAPSHOTS} WHERE company_id = ${COMPANY}) LEFT JOIN names USING (campaign_id) ORDER BY name, campaign_id`
export const CAMPAIGN_PARTS = '/^(?<value>[0-9a-f-]{36}) (?<text>.*)$/'

/** As many days before the range, then the range: what changed between the two is the change of a card. */
export const OVERVIEW = `WITH ${BOUNDS}, spans AS (
  SELECT 1 AS part, since, till FROM bounds
  UNION ALL SELECT 0, date(since, printf('-%d days', julianday(till) - julianday(since))), since FROM bounds
), mine AS (
  SELECT s.*, part, since, row_number() OVER (PARTITION BY part, campaign_id ORDER BY snapshot_date DESC) AS place
  FROM spans JOIN ${SNAPSHOTS} s ON company_id = ${COMPANY} AND day_number >= unixepoch(since) / 86400 AND until <= till
)
SELECT since || 'T00:00:00Z' AS time, count(*) FILTER (WHERE place = 1 AND status = 'active') AS "Active campaigns",
  sum(volunteers_current) FILTER (WHERE place = 1) AS "Volunteers", sum(beneficiaries_current) FILTER (WHERE place = 1) AS "Beneficiaries",
  sum(sessions_completed) AS "Sessions", round(sum(hours_logged), 2) AS "Hours",
  round(1.0 * sum(volunteers_current) FILTER (WHERE place = 1) / nullif(sum(volunteers_target) FILTER (WHERE place = 1), 0), 4) AS "Volunteer places used",
  round(sum(budget_spent) FILTER (WHERE place = 1), 2) AS "Budget spent",
  round(sum(budget_spent) FILTER (WHERE place = 1) / nullif(sum(budget_allocated) FILTER (WHERE place = 1), 0), 4) AS "Budget used"
FROM mine GROUP BY part ORDER BY part`

export const GAUGES = `WITH ${MINE}
SELECT round(1.0 * sum(volunteers_current) / nullif(sum(volunteers_target), 0), 4) AS "Volunteers", round(1.0 * sum(beneficiaries_current) / nullif(sum(beneficiaries_target), 0), 4) AS "Beneficiaries",
  round(1.0 * sum(sessions_current) / nullif(sum(sessions_target), 0), 4) AS "Sessions", round(1.0 * sum(budget_spent) / nullif(sum(budget_allocated), 0), 4) AS "Budget"
FROM mine WHERE place = 1`

export const IMPACT = `WITH mine AS (
  SELECT *, ${WEEK} AS period FROM ${SNAPSHOTS}
  WHERE company_id = ${COMPANY} AND campaign_id = ${CAMPAIGN} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
)
SELECT period || 'T00:00:00Z' AS time,
  (SELECT sroi_score FROM mine o WHERE o.period = mine.period AND sroi_score IS NOT NULL ORDER BY snapshot_date DESC LIMIT 1) AS "SROI",
  (SELECT average_vis_score FROM mine o WHERE o.period = mine.period AND average_vis_score IS NOT NULL ORDER BY snapshot_date DESC LIMIT 1) AS "VIS",
  round(sum(hours_logged), 2) AS "Hours", sum(sessions_completed) AS "Sessions"
FROM mine GROUP BY period ORDER BY period`

export const CAPACITY = `WITH mine AS (
  SELECT *, ${WEEK} AS period FROM ${SNAPSHOTS} WHERE company_id = ${COMPANY} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
), last AS (
  SELECT *, row_number() OVER (PARTITION BY period, campaign_id ORDER BY snapshot_date DESC) AS place FROM mine
)
SELECT period || 'T00:00:00Z' AS time, sum(volunteers_current) AS "Volunteers", sum(beneficiaries_current) AS "Beneficiaries", sum(volunteers_target) + sum(beneficiaries_target) AS "Targets"
FROM last WHERE place = 1 GROUP BY period ORDER BY period`

/** What a straight line through the points `(x, y)` of `points` says of the days to come: days since the last one stand for x. */
const LINE = `line AS (
  SELECT (n * xy - sx * sy) / nullif(n * xx - sx * sx, 0) AS slope, (sy - (n * xy - sx * sy) / nullif(n * xx - sx * sx, 0) * sx) / n AS start
  FROM (SELECT 1.0 * count(*) AS n, sum(x) AS sx, sum(y) AS sy, sum(x * x) AS xx, sum(x * y) AS xy FROM points)
), ahead(x) AS (
  SELECT 0 UNION ALL SELECT x + 1 FROM ahead WHERE x < 400 AND date((SELECT max(day) FROM points), printf('+%d days', x + 1)) < ${TILL}
)`

export const BUDGET = `WITH RECURSIVE mine AS (
  SELECT day, budgetSpent_last AS spent, budgetPlanned_last AS planned, budgetAllocated_last AS allocated, row_number() OVER (PARTITION BY day ORDER BY time DESC) AS place
  FROM tidemark_v1_campaign_metrics WHERE tenant = ${COMPANY} AND entity = ${CAMPAIGN} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
), daily AS (
  SELECT day, spent, planned, allocated FROM mine WHERE place = 1
), points AS (
  SELECT day, julianday(day) - (SELECT max(julianday(day)) FROM daily WHERE spent IS NOT NULL) AS x, spent AS y FROM daily WHERE spent IS NOT NULL
), ${LINE}
SELECT day || 'T00:00:00Z' AS time, round(spent, 2) AS "Spent", round(planned, 2) AS "Planned", round(allocated, 2) AS "Allocated", NULL AS "Straight line" FROM daily
UNION ALL
SELECT date((SELECT max(day) FROM points), printf('+%d days', x)) || 'T00:00:00Z', NULL, NULL, round((SELECT allocated FROM daily ORDER BY day DESC LIMIT 1), 2), round(start + slope * x, 2) FROM ahead, line
WHERE x > 0 AND slope IS NOT NULL ORDER BY time`

export const FORECAST = `WITH RECURSIVE mine AS (
  SELECT day, volunteers_utilization, row_number() OVER (PARTITION BY day ORDER BY snapshot_date DESC) AS place FROM ${SNAPSHOTS}
  WHERE company_id = ${COMPANY} AND campaign_id = ${CAMPAIGN} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
), daily AS (
  SELECT day, volunteers_utilization AS share FROM mine WHERE place = 1 AND volunteers_utilization IS NOT NULL
), points AS (
  SELECT day, julianday(day) - (SELECT max(julianday(day)) FROM daily) AS x, share AS y FROM daily
), ${LINE}
SELECT day || 'T00:00:00Z' AS time, share AS "Used", NULL AS "Straight line" FROM daily
UNION ALL
SELECT date((SELECT max(day) FROM points), printf('+%d days', x)) || 'T00:00:00Z', NULL, round(start + slope * x, 4) FROM ahead, line WHERE x > 0 AND slope IS NOT NULL ORDER BY time`

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

export const HEAT = `SELECT weekday${HOURS.map((hour) => `, sum(sessions_sum) FILTER (WHERE hour = '${hour}') AS "${hour}"`).join('')}
FROM tidemark_v1_sessions_held
WHERE tenant = ${COMPANY} AND weekday IS NOT NULL AND hour IS NOT NULL AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
GROUP BY weekday ORDER BY instr('mon tue wed thu fri sat sun', weekday)`

/** The latest complete state before a day. */
const STATE = (day: string): string => `(
  SELECT full_snapshot FROM ${SNAPSHOTS}
  WHERE company_id = ${COMPANY} AND campaign_id = ${CAMPAIGN} AND day_number < unixepoch(${day}) / 86400 AND full_snapshot IS NOT NULL ORDER BY day_number DESC, snapshot_date DESC LIMIT 1
)`

export const OUTCOMES = `SELECT now.key AS outcome, CAST(now.value AS REAL) AS "Now",
  (SELECT CAST(before.value AS REAL) FROM json_each(${STATE(SINCE)}, '$.outcomeScores') before WHERE before.key = now.key) AS "Before the range"
FROM json_each(${STATE(TILL)}, '$.outcomeScores') now ORDER BY instr('integration language jobReadiness wellbeing', now.key)`

export const ALERTS = `WITH ${MINE}, ${NAMES}, last AS (
  SELECT * FROM mine WHERE place = 1 AND status NOT IN ('completed', 'cancelled')
), each AS (
  SELECT campaign_id, 'volunteers' AS capacity, volunteers_current AS current, volunteers_target AS target, volunteers_utilization AS utilization FROM last
  UNION ALL SELECT campaign_id, 'beneficiaries', beneficiaries_current, beneficiaries_target, beneficiaries_utilization FROM last
)
SELECT ${NAME('each.campaign_id')} AS campaign, capacity, current, target, utilization AS used,
  iif(current > target, 'Over capacity: agree on more places now', 'Upsell: offer the company more places before they run out') AS action, campaign_id
FROM each WHERE target > 0 AND current * 10 >= target * 8 ORDER BY utilization DESC, campaign_id, capacity DESC`

export const EVIDENCE = `WITH last AS (
  SELECT * FROM (
    SELECT campaign_id, full_snapshot, row_number() OVER (PARTITION BY campaign_id ORDER BY day_number DESC, snapshot_date DESC) AS place
    FROM ${SNAPSHOTS} WHERE company_id = ${COMPANY}
  ) WHERE place = 1
)
SELECT CAST(e.value ->> 'score' AS REAL) AS score, e.value ->> 'text' AS text, full_snapshot ->> '$.campaignName' AS campaign, e.value ->> 'url' AS source, campaign_id
FROM last, json_each(last.full_snapshot, '$.evidence') e
ORDER BY CAST(e.value ->> 'score' AS REAL) DESC, e.value ->> 'id' LIMIT 20`

/** Where a value stands among the others: 0 the least, 1 the greatest. */
const RANK = (name: string): string => `CASE WHEN ${name} IS NOT NULL THEN round(((SELECT count(*) FROM each o WHERE o.${name} < each.${name}) + ((SELECT count(*) FROM each o WHERE o.${name} = each.${name}) - 1) / 2.0) / nullif((SELECT count(${name}) FROM each) - 1, 0), 4) END`

export const COMPARISON = `WITH ${MINE}, ${NAMES}, each AS (
  SELECT campaign_id, max(status) FILTER (WHERE place = 1) AS status, max(volunteers_utilization) FILTER (WHERE place = 1) AS utilization,
    (SELECT sroi_score FROM mine o WHERE o.campaign_id = mine.campaign_id AND sroi_score IS NOT NULL ORDER BY snapshot_date DESC LIMIT 1) AS sroi, round(sum(hours_logged), 2) AS hours
  FROM mine GROUP BY campaign_id
)
SELECT ${NAME('each.campaign_id')} AS campaign, status, utilization AS "places used", ${RANK('utilization')} AS "rank by places", sroi AS "SROI", ${RANK('sroi')} AS "rank by SROI",
  hours, ${RANK('hours')} AS "rank by hours", campaign_id
FROM each ORDER BY campaign_id`

export const ENGAGEMENT = `WITH last AS (
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY entity ORDER BY time DESC) AS place FROM tidemark_v1_campaign_metrics
    WHERE tenant = ${COMPANY} AND day_number >= unixepoch(${SINCE}) / 86400 AND until <= ${TILL}
  ) WHERE place = 1
), ${NAMES}
SELECT 'All together' AS campaign, round(1.0 * sum(volunteersCurrent_last) / nullif(sum(volunteersEver_last), 0), 4) AS retention,
  round(1.0 * sum(beneficiariesLeft_last) / nullif(sum(beneficiariesEver_last), 0), 4) AS dropout, round(1.0 * sum(sessionsCompleted_last) / nullif(sum(volunteersEver_last), 0), 2) AS "sessions each", NULL AS campaign_id FROM last
UNION ALL SELECT * FROM (SELECT ${NAME('entity')}, volunteerRetention_value, beneficiaryDropout_value, averageSessions_value, entity FROM last ORDER BY entity)`

-- The snapshots under the name and with the columns that dashboards know. Instants are UTC, as text; decimals are numbers.
-- Rows of every tier of the store: `tier` says how much time one stands for. What has left for the archive is not in it.
DROP VIEW IF EXISTS campaign_metrics_snapshots;
CREATE VIEW campaign_metrics_snapshots AS
SELECT
  -- A UUID of version 8 made of the row's key: the campaign's id, the tier, and the second that its window begins with.
  printf('%s-%s-8%s-%s%s-%010x%s', substr(entity, 1, 8), substr(entity, 10, 4), substr(entity, 16, 3), substr('89ab', instr('cdwm', substr(tier, 1, 1)), 1), substr(entity, 21, 3),
    CAST(strftime('%s', time) AS INTEGER), substr(entity, 25, 2)) AS id,
  tenant AS company_id, entity AS campaign_id, time AS snapshot_date, tier, day, until, day_number, windows,
  volunteersTarget_last AS volunteers_target, volunteersCurrent_last AS volunteers_current, volunteersUtilization_value AS volunteers_utilization,
  beneficiariesTarget_last AS beneficiaries_target, beneficiariesCurrent_last AS beneficiaries_current, beneficiariesUtilization_value AS beneficiaries_utilization,
  sessionsTarget_last AS sessions_target, sessionsCompleted_last AS sessions_current, sessionsUtilization_value AS sessions_utilization,
  budgetAllocated_last AS budget_allocated, budgetSpent_last AS budget_spent, budgetRemaining_last AS budget_remaining, budgetUtilization_value AS budget_utilization,
  sroiScore_last AS sroi_score, averageVisScore_last AS average_vis_score,
  hoursLogged_last AS total_hours_logged, hoursLogged_increase AS hours_logged, sessionsCompleted_last AS total_sessions_completed, sessionsCompleted_increase AS sessions_completed,
  CASE businessModel_last WHEN 'seats' THEN CAST(unitsUsed_last AS INTEGER) END AS seats_used, CASE businessModel_last WHEN 'seats' THEN CAST(unitsCommitted_last AS INTEGER) END AS seats_committed,
  CASE businessModel_last WHEN 'credits' THEN unitsUsed_last END AS credits_consumed, CASE businessModel_last WHEN 'credits' THEN unitsCommitted_last END AS credits_allocated,
  CASE businessModel_last WHEN 'learners' THEN CAST(unitsUsed_last AS INTEGER) END AS learners_served, CASE businessModel_last WHEN 'learners' THEN CAST(unitsCommitted_last AS INTEGER) END AS learners_committed,
  status_last AS status, payload AS full_snapshot, recorded_at AS created_at
FROM tidemark_v1_campaign_metrics;

/**
 * The application's own tables, as it would have them without any history: money in whole cents, hours in hundredths,
 * instants in epoch milliseconds, civil dates as text. Children go with their campaign.
 */
const TABLES = `
CREATE TABLE companies (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL
) STRICT;
CREATE TABLE campaigns (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company_id TEXT NOT NULL REFERENCES companies (id), name TEXT NOT NULL,
  program_template_id TEXT NOT NULL, value TEXT NOT NULL CHECK (value IN ('high', 'standard')),
  status TEXT NOT NULL CHECK (status IN ('draft', 'planned', 'recruiting', 'active', 'paused', 'completed', 'cancelled')),
  starts_on TEXT NOT NULL, ends_on TEXT NOT NULL,
  volunteers_target INTEGER NOT NULL, beneficiaries_target INTEGER NOT NULL, sessions_target INTEGER NOT NULL,
  budget_cents INTEGER NOT NULL,
  business_model TEXT NOT NULL CHECK (business_model IN ('seats', 'credits', 'learners', 'none')),
  seats_committed INTEGER, credits_allocated INTEGER, learners_committed INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE status_changes (
  campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, at INTEGER NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY (campaign, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE planned_spend (
  campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, day TEXT NOT NULL, cents INTEGER NOT NULL,
  cumulative_cents INTEGER NOT NULL, PRIMARY KEY (campaign, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE program_instances (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, opened_at INTEGER NOT NULL, closed_at INTEGER
) STRICT;
CREATE TABLE volunteers (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, joined_at INTEGER NOT NULL, left_at INTEGER
) STRICT;
CREATE TABLE beneficiaries (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, joined_at INTEGER NOT NULL, left_at INTEGER
) STRICT;
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE,
  held_at INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, hours INTEGER NOT NULL, vis INTEGER NOT NULL, value_cents INTEGER NOT NULL,
  integration INTEGER NOT NULL, language INTEGER NOT NULL, job_readiness INTEGER NOT NULL, wellbeing INTEGER NOT NULL
) STRICT;
CREATE TABLE spend (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, spent_at INTEGER NOT NULL, cents INTEGER NOT NULL
) STRICT;
CREATE TABLE evidence_snippets (
  id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns (number) ON DELETE CASCADE, noted_at INTEGER NOT NULL,
  text TEXT NOT NULL, score INTEGER NOT NULL, url TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_best ON evidence_snippets (campaign, score DESC, id);
`

/** What the application keeps at hand so that a campaign's page need not count its sessions. */
const TOTALS = `
CREATE TABLE campaign_totals (
  campaign INTEGER PRIMARY KEY REFERENCES campaigns (number) ON DELETE CASCADE,
  volunteers INTEGER NOT NULL DEFAULT 0, volunteers_ever INTEGER NOT NULL DEFAULT 0,
  beneficiaries INTEGER NOT NULL DEFAULT 0, beneficiaries_ever INTEGER NOT NULL DEFAULT 0,
  instances_open INTEGER NOT NULL DEFAULT 0, instances_ever INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0, hours INTEGER NOT NULL DEFAULT 0, vis INTEGER NOT NULL DEFAULT 0, value_cents INTEGER NOT NULL DEFAULT 0,
  integration INTEGER NOT NULL DEFAULT 0, language INTEGER NOT NULL DEFAULT 0, job_readiness INTEGER NOT NULL DEFAULT 0, wellbeing INTEGER NOT NULL DEFAULT 0,
  spent_cents INTEGER NOT NULL DEFAULT 0, evidence TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TRIGGER campaign_created AFTER INSERT ON campaigns BEGIN
  INSERT INTO campaign_totals (campaign) VALUES (new.number);
  INSERT INTO status_changes (campaign, at, status) VALUES (new.number, new.created_at, new.status);
END;
CREATE TRIGGER volunteer_joined AFTER INSERT ON volunteers BEGIN
  UPDATE campaign_totals SET volunteers = volunteers + 1, volunteers_ever = volunteers_ever + 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER volunteer_left AFTER UPDATE OF left_at ON volunteers WHEN old.left_at IS NULL AND new.left_at IS NOT NULL BEGIN
  UPDATE campaign_totals SET volunteers = volunteers - 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER beneficiary_joined AFTER INSERT ON beneficiaries BEGIN
  UPDATE campaign_totals SET beneficiaries = beneficiaries + 1, beneficiaries_ever = beneficiaries_ever + 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER beneficiary_left AFTER UPDATE OF left_at ON beneficiaries WHEN old.left_at IS NULL AND new.left_at IS NOT NULL BEGIN
  UPDATE campaign_totals SET beneficiaries = beneficiaries - 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER instance_opened AFTER INSERT ON program_instances BEGIN
  UPDATE campaign_totals SET instances_open = instances_open + 1, instances_ever = instances_ever + 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER instance_closed AFTER UPDATE OF closed_at ON program_instances WHEN old.closed_at IS NULL AND new.closed_at IS NOT NULL BEGIN
  UPDATE campaign_totals SET instances_open = instances_open - 1 WHERE campaign = new.campaign;
END;
CREATE TRIGGER session_held AFTER INSERT ON sessions BEGIN
  UPDATE campaign_totals SET sessions = sessions + 1, hours = hours + new.hours, vis = vis + new.vis, value_cents = value_cents + new.value_cents,
    integration = integration + new.integration, language = language + new.language, job_readiness = job_readiness + new.job_readiness,
    wellbeing = wellbeing + new.wellbeing WHERE campaign = new.campaign;
END;
CREATE TRIGGER money_spent AFTER INSERT ON spend BEGIN
  UPDATE campaign_totals SET spent_cents = spent_cents + new.cents WHERE campaign = new.campaign;
END;
CREATE TRIGGER evidence_noted AFTER INSERT ON evidence_snippets BEGIN
  UPDATE campaign_totals SET evidence = (
    SELECT json_group_array(json_object('id', id, 'text', text, 'score', printf('%d.%02d', score / 100, score % 100), 'url', url))
    FROM (SELECT * FROM evidence_snippets WHERE campaign = new.campaign ORDER BY score DESC, id LIMIT 3)
  ) WHERE campaign = new.campaign;
END;
`

/** How far the application has lived, and how much of it has been handed on. */
const WORLD = `
CREATE TABLE world (
  id INTEGER PRIMARY KEY CHECK (id = 1), seed INTEGER NOT NULL, scale TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
  lived_to INTEGER NOT NULL, ingested_session INTEGER NOT NULL DEFAULT 0
) STRICT;
`

export const SCHEMA = TABLES + TOTALS + WORLD

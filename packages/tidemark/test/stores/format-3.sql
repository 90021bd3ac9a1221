CREATE TABLE tm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "tm_meta" VALUES ('clock', '1769040000000');
INSERT INTO "tm_meta" VALUES ('format', '3');
INSERT INTO "tm_meta" VALUES ('id', 'd5590cad-9805-47a5-b5d7-a8dc7a6f8f63');
INSERT INTO "tm_meta" VALUES ('program', 'tidemark 0.1.0');
CREATE TABLE tm_transaction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, command TEXT NOT NULL) STRICT;
INSERT INTO "tm_transaction" VALUES (1, 1767139200000, 'migrate');
INSERT INTO "tm_transaction" VALUES (2, 1767139200000, 'roster');
INSERT INTO "tm_transaction" VALUES (3, 1767139200000, 'collect');
INSERT INTO "tm_transaction" VALUES (4, 1767247200000, 'collect');
INSERT INTO "tm_transaction" VALUES (5, 1767312000000, 'collect');
INSERT INTO "tm_transaction" VALUES (6, 1768867200000, 'rollup');
INSERT INTO "tm_transaction" VALUES (7, 1768874400000, 'collect');
INSERT INTO "tm_transaction" VALUES (8, 1768953600000, 'migrate');
INSERT INTO "tm_transaction" VALUES (9, 1768957200000, 'collect');
INSERT INTO "tm_transaction" VALUES (10, 1769040000000, 'collect');
CREATE TABLE tm_migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, program TEXT NOT NULL, steps TEXT NOT NULL, series TEXT NOT NULL) STRICT;
INSERT INTO "tm_migration" VALUES (1, 1767139200000, 'tidemark 0.1.0', '["creates the store","creates the series metrics"]', '[{"name":"metrics","of":{"name":"campaign","tenant":"company","zone":"UTC"},"grain":"hour","collected":{"past":true,"dueAt":0,"frequency":null},"measures":{"budget":{"kind":"gauge","shape":{"type":"decimal","scale":2},"across":"sum","unit":null},"hours":{"kind":"counter","shape":{"type":"integer","scale":0},"resets":"never","across":"sum","unit":null},"status":{"kind":"state","values":["active","paused"],"unit":null}},"dimensions":[{"field":"channel","values":[],"most":2}],"payload":{"version":1},"keep":{"tiers":[{"tier":"captured","until":{"months":0,"days":10}},{"tier":"day","until":{"months":0,"days":60}},{"tier":"week","until":null}],"archive":false,"asOfDays":35},"checkpoints":[],"windows":{}}]');
INSERT INTO "tm_migration" VALUES (2, 1768953600000, 'tidemark 0.1.0', '["adds the measure metrics.seats; it is collected from the next capture on"]', '[{"name":"metrics","of":{"name":"campaign","tenant":"company","zone":"UTC"},"grain":"hour","collected":{"past":true,"dueAt":0,"frequency":null},"measures":{"budget":{"kind":"gauge","shape":{"type":"decimal","scale":2},"across":"sum","unit":null},"hours":{"kind":"counter","shape":{"type":"integer","scale":0},"resets":"never","across":"sum","unit":null},"status":{"kind":"state","values":["active","paused"],"unit":null},"seats":{"kind":"gauge","shape":{"type":"integer","scale":0},"across":"sum","unit":null}},"dimensions":[{"field":"channel","values":[],"most":2}],"payload":{"version":1},"keep":{"tiers":[{"tier":"captured","until":{"months":0,"days":10}},{"tier":"day","until":{"months":0,"days":60}},{"tier":"week","until":null}],"archive":false,"asOfDays":35},"checkpoints":[],"windows":{}}]');
CREATE TABLE tm_stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, definition TEXT NOT NULL, next_seq INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE tm_series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, stream_id INTEGER REFERENCES tm_stream (id), version INTEGER NOT NULL, definition TEXT NOT NULL, tzdata TEXT NOT NULL, first_day INTEGER) STRICT;
INSERT INTO "tm_series" VALUES (1, 'metrics', NULL, 2, '{"name":"metrics","of":{"name":"campaign","tenant":"company","zone":"UTC"},"grain":"hour","collected":{"past":true,"dueAt":0,"frequency":null},"measures":{"budget":{"kind":"gauge","shape":{"type":"decimal","scale":2},"across":"sum","unit":null},"hours":{"kind":"counter","shape":{"type":"integer","scale":0},"resets":"never","across":"sum","unit":null},"status":{"kind":"state","values":["active","paused"],"unit":null},"seats":{"kind":"gauge","shape":{"type":"integer","scale":0},"across":"sum","unit":null}},"dimensions":[{"field":"channel","values":[],"most":2}],"payload":{"version":1},"keep":{"tiers":[{"tier":"captured","until":{"months":0,"days":10}},{"tier":"day","until":{"months":0,"days":60}},{"tier":"week","until":null}],"archive":false,"asOfDays":35},"checkpoints":[],"windows":{}}', '2026c', NULL);
CREATE TABLE tm_tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "tm_tenant" VALUES (1, 'acme');
CREATE TABLE tm_entity (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL REFERENCES tm_tenant (id), kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (tenant_id, kind, name)) STRICT;
INSERT INTO "tm_entity" VALUES (1, 1, 'campaign', 'a');
INSERT INTO "tm_entity" VALUES (2, 1, 'campaign', 'b');
CREATE TABLE tm_zone (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, from_at INTEGER NOT NULL, zone TEXT NOT NULL, PRIMARY KEY (tenant_id, entity_id, from_at)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_enrolment (tenant_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tenant_id, stream_id, entity_id, transaction_id)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_boundary (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, anchor INTEGER NOT NULL, captured INTEGER, day INTEGER, week INTEGER, month INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_boundary" VALUES (1, 1, 1, 20453, 20455, NULL, NULL, NULL);
INSERT INTO "tm_boundary" VALUES (1, 1, 2, 20453, 20455, NULL, NULL, NULL);
CREATE TABLE tm_capture (series_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (series_id, transaction_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_capture" VALUES (1, 4, 1767247200000);
INSERT INTO "tm_capture" VALUES (1, 5, 1767312000000);
INSERT INTO "tm_capture" VALUES (1, 7, 1768874400000);
INSERT INTO "tm_capture" VALUES (1, 9, 1768957200000);
INSERT INTO "tm_capture" VALUES (1, 10, 1769040000000);
CREATE TABLE tm_since (series_id INTEGER NOT NULL, measure TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (series_id, measure)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_since" VALUES (1, 'seats', 20474);
CREATE TABLE tm_archive (series_id INTEGER NOT NULL, period INTEGER NOT NULL, generation INTEGER NOT NULL, current INTEGER NOT NULL, file TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (series_id, period, generation)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_quarantine (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, stream TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL, at INTEGER NOT NULL, tenant TEXT) STRICT;
CREATE TABLE tm_adjustment (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, identity BLOB NOT NULL, content BLOB NOT NULL, id TEXT NOT NULL, measure TEXT NOT NULL, amount INTEGER NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day, identity)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_checkpoint (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, every INTEGER NOT NULL, count INTEGER NOT NULL, version INTEGER NOT NULL, transaction_id INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, every, count)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_attribute (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY (tenant_id, series_id, entity_id, name)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_attribute" VALUES (1, 1, 1, 'status', 'active');
INSERT INTO "tm_attribute" VALUES (1, 1, 2, 'status', 'active');
CREATE TABLE tm_rostered (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, decided_day INTEGER, low_days INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_rostered" VALUES (1, 1, 1, 2, 20453, 0);
INSERT INTO "tm_rostered" VALUES (1, 1, 2, 2, 20453, 0);
CREATE TABLE tm_frequency (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, cadence TEXT NOT NULL, status TEXT, activity INTEGER, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_frequency" VALUES (1, 1, 1, 20453, 1767139200000, 'hour', 'active', NULL, 3);
INSERT INTO "tm_frequency" VALUES (1, 1, 2, 20453, 1767139200000, 'hour', 'active', NULL, 3);
CREATE TABLE tm_failure (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, message TEXT NOT NULL, transaction_id INTEGER NOT NULL, resolved INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id, day, at)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_failure" VALUES (1, 1, 2, 20473, 1768870800000, 3600, 'no answer', 7, NULL);
CREATE TABLE tm_dimension (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, field TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, field, place), UNIQUE (tenant_id, series_id, field, value)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_dimension" VALUES (1, 1, 'channel', 1, 'web');
CREATE TABLE tm_lease (name TEXT PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tm_job (job TEXT PRIMARY KEY, ran_at INTEGER, failures INTEGER NOT NULL, failed_at INTEGER, error TEXT, signal INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tm_signal (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE tm_hold (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, entity TEXT, reason TEXT NOT NULL, placed_by TEXT NOT NULL, placed_at INTEGER NOT NULL, lifted_by TEXT, lifted_at INTEGER, lifted_reason TEXT) STRICT;
CREATE TABLE tm_erasure (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, override TEXT, subject TEXT, entity_id INTEGER, kind TEXT, tenant TEXT, entity TEXT, rows TEXT NOT NULL, files TEXT NOT NULL, completed_at INTEGER) STRICT;
CREATE TABLE tm_alert (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, opened_at INTEGER NOT NULL, value TEXT NOT NULL, period TEXT NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, note TEXT, resolved_at INTEGER, resolved_value TEXT) STRICT;
CREATE TABLE tm_notification (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, alert_id INTEGER NOT NULL, channel TEXT NOT NULL, attempts INTEGER NOT NULL, claimed_until INTEGER NOT NULL, retry_at INTEGER NOT NULL, sent_at INTEGER, error TEXT, PRIMARY KEY (tenant_id, entity_id, alert_id, channel)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_silence (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, until INTEGER NOT NULL, silenced_by TEXT NOT NULL, note TEXT, at INTEGER NOT NULL, PRIMARY KEY (tenant_id, entity_id, rule)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_token (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, tenants TEXT, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, revoked_at INTEGER, revoked_by TEXT) STRICT;
CREATE TABLE tm_audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, tenants TEXT, detail TEXT NOT NULL) STRICT;
INSERT INTO "tm_audit" VALUES (1, 1767139200000, 'owner', 'migrate', 'version 1', NULL, '{"steps":["creates the store","creates the series metrics"]}');
INSERT INTO "tm_audit" VALUES (2, 1768953600000, 'owner', 'migrate', 'version 2', NULL, '{"steps":["adds the measure metrics.seats; it is collected from the next capture on"]}');
CREATE TABLE tm_run (transaction_id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL, rows INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT;
INSERT INTO "tm_run" VALUES (4, 1, 3, 0);
INSERT INTO "tm_run" VALUES (5, 1, 1, 0);
INSERT INTO "tm_run" VALUES (6, 1, 2, 0);
INSERT INTO "tm_run" VALUES (7, 1, 3, 1);
INSERT INTO "tm_run" VALUES (9, 1, 1, 0);
INSERT INTO "tm_run" VALUES (10, 1, 1, 0);
CREATE TABLE tm_touched (transaction_id INTEGER PRIMARY KEY, series TEXT, tenants TEXT, from_day INTEGER, to_day INTEGER) STRICT;
INSERT INTO "tm_touched" VALUES (3, '[1]', '[1]', NULL, NULL);
INSERT INTO "tm_touched" VALUES (4, '[1]', '[1]', NULL, NULL);
INSERT INTO "tm_touched" VALUES (5, '[1]', '[1]', 20454, 20455);
INSERT INTO "tm_touched" VALUES (6, '[1]', '[1]', NULL, 20455);
INSERT INTO "tm_touched" VALUES (7, '[1]', '[1]', 20473, 20474);
INSERT INTO "tm_touched" VALUES (9, '[1]', '[1]', 20474, 20475);
INSERT INTO "tm_touched" VALUES (10, '[1]', '[1]', 20473, 20474);
CREATE TABLE "tm_captured_metrics" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, digest BLOB NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "budget_first" INTEGER, "budget_last" INTEGER, "budget_min" INTEGER, "budget_max" INTEGER, "budget_weighted" INTEGER, "budget_seconds" INTEGER, "budget_n" INTEGER, "hours_first" INTEGER, "hours_last" INTEGER, "hours_increase" INTEGER, "hours_n" INTEGER, "status_last" TEXT, "status_n" INTEGER, "status_seconds_0" INTEGER, "status_seconds_1" INTEGER, "payload_version" INTEGER, "payload" INTEGER, "seats_first" INTEGER, "seats_last" INTEGER, "seats_min" INTEGER, "seats_max" INTEGER, "seats_weighted" INTEGER, "seats_seconds" INTEGER, "seats_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, bucket, at, cell)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_captured_metrics" VALUES (1, 1, 20473, 0, 1768867200000, 3600, X'aea30a1f7ba93639c4459f7b73b2b8b2', 7, 1, 1, 1, 1000, 1000, 1000, 1000, 3600000, 3600, 1, 30, 30, 18, 1, 'active', 1, 3600, 0, 1, 4, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "tm_captured_metrics" VALUES (1, 1, 20473, 0, 1768870800000, 3600, X'7fa451403a1afcaa72269648f4988ed1', 10, 2, 2, 1, 950, 950, 950, 950, 3420000, 3600, 1, 31, 31, 1, 1, 'active', 1, 3600, 0, 1, 5, 5, 5, 5, 5, 18000, 3600, 1);
INSERT INTO "tm_captured_metrics" VALUES (1, 1, 20474, 0, 1768953600000, 3600, X'33b3ec69b598dd91650f61d9d24d5946', 9, 2, 1, 1, 800, 800, 800, 800, 2880000, 3600, 1, 33, 33, 2, 1, 'paused', 1, 0, 3600, 1, 7, 12, 12, 12, 12, 43200, 3600, 1);
INSERT INTO "tm_captured_metrics" VALUES (1, 2, 20473, 0, 1768867200000, 3600, X'85d8dee8a46491055ff6f8371594bce3', 7, 1, 1, 1, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, 0, NULL, 0, 0, 0, 1, 6, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "tm_day_metrics" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, days INTEGER NOT NULL, digest BLOB NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "budget_first" INTEGER, "budget_last" INTEGER, "budget_min" INTEGER, "budget_max" INTEGER, "budget_weighted" INTEGER, "budget_seconds" INTEGER, "budget_n" INTEGER, "hours_first" INTEGER, "hours_last" INTEGER, "hours_increase" INTEGER, "hours_n" INTEGER, "status_last" TEXT, "status_n" INTEGER, "status_seconds_0" INTEGER, "status_seconds_1" INTEGER, "payload_version" INTEGER, "payload" INTEGER, "seats_first" INTEGER, "seats_last" INTEGER, "seats_min" INTEGER, "seats_max" INTEGER, "seats_weighted" INTEGER, "seats_seconds" INTEGER, "seats_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_day_metrics" VALUES (1, 1, 20454, 0, 1, X'28b45c8c35f9231a760b1ea1208aaa09', 5, 1, 3, 2, 450, 300, 300, 450, 2700000, 7200, 2, 10, 12, 2, 2, 'paused', 2, 3600, 3600, 1, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "tm_day_metrics" VALUES (1, 2, 20454, 0, 1, X'02d702fdfdd950608a6e9f402325b152', 4, 1, 1, 1, 7, 7, 7, 7, 25200, 3600, 1, NULL, NULL, NULL, 0, 'active', 1, 3600, 0, 1, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "tm_week_metrics" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, days INTEGER NOT NULL, digest BLOB NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "budget_first" INTEGER, "budget_last" INTEGER, "budget_min" INTEGER, "budget_max" INTEGER, "budget_weighted" INTEGER, "budget_seconds" INTEGER, "budget_n" INTEGER, "hours_first" INTEGER, "hours_last" INTEGER, "hours_increase" INTEGER, "hours_n" INTEGER, "status_last" TEXT, "status_n" INTEGER, "status_seconds_0" INTEGER, "status_seconds_1" INTEGER, "payload_version" INTEGER, "payload" INTEGER, "seats_first" INTEGER, "seats_last" INTEGER, "seats_min" INTEGER, "seats_max" INTEGER, "seats_weighted" INTEGER, "seats_seconds" INTEGER, "seats_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) STRICT, WITHOUT ROWID;
CREATE TABLE "tm_superseded_metrics" (tier TEXT NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, days INTEGER NOT NULL, until INTEGER NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "budget_first" INTEGER, "budget_last" INTEGER, "budget_min" INTEGER, "budget_max" INTEGER, "budget_weighted" INTEGER, "budget_seconds" INTEGER, "budget_n" INTEGER, "hours_first" INTEGER, "hours_last" INTEGER, "hours_increase" INTEGER, "hours_n" INTEGER, "status_last" TEXT, "status_n" INTEGER, "status_seconds_0" INTEGER, "status_seconds_1" INTEGER, "payload_version" INTEGER, "payload" INTEGER, "seats_first" INTEGER, "seats_last" INTEGER, "seats_min" INTEGER, "seats_max" INTEGER, "seats_weighted" INTEGER, "seats_seconds" INTEGER, "seats_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, tier, bucket, at, cell, transaction_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_superseded_metrics" VALUES ('captured', 1, 1, 20473, 0, 1768870800000, 3600, 1, 10, 7, 1, 1, 1, 900, 900, 900, 900, 3240000, 3600, 1, 31, 31, 1, 1, 'active', 1, 3600, 0, 1, 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "tm_superseded_metrics" VALUES ('day', 1, 1, 20454, 0, 0, 0, 1, 5, 4, 1, 2, 2, 500, 300, 300, 500, 2880000, 7200, 2, 10, 12, 2, 2, 'paused', 2, 3600, 3600, 1, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "tm_superseded_metrics" VALUES ('day', 1, 1, 20454, 1, 0, 0, 1, 5, 4, 1, 1, 1, 200, 200, 200, 200, 720000, 3600, 1, 4, 4, NULL, 1, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "tm_latest_metrics" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, cell INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, "hours_last" INTEGER, PRIMARY KEY (tenant_id, entity_id, cell, place)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_latest_metrics" VALUES (1, 1, 0, 0, 1768953600000, 33);
INSERT INTO "tm_latest_metrics" VALUES (1, 1, 1, 0, 1767243600000, NULL);
INSERT INTO "tm_latest_metrics" VALUES (1, 2, 0, 0, 1768867200000, NULL);
CREATE TABLE "tm_payload_metrics" (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, text ANY NOT NULL) STRICT;
INSERT INTO "tm_payload_metrics" VALUES (2, 1, 1, '{"n":5,"note":"what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. "}');
INSERT INTO "tm_payload_metrics" VALUES (3, 1, 2, '{"n":1}');
INSERT INTO "tm_payload_metrics" VALUES (4, 1, 1, '{"n":20,"note":"what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. "}');
INSERT INTO "tm_payload_metrics" VALUES (5, 1, 1, '{"n":21,"note":"what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. "}');
INSERT INTO "tm_payload_metrics" VALUES (6, 1, 2, '{"n":2}');
INSERT INTO "tm_payload_metrics" VALUES (7, 1, 1, '{"n":22,"note":"what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. what everybody said of it. "}');
CREATE INDEX tm_transaction_at ON tm_transaction (at);
CREATE UNIQUE INDEX tm_adjustment_identity ON tm_adjustment (series_id, identity);
CREATE INDEX tm_erasure_subject ON tm_erasure (subject);
CREATE INDEX tm_alert_entity ON tm_alert (tenant_id, entity_id, rule, opened_at);
CREATE UNIQUE INDEX tm_alert_open ON tm_alert (tenant_id, entity_id, rule) WHERE resolved_at IS NULL;
CREATE INDEX tm_notification_due ON tm_notification (channel, alert_id) WHERE sent_at IS NULL;
CREATE INDEX tm_quarantine_tenant ON tm_quarantine (tenant, id) WHERE tenant IS NOT NULL;
CREATE INDEX tm_audit_tenants ON tm_audit (tenants, id);
CREATE INDEX tm_hold_tenant ON tm_hold (tenant);
CREATE INDEX "tm_by_day_captured_metrics" ON "tm_captured_metrics" (bucket, at);
CREATE INDEX "tm_by_time_captured_metrics" ON "tm_captured_metrics" (strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch'));
CREATE INDEX "tm_by_day_day_metrics" ON "tm_day_metrics" (bucket);
CREATE INDEX "tm_by_time_day_metrics" ON "tm_day_metrics" (strftime('%Y-%m-%dT00:00:00Z', bucket * 86400, 'unixepoch'));
CREATE INDEX "tm_by_day_week_metrics" ON "tm_week_metrics" (bucket);
CREATE INDEX "tm_by_time_week_metrics" ON "tm_week_metrics" (strftime('%Y-%m-%dT00:00:00Z', bucket * 86400, 'unixepoch'));
CREATE INDEX tm_entity_name ON tm_entity (name);
CREATE VIEW "tidemark_v1_metrics" AS 
    SELECT t.name AS tenant, e.name AS entity, 'captured' AS tier, strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 1000, 'unixepoch') AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + 1) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 1000, 'unixepoch') AS recorded_at,
      (SELECT d.value FROM tm_dimension d JOIN tm_series s ON s.id = d.series_id WHERE d.tenant_id = r.tenant_id AND s.name = 'metrics' AND d.field = 'channel' AND d.place = ((r.cell >> 0) & 1023)) AS "channel",
      r."budget_first" / 100.0 AS "budget_first",
      r."budget_last" / 100.0 AS "budget_last",
      r."budget_min" / 100.0 AS "budget_min",
      r."budget_max" / 100.0 AS "budget_max",
      round(CAST(r."budget_weighted" AS REAL) / nullif(r."budget_seconds" * 100, 0), 6) AS "budget_mean",
      r."hours_last" AS "hours_last",
      r."hours_increase" AS "hours_increase",
      r."status_last" AS "status_last",
      r."seats_first" AS "seats_first",
      r."seats_last" AS "seats_last",
      r."seats_min" AS "seats_min",
      r."seats_max" AS "seats_max",
      round(CAST(r."seats_weighted" AS REAL) / nullif(r."seats_seconds" * 1, 0), 4) AS "seats_mean",
      (SELECT CASE typeof(p.text) WHEN 'text' THEN p.text END FROM "tm_payload_metrics" p WHERE p.id = r."payload") AS "payload",
      r."payload_version" AS "payload_version"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = 'campaign'
      JOIN "tm_captured_metrics" r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id
    UNION ALL
    SELECT t.name AS tenant, e.name AS entity, 'day' AS tier, strftime('%Y-%m-%dT00:00:00Z', r.bucket * 86400, 'unixepoch') AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + r.days) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 1000, 'unixepoch') AS recorded_at,
      (SELECT d.value FROM tm_dimension d JOIN tm_series s ON s.id = d.series_id WHERE d.tenant_id = r.tenant_id AND s.name = 'metrics' AND d.field = 'channel' AND d.place = ((r.cell >> 0) & 1023)) AS "channel",
      r."budget_first" / 100.0 AS "budget_first",
      r."budget_last" / 100.0 AS "budget_last",
      r."budget_min" / 100.0 AS "budget_min",
      r."budget_max" / 100.0 AS "budget_max",
      round(CAST(r."budget_weighted" AS REAL) / nullif(r."budget_seconds" * 100, 0), 6) AS "budget_mean",
      r."hours_last" AS "hours_last",
      r."hours_increase" AS "hours_increase",
      r."status_last" AS "status_last",
      r."seats_first" AS "seats_first",
      r."seats_last" AS "seats_last",
      r."seats_min" AS "seats_min",
      r."seats_max" AS "seats_max",
      round(CAST(r."seats_weighted" AS REAL) / nullif(r."seats_seconds" * 1, 0), 4) AS "seats_mean",
      (SELECT CASE typeof(p.text) WHEN 'text' THEN p.text END FROM "tm_payload_metrics" p WHERE p.id = r."payload") AS "payload",
      r."payload_version" AS "payload_version"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = 'campaign'
      JOIN "tm_day_metrics" r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id
    UNION ALL
    SELECT t.name AS tenant, e.name AS entity, 'week' AS tier, strftime('%Y-%m-%dT00:00:00Z', r.bucket * 86400, 'unixepoch') AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + r.days) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 1000, 'unixepoch') AS recorded_at,
      (SELECT d.value FROM tm_dimension d JOIN tm_series s ON s.id = d.series_id WHERE d.tenant_id = r.tenant_id AND s.name = 'metrics' AND d.field = 'channel' AND d.place = ((r.cell >> 0) & 1023)) AS "channel",
      r."budget_first" / 100.0 AS "budget_first",
      r."budget_last" / 100.0 AS "budget_last",
      r."budget_min" / 100.0 AS "budget_min",
      r."budget_max" / 100.0 AS "budget_max",
      round(CAST(r."budget_weighted" AS REAL) / nullif(r."budget_seconds" * 100, 0), 6) AS "budget_mean",
      r."hours_last" AS "hours_last",
      r."hours_increase" AS "hours_increase",
      r."status_last" AS "status_last",
      r."seats_first" AS "seats_first",
      r."seats_last" AS "seats_last",
      r."seats_min" AS "seats_min",
      r."seats_max" AS "seats_max",
      round(CAST(r."seats_weighted" AS REAL) / nullif(r."seats_seconds" * 1, 0), 4) AS "seats_mean",
      (SELECT CASE typeof(p.text) WHEN 'text' THEN p.text END FROM "tm_payload_metrics" p WHERE p.id = r."payload") AS "payload",
      r."payload_version" AS "payload_version"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = 'campaign'
      JOIN "tm_week_metrics" r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id;
CREATE TRIGGER tm_audit_no_update BEFORE UPDATE ON tm_audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: no UPDATE'); END;
CREATE TRIGGER tm_audit_no_delete BEFORE DELETE ON tm_audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: no DELETE'); END;
CREATE TRIGGER tm_audit_no_replace BEFORE INSERT ON tm_audit WHEN NEW.id IN (SELECT id FROM tm_audit) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: no REPLACE'); END;
CREATE TRIGGER tm_audit_hold_place AFTER INSERT ON tm_hold BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.placed_at, NEW.placed_by, 'hold.place', 'hold ' || NEW.id, json_array(NEW.tenant), json_object('scope', iif(NEW.entity IS NULL, 'tenant', 'entity'))); END;
CREATE TRIGGER tm_audit_hold_lift AFTER UPDATE OF lifted_at ON tm_hold WHEN OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.lifted_at, ifnull(NEW.lifted_by, ''), 'hold.lift', 'hold ' || NEW.id, json_array(NEW.tenant), '{}'); END;
CREATE TRIGGER tm_audit_erase AFTER INSERT ON tm_erasure BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.at, NEW.by, 'erase', 'erasure ' || NEW.id, json_array(NEW.tenant), json_object('heldButOverridden', json(iif(NEW.override IS NULL, 'false', 'true')))); END;
CREATE TRIGGER tm_audit_token_create AFTER INSERT ON tm_token BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.created_at, NEW.created_by, 'token.create', 'token ' || NEW.id, NEW.tenants, json_object('name', NEW.name, 'role', NEW.role, 'expires', NEW.expires_at)); END;
CREATE TRIGGER tm_audit_token_revoke AFTER UPDATE OF revoked_at ON tm_token WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.revoked_at, ifnull(NEW.revoked_by, ''), 'token.revoke', 'token ' || NEW.id, NEW.tenants, json_object('name', NEW.name)); END;
CREATE TRIGGER tm_audit_migrate AFTER INSERT ON tm_migration BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (NEW.at, 'owner', 'migrate', 'version ' || NEW.version, NULL, json_object('steps', json(NEW.steps))); END;

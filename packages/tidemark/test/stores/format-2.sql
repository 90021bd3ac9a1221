CREATE TABLE tm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "tm_meta" VALUES ('clock', '1751457600000');
INSERT INTO "tm_meta" VALUES ('format', '2');
INSERT INTO "tm_meta" VALUES ('id', '88c8a227-4b04-4746-8b82-fcd1ad56a9ee');
INSERT INTO "tm_meta" VALUES ('program', 'tidemark 0.1.0');
CREATE TABLE tm_transaction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, command TEXT NOT NULL) STRICT;
INSERT INTO "tm_transaction" VALUES (1, 1751371200000, 'migrate');
INSERT INTO "tm_transaction" VALUES (2, 1751371200000, 'append');
INSERT INTO "tm_transaction" VALUES (3, 1751371200000, 'capture');
INSERT INTO "tm_transaction" VALUES (4, 1751371200000, 'roster');
INSERT INTO "tm_transaction" VALUES (5, 1751371200000, 'decide');
INSERT INTO "tm_transaction" VALUES (6, 1751457600000, 'append');
INSERT INTO "tm_transaction" VALUES (7, 1751457600000, 'capture');
INSERT INTO "tm_transaction" VALUES (8, 1751457600000, 'decide');
INSERT INTO "tm_transaction" VALUES (9, 1751457600000, 'collect');
INSERT INTO "tm_transaction" VALUES (10, 1751457600000, 'hold');
CREATE INDEX tm_transaction_at ON tm_transaction (at);
CREATE TABLE tm_migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, program TEXT NOT NULL, steps TEXT NOT NULL, series TEXT NOT NULL) STRICT;
INSERT INTO "tm_migration" VALUES (1, 1751371200000, 'tidemark 0.1.0', '["creates the store","creates the stream sales","creates the series spend","creates the series visits"]', '[{"name":"spend","of":{"name":"user","tenant":"app","zone":"UTC"},"grain":"day","stream":{"name":"sales","of":{"name":"user","tenant":"app","zone":"UTC"},"tenant":"app","entity":"user","id":"id","at":"at","day":"entityZone","fields":{"app":{"type":"text","optional":false},"user":{"type":"text","optional":false},"id":{"type":"text","optional":false},"at":{"type":"instant","optional":false,"offset":"dropped"},"amount":{"type":"integer","optional":false}}},"measures":{"orders":{"kind":"count","where":null,"unit":null},"amount":{"kind":"delta","value":{"op":"field","field":"amount"},"shape":{"type":"integer","scale":0},"where":null,"unit":null}},"dimensions":[],"checkpoints":[],"windows":{},"keep":{"tiers":[{"tier":"day","until":null}],"archive":false,"asOfDays":35}},{"name":"visits","of":{"name":"site","tenant":"app","zone":"UTC"},"grain":"day","collected":{"past":true,"dueAt":0,"frequency":null},"measures":{"hits":{"kind":"delta","value":null,"shape":{"type":"integer","scale":0},"where":null,"unit":null},"rate":{"kind":"gauge","shape":{"type":"decimal","scale":2},"across":"sum","unit":null}},"dimensions":[{"field":"channel","values":[],"most":2}],"payload":null,"keep":{"tiers":[{"tier":"captured","until":null}],"archive":false,"asOfDays":35},"checkpoints":[],"windows":{}}]');
CREATE TABLE tm_stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, definition TEXT NOT NULL, next_seq INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "tm_stream" VALUES (1, 'sales', '{"name":"sales","of":{"name":"user","tenant":"app","zone":"UTC"},"tenant":"app","entity":"user","id":"id","at":"at","day":"entityZone","fields":{"app":{"type":"text","optional":false},"user":{"type":"text","optional":false},"id":{"type":"text","optional":false},"at":{"type":"instant","optional":false,"offset":"dropped"},"amount":{"type":"integer","optional":false}}}', 4);
CREATE TABLE tm_series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, stream_id INTEGER REFERENCES tm_stream (id), version INTEGER NOT NULL, definition TEXT NOT NULL, tzdata TEXT NOT NULL, first_day INTEGER) STRICT;
INSERT INTO "tm_series" VALUES (1, 'spend', 1, 1, '{"name":"spend","of":{"name":"user","tenant":"app","zone":"UTC"},"grain":"day","stream":{"name":"sales","of":{"name":"user","tenant":"app","zone":"UTC"},"tenant":"app","entity":"user","id":"id","at":"at","day":"entityZone","fields":{"app":{"type":"text","optional":false},"user":{"type":"text","optional":false},"id":{"type":"text","optional":false},"at":{"type":"instant","optional":false,"offset":"dropped"},"amount":{"type":"integer","optional":false}}},"measures":{"orders":{"kind":"count","where":null,"unit":null},"amount":{"kind":"delta","value":{"op":"field","field":"amount"},"shape":{"type":"integer","scale":0},"where":null,"unit":null}},"dimensions":[],"checkpoints":[],"windows":{},"keep":{"tiers":[{"tier":"day","until":null}],"archive":false,"asOfDays":35}}', '2026c', NULL);
INSERT INTO "tm_series" VALUES (2, 'visits', NULL, 1, '{"name":"visits","of":{"name":"site","tenant":"app","zone":"UTC"},"grain":"day","collected":{"past":true,"dueAt":0,"frequency":null},"measures":{"hits":{"kind":"delta","value":null,"shape":{"type":"integer","scale":0},"where":null,"unit":null},"rate":{"kind":"gauge","shape":{"type":"decimal","scale":2},"across":"sum","unit":null}},"dimensions":[{"field":"channel","values":[],"most":2}],"payload":null,"keep":{"tiers":[{"tier":"captured","until":null}],"archive":false,"asOfDays":35},"checkpoints":[],"windows":{}}', '2026c', NULL);
CREATE TABLE tm_tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "tm_tenant" VALUES (1, 'a');
INSERT INTO "tm_tenant" VALUES (2, 'b');
CREATE TABLE tm_entity (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL REFERENCES tm_tenant (id), kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (tenant_id, kind, name)) STRICT;
INSERT INTO "tm_entity" VALUES (1, 1, 'user', 'u');
INSERT INTO "tm_entity" VALUES (2, 1, 'site', 'x');
INSERT INTO "tm_entity" VALUES (3, 2, 'site', 'y');
CREATE TABLE tm_zone (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, from_at INTEGER NOT NULL, zone TEXT NOT NULL, PRIMARY KEY (tenant_id, entity_id, from_at)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_enrolment (tenant_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tenant_id, stream_id, entity_id, transaction_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_enrolment" VALUES (1, 1, 1, 2, 20270);
CREATE TABLE tm_boundary (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, anchor INTEGER NOT NULL, captured INTEGER, day INTEGER, week INTEGER, month INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_capture (series_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (series_id, transaction_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_capture" VALUES (1, 3, 1751371200000);
INSERT INTO "tm_capture" VALUES (1, 7, 1751457600000);
INSERT INTO "tm_capture" VALUES (2, 9, 1751457600000);
CREATE TABLE tm_since (series_id INTEGER NOT NULL, measure TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (series_id, measure)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_archive (series_id INTEGER NOT NULL, period INTEGER NOT NULL, generation INTEGER NOT NULL, current INTEGER NOT NULL, file TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (series_id, period, generation)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_quarantine (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, stream TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE tm_adjustment (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, identity BLOB NOT NULL, content BLOB NOT NULL, id TEXT NOT NULL, measure TEXT NOT NULL, amount INTEGER NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day, identity)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tm_adjustment_identity ON tm_adjustment (series_id, identity);
CREATE TABLE tm_checkpoint (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, every INTEGER NOT NULL, count INTEGER NOT NULL, version INTEGER NOT NULL, transaction_id INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, every, count)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_attribute (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY (tenant_id, series_id, entity_id, name)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_rostered (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, decided_day INTEGER, low_days INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_rostered" VALUES (1, 2, 2, 4, 20271, 0);
INSERT INTO "tm_rostered" VALUES (2, 2, 3, 4, 20271, 0);
CREATE TABLE tm_frequency (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, cadence TEXT NOT NULL, status TEXT, activity INTEGER, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_frequency" VALUES (1, 2, 2, 20270, 1751371200000, 'day', NULL, NULL, 5);
INSERT INTO "tm_frequency" VALUES (2, 2, 3, 20270, 1751371200000, 'day', NULL, NULL, 5);
CREATE TABLE tm_failure (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, message TEXT NOT NULL, transaction_id INTEGER NOT NULL, resolved INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id, day, at)) STRICT, WITHOUT ROWID;
CREATE TABLE tm_dimension (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, field TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, field, place), UNIQUE (tenant_id, series_id, field, value)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_dimension" VALUES (1, 2, 'channel', 1, 'web');
INSERT INTO "tm_dimension" VALUES (1, 2, 'channel', 2, 'mail');
INSERT INTO "tm_dimension" VALUES (2, 2, 'channel', 1, 'fax');
CREATE TABLE tm_lease (name TEXT PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tm_job (job TEXT PRIMARY KEY, ran_at INTEGER, failures INTEGER NOT NULL, failed_at INTEGER, error TEXT, signal INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tm_signal (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE tm_hold (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, entity TEXT, reason TEXT NOT NULL, placed_by TEXT NOT NULL, placed_at INTEGER NOT NULL, lifted_by TEXT, lifted_at INTEGER, lifted_reason TEXT) STRICT;
INSERT INTO "tm_hold" VALUES (1, 'a', 'x', 'a claim', 'ann', 1751457600000, NULL, NULL, NULL);
CREATE TABLE tm_erasure (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, override TEXT, subject TEXT, entity_id INTEGER, kind TEXT, tenant TEXT, entity TEXT, rows TEXT NOT NULL, files TEXT NOT NULL, completed_at INTEGER) STRICT;
CREATE INDEX tm_erasure_subject ON tm_erasure (subject);
CREATE TABLE tm_alert (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, opened_at INTEGER NOT NULL, value TEXT NOT NULL, period TEXT NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, note TEXT, resolved_at INTEGER, resolved_value TEXT) STRICT;
CREATE INDEX tm_alert_entity ON tm_alert (tenant_id, entity_id, rule, opened_at);
CREATE UNIQUE INDEX tm_alert_open ON tm_alert (tenant_id, entity_id, rule) WHERE resolved_at IS NULL;
CREATE TABLE tm_notification (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, alert_id INTEGER NOT NULL, channel TEXT NOT NULL, attempts INTEGER NOT NULL, claimed_until INTEGER NOT NULL, retry_at INTEGER NOT NULL, sent_at INTEGER, error TEXT, PRIMARY KEY (tenant_id, entity_id, alert_id, channel)) STRICT, WITHOUT ROWID;
CREATE INDEX tm_notification_due ON tm_notification (channel, alert_id) WHERE sent_at IS NULL;
CREATE TABLE tm_silence (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, until INTEGER NOT NULL, silenced_by TEXT NOT NULL, note TEXT, at INTEGER NOT NULL, PRIMARY KEY (tenant_id, entity_id, rule)) STRICT, WITHOUT ROWID;
CREATE TABLE "tm_event_sales" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, transaction_id INTEGER NOT NULL, removed INTEGER, at INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, id TEXT NOT NULL, "f_amount" INTEGER, PRIMARY KEY (tenant_id, entity_id, day, seq)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_event_sales" VALUES (1, 1, 20270, 1, 2, NULL, 1751371200000, 0, 'e1', 10);
INSERT INTO "tm_event_sales" VALUES (1, 1, 20270, 2, 2, NULL, 1751371200000, 0, 'e2', 11);
INSERT INTO "tm_event_sales" VALUES (1, 1, 20271, 3, 6, NULL, 1751457600000, 0, 'e3', 10);
CREATE TABLE "tm_identity_sales" (identity BLOB PRIMARY KEY, content BLOB NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, retracted INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "tm_identity_sales" VALUES (X'0d6808f66fbfe86c36cd8680d6b41b74', X'bc7de2aaa4f5d1ce', 1, 1, 20270, 1, 0);
INSERT INTO "tm_identity_sales" VALUES (X'169fb446df44ee5ea56bac5ce3ff0f35', X'81ff698f915428c9', 1, 1, 20271, 3, 0);
INSERT INTO "tm_identity_sales" VALUES (X'cc0165f1e22d812d3bdce09f5fd6162d', X'07a05412d2660a01', 1, 1, 20270, 2, 0);
CREATE TABLE "tm_day_spend" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "orders_n" INTEGER, "amount_sum" INTEGER, "amount_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_day_spend" VALUES (1, 1, 20270, 0, 2, 1, 1, 2, 2, 21, 2);
INSERT INTO "tm_day_spend" VALUES (1, 1, 20271, 0, 6, 1, 1, 1, 1, 10, 1);
CREATE TABLE "tm_superseded_spend" (tier TEXT NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, days INTEGER NOT NULL, until INTEGER NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "orders_n" INTEGER, "amount_sum" INTEGER, "amount_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, tier, bucket, cell, transaction_id)) STRICT, WITHOUT ROWID;
CREATE TABLE "tm_lifetime_spend" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, count INTEGER NOT NULL, "orders_n" INTEGER, "amount_sum" INTEGER, "amount_n" INTEGER, PRIMARY KEY (tenant_id, entity_id)) STRICT, WITHOUT ROWID;
CREATE TABLE "tm_captured_visits" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, digest BLOB NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "hits_sum" INTEGER, "hits_n" INTEGER, "rate_first" INTEGER, "rate_last" INTEGER, "rate_min" INTEGER, "rate_max" INTEGER, "rate_weighted" INTEGER, "rate_seconds" INTEGER, "rate_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, bucket, at, cell)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_captured_visits" VALUES (1, 2, 20270, 0, 1751328000000, 86400, X'ba41fa8c3e4b84a22e346bb162308ceb', 9, 1, 1, 1, 9, 1, 25, 25, 25, 25, 2160000, 86400, 1);
INSERT INTO "tm_captured_visits" VALUES (1, 2, 20270, 1, 1751328000000, 86400, X'c54c9ebc5dc6e9191acc3518cade2ab0', 9, 1, 1, 1, 4, 1, NULL, NULL, NULL, NULL, NULL, 0, 0);
INSERT INTO "tm_captured_visits" VALUES (1, 2, 20270, 2, 1751328000000, 86400, X'b77021b25e5f26ddd045c479e396eca4', 9, 1, 1, 1, 4, 1, NULL, NULL, NULL, NULL, NULL, 0, 0);
INSERT INTO "tm_captured_visits" VALUES (2, 3, 20270, 0, 1751328000000, 86400, X'cdafdacc7c75ef43fefd280cb5e4986e', 9, 1, 1, 1, 9, 1, 25, 25, 25, 25, 2160000, 86400, 1);
INSERT INTO "tm_captured_visits" VALUES (2, 3, 20270, 1, 1751328000000, 86400, X'7ed2a3359376d4f66c2d2f2871fda9e8', 9, 1, 1, 1, 4, 1, NULL, NULL, NULL, NULL, NULL, 0, 0);
CREATE TABLE "tm_superseded_visits" (tier TEXT NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, days INTEGER NOT NULL, until INTEGER NOT NULL, transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL, "hits_sum" INTEGER, "hits_n" INTEGER, "rate_first" INTEGER, "rate_last" INTEGER, "rate_min" INTEGER, "rate_max" INTEGER, "rate_weighted" INTEGER, "rate_seconds" INTEGER, "rate_n" INTEGER, PRIMARY KEY (tenant_id, entity_id, tier, bucket, at, cell, transaction_id)) STRICT, WITHOUT ROWID;
CREATE TABLE "tm_latest_visits" (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, cell INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (tenant_id, entity_id, cell, place)) STRICT, WITHOUT ROWID;
INSERT INTO "tm_latest_visits" VALUES (1, 2, 0, 0, 1751328000000);
INSERT INTO "tm_latest_visits" VALUES (2, 3, 0, 0, 1751328000000);
CREATE INDEX "tm_by_day_captured_visits" ON "tm_captured_visits" (bucket, at);
CREATE INDEX "tm_by_time_captured_visits" ON "tm_captured_visits" (strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch'));
CREATE INDEX tm_entity_name ON tm_entity (name);
CREATE VIEW "tidemark_v1_spend" AS 
    SELECT t.name AS tenant, e.name AS entity, 'day' AS tier, strftime('%Y-%m-%dT00:00:00Z', r.bucket * 86400, 'unixepoch') AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + 1) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 1000, 'unixepoch') AS recorded_at,
      r."orders_n" AS "orders_sum",
      r."amount_sum" AS "amount_sum",
      r."amount_n" AS "amount_n",
      round(CAST(r."amount_sum" AS REAL) / nullif(r."amount_n" * 1, 0), 4) AS "amount_mean"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = 'user'
      JOIN "tm_day_spend" r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id;
CREATE VIEW "tidemark_v1_visits" AS 
    SELECT t.name AS tenant, e.name AS entity, 'captured' AS tier, strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 1000, 'unixepoch') AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + 1) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 1000, 'unixepoch') AS recorded_at,
      (SELECT d.value FROM tm_dimension d JOIN tm_series s ON s.id = d.series_id WHERE d.tenant_id = r.tenant_id AND s.name = 'visits' AND d.field = 'channel' AND d.place = ((r.cell >> 0) & 1023)) AS "channel",
      r."hits_sum" AS "hits_sum",
      r."hits_n" AS "hits_n",
      round(CAST(r."hits_sum" AS REAL) / nullif(r."hits_n" * 1, 0), 4) AS "hits_mean",
      r."rate_first" / 100.0 AS "rate_first",
      r."rate_last" / 100.0 AS "rate_last",
      r."rate_min" / 100.0 AS "rate_min",
      r."rate_max" / 100.0 AS "rate_max",
      round(CAST(r."rate_weighted" AS REAL) / nullif(r."rate_seconds" * 100, 0), 6) AS "rate_mean"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = 'site'
      JOIN "tm_captured_visits" r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id;

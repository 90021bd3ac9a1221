/** A defect put into a copy of the source: `find` stands exactly once in `file`. */
export interface Plant {
  readonly name: string
  /** Below `src`. */
  readonly file: string
  readonly find: string
  readonly replace: string
  /** What has to notice: the histories, unless they cannot come by it. */
  readonly caughtBy: 'histories' | 'moved source' | 'crash campaign' | 'damage campaign'
  /** Of the crash campaign, the commands that come by it: those with this in their name. Left out: all. */
  readonly commands?: string
}

/** The word that tells a planted line, so that none can stay in what is built. */
export const MARK = '/* PLANTED */'

/** Defects that a history layer must never have, each as small as it would be if somebody made it by mistake. */
export const PLANTS: readonly Plant[] = [
  {
    name: 'a mean of means',
    file: 'stores/sqlite/read.ts',
    find: "return column.merge === 'min' ? `min(${name})`",
    // The sum that makes sum / n the plain average of the rows' own averages.
    replace: `${MARK} if (column.part === 'sum') {
    const n = \`r.\${quoted(\`\${column.measure}_n\`)}\`
    return \`CAST(round(avg(\${name} * 1.0 / nullif(\${n}, 0)) * sum(\${n})) AS INTEGER)\`
  }
  return column.merge === 'min' ? \`min(\${name})\``,
    caughtBy: 'histories',
  },
  {
    name: 'days of UTC',
    file: 'stores/sqlite/append.ts',
    find: ': entity.calendar.dayOf(event.at)',
    replace: `: ${MARK} Math.floor(event.at / 86_400_000)`,
    caughtBy: 'histories',
  },
  {
    name: 'a duplicate that is accepted after retirement',
    file: 'stores/sqlite/append.ts',
    find: 'const known = identities.get(event.identity)\n',
    replace: `const found = identities.get(event.identity)
      const known = ${MARK} found !== undefined && found.day < firstOpenDay(stream, session.catalogue.byId(stream, found.tenantId, found.entityId)) ? undefined : found\n`,
    caughtBy: 'histories',
  },
  {
    name: 'as-of that reads superseded rows',
    file: 'stores/sqlite/read.ts',
    find: "belief: `AND r.tier = '${tier}' AND r.transaction_id <= :asOf AND r.until > :asOf`",
    replace: `belief: ${MARK} \`AND r.tier = '\${tier}' AND r.transaction_id <= :asOf\``,
    caughtBy: 'histories',
  },
  {
    name: 'an anchor that drifts',
    file: 'calendar/anchor.ts',
    find: 'return addMonths(anchor, k * months)',
    replace: `${MARK} let start = anchor
  for (let at = 0; at < k; at++) start = addMonths(start, months)
  for (let at = 0; at > k; at--) start = addMonths(start, -months)
  return start`,
    caughtBy: 'histories',
  },
  {
    name: 'a week that no month cuts',
    file: 'calendar/period.ts',
    find: "return tier === 'week' ? Math.min(mondayOf(day) + 7, periodEnd('month', day)) : periodEnd(tier, day)\n}",
    // The fragment after the first of the month goes with the week's beginning.
    replace: `${MARK} return periodEnd(tier, day)\n}`,
    caughtBy: 'histories',
  },
  {
    name: 'missing as zero',
    file: 'measures/delta.ts',
    find: "if (states[0] === null && windows === 0) return null\n    const sum",
    replace: `${MARK}\n    const sum`,
    caughtBy: 'histories',
  },
  {
    name: 'retiring without the high-water check',
    file: 'stores/sqlite/archive-step.ts',
    find: 'if (now.transaction !== commit.highWater.transaction || now.rows !== commit.highWater.rows || now.facts !== commit.highWater.facts) return false',
    replace: `${MARK} void now`,
    caughtBy: 'moved source',
  },
  {
    name: 'publishing twice',
    file: 'stores/sqlite/archive-step.ts',
    find: "session.sql('UPDATE tm_archive SET current = 0 WHERE series_id = ? AND period = ?').run(series.id, commit.period)",
    replace: MARK,
    caughtBy: 'histories',
  },
  {
    name: 'a late event that is lost in the archive',
    file: 'tiers/archive-period.ts',
    find: 'const source = await store.archiveSource(definition.name, period, horizon)\n',
    // What the file has a row for already is taken for known, and retired with the rest.
    replace: `const read = await store.archiveSource(definition.name, period, horizon)
    const filed = ${MARK} new Set(base.ok ? base.rows.map((row) => \`\${row.tenant} \${row.entity} \${row.from} \${row.cell}\`) : [])
    const source = { ...read, rows: read.rows.filter((row, at) => at === 0 || !filed.has(\`\${row.tenant} \${row.entity} \${row.from} \${row.cell}\`)) }\n`,
    caughtBy: 'histories',
  },
]

/** What a crash would turn into a loss: for the campaign, which must notice. */
export const CRASH_PLANTS: readonly Plant[] = [
  {
    name: 'acknowledging before the commit',
    file: 'stores/sqlite/session.ts',
    find: "this.connection.exec('COMMIT')\n        this.reach(`${command}.after-commit`)",
    replace: `${MARK} this.reach(\`\${command}.after-commit\`)\n        this.connection.exec('COMMIT')`,
    caughtBy: 'crash campaign',
  },
  {
    name: 'deleting the source in a transaction of its own, before the proof',
    file: 'stores/sqlite/rollup.ts',
    find: "session.reach('rollup.after-rows')\n  prove(session, series, entity, step)",
    replace: `${MARK} session.sql(\`DELETE FROM \${rowTable(series.definition.name, step.source)} WHERE tenant_id = ? AND entity_id = ? AND bucket < ?\`).run(entity.tenantId, entity.id, step.boundary)
  session.connection.exec('COMMIT')
  session.connection.exec('BEGIN IMMEDIATE')
  session.reach('rollup.after-rows')`,
    caughtBy: 'crash campaign',
  },
  {
    name: 'a capture that writes its rows outside its transaction',
    file: 'stores/sqlite/write-captured.ts',
    find: "session.reach('collect.after-rows')",
    replace: `${MARK} if (session.connection.inTransaction) session.connection.exec('COMMIT')
    session.connection.exec('BEGIN IMMEDIATE')
    session.reach('collect.after-rows')`,
    caughtBy: 'crash campaign', commands: 'collect',
  },
  {
    name: 'a failure that becomes a value',
    file: 'capture/collect.ts',
    find: "if (read === undefined || 'fault' in read) this.#fail(entity, window, read?.fault ?? 'the collector gave nothing for it')",
    replace: `if (read === undefined || 'fault' in read) this.#windows.push({ ...window, entity: entity.id, cells: [{ group: null, samples: ${MARK} [0, 0] }], payload: null })`,
    caughtBy: 'crash campaign', commands: 'collect',
  },
  {
    name: 'a hold that is looked at only while a run is planned',
    file: 'stores/sqlite/rollup.ts',
    find: 'const moving = step.entities.filter((id) => !still.has(id))',
    replace: `const moving = ${MARK} step.entities.filter(() => still !== null)`,
    caughtBy: 'crash campaign', commands: 'hold',
  },
  {
    name: 'the payload of the first window of a row instead of the last',
    file: 'measures/layout.ts',
    find: "part: 'text', merge: 'last'",
    replace: `part: 'text', merge: ${MARK} 'first'`,
    caughtBy: 'crash campaign', commands: 'collect',
  },
  {
    name: 'an erasure that forgets the payloads',
    file: 'stores/sqlite/erasure.ts',
    find: "IN ('tenant_id', 'entity_id')) = 2 ORDER BY l.name",
    replace: `IN ('tenant_id', 'entity_id')) = 2 AND l.name NOT GLOB 'tm_payload*' ${MARK} ORDER BY l.name`,
    caughtBy: 'crash campaign', commands: 'erase',
  },
]

/** What would believe a damaged file. */
export const DAMAGE_PLANTS: readonly Plant[] = [
  {
    name: 'a file that is read without being hashed',
    file: 'archive/load.ts',
    find: 'if (found !== file.sha256) return damaged(',
    replace: `${MARK} if (found === '') return damaged(`,
    caughtBy: 'damage campaign',
  },
  {
    name: 'a damaged file that is taken for an empty one, and built upon',
    file: 'tiers/archive-period.ts',
    find: ': await place.reader.read(current, layout.columns)\n',
    replace: `: ${MARK} await place.reader.read(current, layout.columns).then((read) => (read.ok ? read : { ok: true as const, rows: [] }))\n`,
    caughtBy: 'damage campaign',
  },
]

/** Defects of collected series, holds and erasure, for the histories to notice. */
export const COLLECTED_PLANTS: readonly Plant[] = [
  {
    name: 'a mean that does not weigh the length of windows',
    file: 'measures/gauge.ts',
    find: 'return [value, value, value, value, timesInt64(value, seconds), seconds, 1]',
    replace: `${MARK} void seconds
    return [value, value, value, value, value, 1, 1]`,
    caughtBy: 'histories',
  },
  {
    name: 'a counter that begins at 0',
    file: 'measures/counter.ts',
    find: 'if (before === null) return null\n',
    replace: `if (before === null) return ${MARK} value\n`,
    caughtBy: 'histories',
  },
  {
    name: 'a reset that is taken for a correction',
    file: 'measures/counter.ts',
    find: "return resets === 'detect' && value < before ? value :",
    replace: `${MARK} void resets
  return`,
    caughtBy: 'histories',
  },
  {
    name: 'a failure that is told as present',
    file: 'query/collected/entity-sheet.ts',
    find: 'counts.failed++',
    replace: `${MARK} counts.present++`,
    caughtBy: 'histories',
  },
  {
    name: 'a frequency that flaps',
    file: 'capture/decide-frequency.ts',
    find: 'return lowDays >= DOWN_AFTER_DAYS ?',
    replace: `void DOWN_AFTER_DAYS
  return ${MARK} lowDays >= 1 ?`,
    caughtBy: 'histories',
  },
  {
    name: 'a total whose last is that of the last entity',
    file: 'measures/level.ts',
    find: "else if (across === 'sum') level = addInt64(level, value)",
    replace: `${MARK} else if (across === 'sum') level = value`,
    caughtBy: 'histories',
  },
  {
    name: 'a rolled-up row that keeps its first payload',
    file: 'measures/layout.ts',
    find: "part: 'text', merge: 'last', holds: 'text' })",
    replace: `part: 'text', merge: ${MARK} 'first', holds: 'text' })`,
    caughtBy: 'histories',
  },
  {
    name: 'a hold on a tenant that does not cover its entities from erasure',
    file: 'stores/sqlite/holds.ts',
    find: 'AND tenant = ? AND (entity IS NULL OR entity = ?) ORDER BY id`).all(tenant, entity)',
    replace: `AND tenant = ? AND entity = ? ORDER BY id\`).all(tenant, entity) ${MARK}`,
    caughtBy: 'histories',
  },
  {
    name: 'an entity that the application has deleted, and a capture still counts',
    file: 'stores/sqlite/capture.ts',
    find: "WHERE ${notErased(session, 'en.entity_id')} en.stream_id",
    replace: `WHERE ${MARK} en.stream_id`,
    caughtBy: 'histories',
  },
]

/** Where something lies otherwise than it used to, and one of its readers or writers does not know. */
export const PLACED_PLANTS: readonly Plant[] = [
  {
    name: 'an identity that has not settled, and is not looked for',
    file: 'stores/sqlite/identities.ts',
    find: 'for (const text of [own, unsettled]) {',
    replace: `for (const text of ${MARK} unsettled === '' ? [unsettled] : [own]) {`,
    caughtBy: 'histories',
  },
  {
    name: 'a restatement that leaves the packed row of its window',
    file: 'stores/sqlite/write-captured.ts',
    find: 'giveBackAround(this.#session, this.#series, entity, { bucket: day, at })\n',
    replace: `if (${MARK} all === null) giveBackAround(this.#session, this.#series, entity, { bucket: day, at })\n`,
    caughtBy: 'histories',
  },
  {
    name: 'a block that is taken for the one that was opened last',
    file: 'stores/sqlite/packed-payloads.ts',
    find: 'if (last !== undefined && sameBytes(last.digest, found.digest)) return last.text(id)',
    replace: `if (last !== undefined && ${MARK} sameBytes(last.digest, last.digest)) return last.text(id)`,
    caughtBy: 'histories',
  },
]

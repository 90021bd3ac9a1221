import type { QueryAnswer, QueryRow } from '../../src/query/answer.ts'
import type { QueryRequest, Selection } from '../../src/query/request.ts'
import { DAY_MS, type Span, textOfDay } from './civil.ts'
import { type CollectedAccount, type Expected, expectedOf, placeOfDay, readDays, readWindow } from './collected-account.ts'
import { CollectedAnswer, collectedCell, type CollectedCell, refusedAcross } from './collected-answer.ts'
import { CollectedSeries } from './collected-series.ts'
import { byCodeUnits, keyText } from './entity-key.ts'
import type { ZoneHistory } from './local-day.ts'
import { comparedWith, periodsOf } from './period.ts'
import { asOfText, groupsOf, rangeOf, subjectsOf } from './question.ts'
import { refusal } from './refusal.ts'
import type { Registry } from './registry.ts'
import { upgraded } from './source-table.ts'
import type { EntityKey, StateAt } from './subject.ts'

/** Every entity the question is about, in order, with all that its answers follow from. */
function accountsOf(series: CollectedSeries, registry: Registry, request: Selection, now: number): readonly CollectedAccount[] {
  const { keep } = series.definition
  const asked = request.asOf === undefined ? now : new Date(request.asOf).getTime()
  if (asked < now - keep.asOfDays * DAY_MS) throw refusal('AS_OF_BEYOND_HORIZON')
  const clockMs = Math.min(asked, now)
  const named = request.entity === undefined ? null : [request.entity].flat()
  const enrolled = [...series.entities.values()].filter((entity) => CollectedSeries.decisionsAt(entity, clockMs).length > 0)
  const keys = new Map<string, EntityKey>()
  for (const entity of enrolled) {
    if (request.tenant !== undefined && entity.tenant !== request.tenant) continue
    if (named === null || named.includes(entity.entity)) keys.set(keyText(entity), entity)
  }
  for (const entity of named ?? []) {
    if (request.tenant !== undefined) keys.set(keyText({ tenant: request.tenant, entity }), { tenant: request.tenant, entity })
  }
  return [...keys.values()]
    .sort((left, right) => byCodeUnits(left.tenant, right.tenant) || byCodeUnits(left.entity, right.entity))
    .map((key) => accountOf(series, registry, key, clockMs))
}

function accountOf(series: CollectedSeries, registry: Registry, { tenant, entity }: EntityKey, clockMs: number): CollectedAccount {
  const { definition } = series
  const known = series.entities.get(keyText({ tenant, entity }))
  const days = series.daysOf({ tenant, entity })
  const decisions = known === undefined ? [] : CollectedSeries.decisionsAt(known, clockMs)
  const boundaries = known?.boundaries ?? new Map()
  const windows = [...(known?.windows.values() ?? [])].flatMap(({ fromMs, toMs, day, versions }) => {
    const version = versions.findLast(({ instantMs }) => instantMs <= clockMs)
    return version === undefined ? [] : [{ fromMs, toMs, day, version, place: placeOfDay(day, definition.keep.tiers, boundaries) }]
  }).sort((left, right) => left.fromMs - right.fromMs)
  return {
    tenant, entity, days, decisions, boundaries, windows, clockMs, erased: registry.isErased(definition.of.name, { tenant, entity }),
    enrolment: decisions[0]?.day ?? null, today: days.dayAt(clockMs), past: definition.collected.past, tiers: definition.keep.tiers,
    failures: new Set([...(known?.failures ?? [])].filter(([, instantMs]) => instantMs <= clockMs).map(([window]) => window)),
  }
}

export function askCollected(series: CollectedSeries, registry: Registry, request: QueryRequest, now: number): QueryAnswer {
  const { definition, since } = series
  const grain = request.grain ?? 'day'
  const total = request.total === true
  if (grain === 'captured' && total) throw refusal('GRAIN_NOT_ACROSS')
  if (total && refusedAcross(definition, request.select) !== null) throw refusal('ANSWER_NOT_ACROSS')
  const accounts = accountsOf(series, registry, request, now)
  const range = rangeOf(accounts, request, grain)
  const listed = request.from !== undefined && request.to !== undefined
  const rows: QueryRow[] = []
  // Words of free text are nobody's declaration: a group by them is told only where it was met.
  const metOnly = definition.dimensions.some(({ field, most }) => most !== undefined && request.by?.includes(field) === true && request.where?.[field] === undefined)
  if (Object.entries(request.where ?? {}).some(([field, value]) => series.mayBeOther(request.tenant, field, value))) throw refusal('DIMENSION_VALUE_UNKNOWN')
  const knownOf = (tenant: string) => ({ dimensions: definition.dimensions.map(({ field, values, most }) => ({ field, values: most === undefined ? values : series.wordsOf(tenant, field) })) })
  for (const { head, members } of subjectsOf(accounts, total)) {
    for (const group of groupsOf(knownOf(head.tenant), request)) {
      const cells = members.map((account) => collectedCell(account, definition, group))
      const found: QueryRow[] = []
      let met = false
      const add = (period: string, answer: CollectedAnswer, compared: Record<string, unknown>): void => {
        if (answer.met) met = true
        if (!listed && !answer.touched) return
        found.push({
          ...head, group: Object.keys(group).length === 0 ? null : group, period, ...answer.values(request.select, ''), ...compared,
          ...answer.coverage(request.select),
        } as unknown as QueryRow)
      }
      if (range === null) continue
      if (grain === 'captured') {
        const [cell] = cells as [CollectedCell]
        for (const expected of expectedOf(cell.account, range)) {
          const reading = { cell, reading: readWindow(cell.account, expected) }
          add(localText(cell.account.days, expected), new CollectedAnswer(definition, since, false, [reading]), {})
        }
        if (met || !metOnly) rows.push(...found)
        continue
      }
      const answerOn = (span: Span): CollectedAnswer =>
        new CollectedAnswer(definition, since, total, cells.map((cell) => ({ cell, reading: readDays(cell.account, span) })))
      for (const period of periodsOf(grain, range)) {
        const compared: Record<string, unknown> = {}
        for (const comparison of request.compare ?? []) {
          const other = comparedWith(grain, period, comparison)
          const beside = other === null ? null : answerOn(other)
          Object.assign(compared, beside === null
            ? Object.fromEntries(request.select.map((key) => [`${key}@${comparison}`, null]))
            : beside.values(request.select, `@${comparison}`))
          compared[`coverage@${comparison}`] = beside === null ? null : beside.coverage(request.select)['coverage']
        }
        add(textOfDay(period.from), answerOn({ from: Math.max(period.from, range.from), to: Math.min(period.to, range.to) }), compared)
      }
      if (met || !metOnly) rows.push(...found)
    }
  }
  return { series: definition.name, grain, asOf: asOfText(request), rows }
}

/** The start of a window, or of a day without one, as local time with offset. */
function localText(days: ZoneHistory, { day, stretch }: Expected): string {
  const atMs = stretch?.fromMs ?? days.boundsOf(day).fromMs
  const minutes = days.offsetAt(atMs) / 60_000
  const size = Math.abs(minutes)
  const pair = (number: number): string => String(number).padStart(2, '0')
  const local = new Date(atMs + minutes * 60_000).toISOString().slice(0, 19)
  return `${local}${minutes < 0 ? '-' : '+'}${pair(Math.floor(size / 60))}:${pair(size % 60)}`
}

/** The answer that stands for a measure by itself. */
const STANDING: Readonly<Record<string, string>> = {
  gauge: 'last', counter: 'last', state: 'last', ratio: 'value', count: 'sum', delta: 'sum', sampledFlag: 'any', histogram: 'n', distinct: 'estimate',
}

/** The latest captured window that begins at or before an instant, or the rolled-up row whose first day does. */
export function stateAt(series: CollectedSeries, registry: Registry, entity: EntityKey, instantMs: number, now: number): StateAt | null {
  const { definition } = series
  const account = accountOf(series, registry, entity, now)
  const day = account.days.dayAt(instantMs)
  const found = account.windows.findLast(({ fromMs, place: { tier, row } }) => (tier === 'captured' ? fromMs <= instantMs : row.from <= day))
  if (found === undefined) return null
  const { place: { tier, row } } = found
  const present = tier === 'captured' ? [found] : account.windows.filter((window) => window.day >= row.from && window.day < row.to)
  const cell = collectedCell(account, definition, {})
  const answer = new CollectedAnswer(definition, series.since, false, [{ cell, reading: { expected: 0, present, reasons: {}, cut: [], widened: null } }])
  const values = Object.entries(definition.measures).map(([name, { kind }]) => [name, Object.values(answer.values([`${name}.${STANDING[kind]}`], ''))[0] ?? null] as const)
  const last = present.findLast(({ version }) => version.payload !== null)?.version
  const startOf = (first: number): number => account.days.boundsOf(first).fromMs
  return {
    at: tier === 'captured' ? new Date(found.fromMs).toISOString() : null,
    from: new Date(tier === 'captured' ? found.fromMs : startOf(row.from)).toISOString(),
    to: new Date(tier === 'captured' ? found.toMs : startOf(row.to)).toISOString(),
    values: Object.fromEntries(values),
    payload: last === undefined ? null : upgraded(last.payload, last.payloadVersion, definition.payload?.version ?? last.payloadVersion),
  }
}

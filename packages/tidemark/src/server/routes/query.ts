import { z } from 'zod'
import type { Gate } from '../../access/gate.ts'
import { parseDay } from '../../calendar/civil.ts'

import type { SeriesDefinition } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import type { Coverage } from '../../query/answer.ts'
import type { Grain, QueryRequest } from '../../query/request.ts'
import { columnsOf, dimensionsOf } from '../columns.ts'
import type { Limits } from '../limits.ts'
import { route } from '../route.ts'
import { pageOf, tooManyRows } from '../rows-page.ts'
import { comparison, formatted, grain, next, paging, queryRow, selection, seriesPath, splitted } from '../schemas.ts'
import { given, selectionOf } from '../selection.ts'

export const query = route({
  id: 'query', method: 'GET', url: '/v1/series/{series}/query', tag: 'questions', summary: 'Answers by calendar periods, with the coverage of each row.',
  description: 'A row for each period, entity and group, ordered by tenant, entity, group and period.',
  action: 'summary', path: seriesPath, body: null, tables: true, cached: tagsOf,
  query: z.strictObject({
    ...selection, grain: grain.describe('Default day.').optional(), total: z.boolean().describe('Merge the entities of each tenant into one row.').optional(),
    compare: z.array(comparison).max(2).describe('Adds MEASURE.ANSWER@previous, @year.').optional(), ...formatted, ...paging,
  }),
  answer: z.object({ series: z.string(), grain, asOf: z.string().nullable(), rows: z.array(queryRow), next }).meta({ id: 'QueryAnswer' }),
  async handle({ gate, path: { series }, query: { grain, total, compare, format, after, limit, ...words }, question, limits }) {
    const request: QueryRequest = {
      ...selectionOf(words), ...given({ grain }), ...(total === true ? { total } : {}), ...(compare === undefined ? {} : { compare }),
    }
    await refuseTooLarge(gate, series, request, limits)
    if (format === 'csv' || format === 'parquet') {
      const { rows, grain } = await gate.export(series, request, format)
      if (rows.length > limits.answerRows) throw tooManyRows(rows.length, limits)
      const definition = declaredSeries(gate, series)
      const dimensions = dimensionsOf(definition, splitted(words.by), request.where ?? {})
      return { kind: 'table', format, name: `${series}-${grain}`, rows, columns: columnsOf(definition, ['tenant', 'entity', 'period'], { select: request.select, compare: compare ?? [], dimensions }) }
    }
    const answer = await gate.ask(series, request)
    const page = pageOf(answer.rows, { after, limit }, question, limits)
    const { asOf } = answer
    return {
      kind: 'document', document: { series, grain: answer.grain, asOf, rows: page.rows, next: page.next }, next: page.next,
      closed: words.from !== undefined && words.to !== undefined && answer.rows.every(isClosed),
    }
  },
})

/** The declaration behind a name that a question was answered for. Throws SERIES_UNKNOWN. */
export function declaredSeries(gate: Gate, name: string): SeriesDefinition {
  const all = gate.series()
  const found = all.find((one) => one.name === name)
  if (found !== undefined) return found
  throw new TidemarkError('SERIES_UNKNOWN', `there is no series ${JSON.stringify(name)}`, { where: 'series', hint: nearest(name, all.map((one) => one.name)) })
}

/** What a question's answer is about. */
export function tagsOf({ series }: Readonly<Record<string, string>>, { tenant, entity }: Readonly<Record<string, unknown>>): readonly string[] {
  return [`series:${series}`, ...(typeof tenant === 'string' ? [`tenant:${tenant}`] : []), ...(Array.isArray(entity) ? entity.map((one) => `entity:${String(one)}`) : [])]
}

/** Nothing of the row can change by time going on: no window of it is still to come. */
export function isClosed({ coverage }: { readonly coverage: Coverage | null }): boolean {
  return coverage !== null && coverage.reasons.open === undefined && Object.values(coverage.measures ?? {}).every(({ reasons }) => reasons.open === undefined)
}

const PAGE = 1_000

/** The fewest days of a period; a captured window may be an hour. */
const DAYS: Readonly<Record<Grain, number>> = { captured: 1 / 25, day: 1, week: 7, month: 28, quarter: 90, year: 365, range: Infinity }

/** Before anything is read: the rows that the question must have, from its range and the number of its entities. */
async function refuseTooLarge(gate: Gate, series: string, request: QueryRequest, limits: Limits): Promise<void> {
  const [from, to] = [parseDay(request.from ?? ''), parseDay(request.to ?? '')]
  if (from === null || to === null || request.total === true || to <= from) return
  const periods = Math.max(1, Math.floor((to - from) / DAYS[request.grain ?? 'day']) - 1)
  if (periods > limits.answerRows) throw tooManyRows(periods, limits)
  const asked = request.entity === undefined ? null : typeof request.entity === 'string' ? 1 : request.entity.length
  const most = Math.floor(limits.answerRows / periods)
  if (asked !== null) {
    if (asked > most) throw tooManyRows(asked * periods, limits)
    return
  }
  // Small answers are not worth the count.
  if (most > 10_000 || !gate.may('read')) return
  const whose = given({ tenant: request.tenant, allTenants: request.allTenants })
  let entities = 0
  for (let page = await gate.entities(series, { ...whose, limit: PAGE }); ; page = await gate.entities(series, { ...whose, limit: PAGE, after: page.next })) {
    entities += page.rows.length
    if (entities > most) throw tooManyRows(entities * periods, limits)
    if (page.next === null) return
  }
}


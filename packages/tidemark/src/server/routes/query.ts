import { z } from 'zod'
import type { Gate } from '../../access/gate.ts'
import type { SeriesDefinition } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { staysSame } from '../../query/closed.ts'
import type { QueryRequest } from '../../query/request.ts'
import { columnsOf, dimensionsOf } from '../columns.ts'
import { namesTold } from '../entity-names.ts'
import { mendable } from '../mending.ts'
import { route } from '../route.ts'
import { pageOf } from '../rows-page.ts'
import { comparison, formatted, grain, names, next, paging, queryRow, selection, seriesPath, splitted } from '../schemas.ts'
import { aboutDays, given, selectionOf } from '../selection.ts'
import { spanOf } from '../span.ts'

export const query = route({
  id: 'query', method: 'GET', url: '/v1/series/{series}/query', tag: 'questions', summary: 'Answers by calendar periods, with the coverage of each row.',
  description: 'A row for each period, entity and group, ordered by tenant, entity, group and period.',
  action: 'summary', path: seriesPath, body: null, tables: ['csv', 'parquet'], cached: aboutDays, mended: mendable, span: spanOf,
  query: z.strictObject({
    ...selection, grain: grain.describe('Default day.').optional(), total: z.boolean().describe('Merge the entities of each tenant into one row.').optional(),
    compare: z.array(comparison).max(2).describe('Adds MEASURE.ANSWER@previous, @year.').optional(), ...formatted, ...paging,
  }),
  answer: z.object({ series: z.string(), grain, asOf: z.string().nullable(), rows: z.array(queryRow), names, next }).meta({ id: 'QueryAnswer' }),
  async handle({ gate, path: { series }, query: { grain, total, compare, format, after, limit, ...words }, question, limits }) {
    const request: QueryRequest = {
      ...selectionOf(words), ...given({ grain }), ...(total === true ? { total } : {}), ...(compare === undefined ? {} : { compare }),
    }
    const options = { mostRows: limits.answerRows }
    if (format === 'csv' || format === 'parquet') {
      const { rows, grain } = await gate.export(series, request, format, options)
      const definition = declaredSeries(gate, series)
      const dimensions = dimensionsOf(definition, splitted(words.by), request.where ?? {})
      const names = total !== true && gate.mayName(series) ? await gate.names(series, rows) : null
      return { kind: 'table', format, name: `${series}-${grain}`, rows, columns: columnsOf(definition, ['tenant', 'entity', 'period'], { select: request.select, compare: compare ?? [], dimensions, names }) }
    }
    const answer = await gate.ask(series, request, options)
    const page = pageOf(answer.rows, { after, limit }, question, limits)
    const { asOf } = answer
    return {
      kind: 'document', document: { series, grain: answer.grain, asOf, rows: page.rows, ...await namesTold(gate, series, page.rows), next: page.next }, next: page.next,
      closed: staysSame(words, answer.rows),
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

import { z } from 'zod'
import { staysSame } from '../../query/closed.ts'
import { columnsOf, dimensionsOf } from '../columns.ts'
import { namesTold } from '../entity-names.ts'
import { route } from '../route.ts'
import { pageOf } from '../rows-page.ts'
import { day, formatted, names, next, paging, selection, seriesPath, splitted, windowRow } from '../schemas.ts'
import { aboutSeries, given, selectionOf } from '../selection.ts'
import { spanOf } from '../span.ts'
import { declaredSeries } from './query.ts'

export const windows = route({
  id: 'queryWindows', method: 'GET', url: '/v1/series/{series}/windows', tag: 'questions', summary: "Answers by windows that start on each entity's own day.",
  action: 'read', path: seriesPath, body: null, tables: ['csv', 'parquet'], cached: aboutSeries, span: spanOf,
  query: z.strictObject({
    ...selection, window: z.string().max(200).describe('A declared window; may be left out when there is one.').optional(),
    anchor: day('That all windows are anchored at, in place of a declared anchor').optional(), months: z.number().int().min(1).max(1200).describe('With an anchor.').optional(),
    ...formatted, ...paging,
  }),
  answer: z.object({ series: z.string(), window: z.string().nullable(), asOf: z.string().nullable(), rows: z.array(windowRow), names, next }).meta({ id: 'WindowAnswer' }),
  async handle({ gate, path: { series }, query: { window, anchor, months, format, after, limit, ...words }, question, limits }) {
    const request = { ...selectionOf(words), ...given({ window, anchor, months }) }
    if (format === 'csv' || format === 'parquet') {
      const { rows } = await gate.exportWindows(series, request, format, { mostRows: limits.answerRows })
      const definition = declaredSeries(gate, series)
      const dimensions = dimensionsOf(definition, splitted(words.by), request.where ?? {})
      const names = gate.mayName(series) ? await gate.names(series, rows) : null
      return { kind: 'table', format, name: `${series}-windows`, rows, columns: columnsOf(definition, ['tenant', 'entity', 'from', 'to'], { select: request.select, dimensions, names }) }
    }
    const answer = await gate.askWindows(series, request)
    const page = pageOf(answer.rows, { after, limit }, question, limits)
    return {
      kind: 'document', document: { series, window: answer.window, asOf: answer.asOf, rows: page.rows, ...await namesTold(gate, series, page.rows), next: page.next }, next: page.next,
      closed: staysSame(words, answer.rows),
    }
  },
})

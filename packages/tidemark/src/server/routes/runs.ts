import { z } from 'zod'
import { readCursor, writeCursor } from '../cursor.ts'
import { route } from '../route.ts'
import { next, paging } from '../schemas.ts'
import { given } from '../selection.ts'

const MOST = 1_000

export const runs = route({
  id: 'listRuns', method: 'GET', url: '/v1/runs', tag: 'operation', summary: 'Captures, backfills, rollups and archivings, latest first.', action: 'read',
  path: null, body: null, cached: (gate, _path, { series }) => gate.about(typeof series === 'string' ? [series] : null),
  query: z.strictObject({ series: z.string().min(1).max(4096).describe('Of this series alone.').optional(), after: paging.after, limit: z.number().int().min(1).max(MOST).describe('Default 100.').optional() }),
  answer: z.object({
    runs: z.array(z.object({
      kind: z.enum(['capture', 'recompute', 'rollup', 'archive']), at: z.string(), series: z.string(), transactions: z.number().int(),
      rows: z.number().int().describe('Windows captured or restated, entities whose days were closed, rows rolled up or archived.'), failed: z.number().int().describe('Windows that could not be captured.'),
    })),
    next,
  }).meta({ id: 'Runs' }),
  async handle({ gate, query: { series, after, limit }, question }) {
    const [at, last] = after === undefined ? [] : readCursor(after, question)
    const page = await gate.runs({ ...given({ series, limit }), ...(typeof at === 'number' && typeof last === 'number' ? { after: { at, last } } : {}) })
    const goesOn = page.next === null ? null : writeCursor([page.next.at, page.next.last], question)
    return { kind: 'document', document: { runs: page.rows, next: goesOn }, next: goesOn }
  },
})

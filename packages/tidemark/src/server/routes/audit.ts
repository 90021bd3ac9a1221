import { z } from 'zod'
import { MOST_ENTRIES } from '../../stores/contract/access.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { route } from '../route.ts'
import { next } from '../schemas.ts'

export const audit = route({
  id: 'listAudit', method: 'GET', url: '/v1/audit', tag: 'access', summary: 'Exports, deletions, changes of policy and of tokens, oldest first.', action: 'administer',
  path: null, body: null,
  query: z.strictObject({ after: z.string().max(8192).describe('Where the last page ended: its `next`.').optional(), limit: z.number().int().min(1).max(MOST_ENTRIES).describe('Default 100.').optional() }),
  answer: z.object({ entries: z.array(z.looseObject({ id: z.number().int(), at: z.string(), actor: z.string(), action: z.string() })), next }).meta({ id: 'Audit' }),
  async handle({ gate, query: { after, limit: asked }, question }) {
    const limit = asked ?? 100
    const [last] = after === undefined ? [] : readCursor(after, question)
    const found = await gate.audit.list({ limit, ...(typeof last === 'number' ? { after: last } : {}) })
    const goesOn = found.length < limit ? null : writeCursor([found.at(-1)?.id ?? 0], question)
    return { kind: 'document', document: { entries: found, next: goesOn }, next: goesOn }
  },
})

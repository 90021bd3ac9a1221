import { z } from 'zod'
import { TidemarkError } from '../../errors.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { route } from '../route.ts'
import { next, ofTenant, paging, selection, seriesPath } from '../schemas.ts'
import { given } from '../selection.ts'

const MOST = 1_000

export const entities = route({
  id: 'listEntities', method: 'GET', url: '/v1/series/{series}/entities', tag: 'entities', summary: 'The entities of a series, by tenant and name.', action: 'read',
  path: seriesPath, body: null,
  // Their names are those of any roster.
  cached: (gate, _path, { tenant }) => gate.about(null, { tenant: tenant as string | undefined }),
  query: z.strictObject({
    ...ofTenant, after: paging.after, limit: z.number().int().min(1).max(MOST).describe('Default 100.').optional(), entity: selection.entity,
    q: z.string().max(4096).describe('How their names, or their display names in any case, begin.').optional(),
    search: z.string().max(4096).describe('What their names or display names have in them, in any case.').optional(),
  }),
  answer: z.object({ entities: z.array(z.object({ tenant: z.string(), entity: z.string(), name: z.string().nullable().describe('How people call it, where a roster says so.'), zone: z.string(), enrolled: z.string().describe('The first local day.') })), next }).meta({ id: 'Entities' }),
  async handle({ gate, path: { series }, query: { tenant, allTenants, entity, q, search, after, limit }, question }) {
    if (entity !== undefined && (q ?? search) !== undefined) throw new TidemarkError('REQUEST_INVALID', 'entities are named, or sought by what they are called', { where: q === undefined ? 'search' : 'q' })
    const [lastTenant, lastEntity] = after === undefined ? [] : readCursor(after, question)
    const page = await gate.entities(series, {
      ...given({ tenant, allTenants, entities: entity, prefix: q, search, limit }),
      ...(typeof lastTenant === 'string' && typeof lastEntity === 'string' ? { after: { tenant: lastTenant, entity: lastEntity } } : {}),
    })
    const goesOn = page.next === null ? null : writeCursor([page.next.tenant, page.next.entity], question)
    return { kind: 'document', document: { entities: page.rows, next: goesOn }, next: goesOn }
  },
})

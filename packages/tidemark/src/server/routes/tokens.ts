import { z } from 'zod'
import { ROLES } from '../../access/principal.ts'
import { TidemarkError } from '../../errors.ts'
import { route } from '../route.ts'
import { StatusError } from '../status-error.ts'

const token = {
  id: z.number().int(), name: z.string(), role: z.enum(ROLES), tenants: z.array(z.string()).nullable(), createdAt: z.string(), createdBy: z.string(), expiresAt: z.string().nullable(),
  revoked: z.object({ at: z.string(), by: z.string() }).nullable(),
}
const listed = z.object(token).meta({ id: 'Token' })

export const tokens = route({
  id: 'listTokens', method: 'GET', url: '/v1/tokens', tag: 'access', summary: 'Tokens; never their texts.', action: 'administer',
  path: null, query: z.strictObject({}), body: null, answer: z.object({ tokens: z.array(listed) }).meta({ id: 'Tokens' }),
  async handle({ gate }) {
    return { kind: 'document', document: { tokens: await gate.tokens.list() } }
  },
})

export const createToken = route({
  id: 'createToken', method: 'POST', url: '/v1/tokens', tag: 'access', summary: 'Makes a token. Its text is told this once.', action: 'administer',
  path: null, query: z.strictObject({}), created: true,
  body: z.strictObject({
    name: z.string().min(1).max(200), role: z.enum(ROLES), tenants: z.array(z.string().min(1).max(4096)).min(1).max(1000).nullable().describe('Left out or null: every tenant.').optional(),
    expiresInDays: z.number().int().min(1).max(3650).describe('Left out: it does not expire.').optional(),
  }),
  answer: z.object({ ...token, token: z.string().describe('Its text.') }).meta({ id: 'CreatedToken' }),
  async handle({ gate, body: { name, role, tenants, expiresInDays } }) {
    const { text, ...made } = await gate.tokens.create({ name, role, ...(tenants === undefined ? {} : { tenants }), ...(expiresInDays === undefined ? {} : { expiresInDays }) })
    return { kind: 'document', document: { ...made, token: text }, status: 201 }
  },
})

export const revokeToken = route({
  id: 'revokeToken', method: 'DELETE', url: '/v1/tokens/{id}', tag: 'access', summary: 'Ends a token at once.', action: 'administer',
  path: z.strictObject({ id: z.string().regex(/^[1-9]\d{0,14}$/).describe('The number of the token.') }), query: z.strictObject({}), body: null, answer: listed,
  async handle({ gate, path: { id } }) {
    try {
      return { kind: 'document', document: await gate.tokens.revoke(Number(id)) }
    } catch (error) {
      // The code of a token that nobody holds, too: that one is 401.
      if (error instanceof TidemarkError && error.code === 'TOKEN_UNKNOWN') throw new StatusError(404, error.code, error.message, { where: 'id', why: error.why, hint: error.hint })
      throw error
    }
  },
})

import { ROLES } from '../access/principal.ts'
import type { Token } from '../access/history.ts'
import { readTokenRequest, tokenUnknown } from '../access/token-record.ts'
import { TidemarkError } from '../errors.ts'
import { type CommandGroup, listOf, textOf } from './command-spec.ts'
import { idOf } from './hold.ts'
import { withGate } from './history.ts'
import { BY_OPTION, byOf } from './person.ts'
import { table } from './table.ts'

/** Tokens: made, listed, revoked. */
export const token: CommandGroup = {
  commands: {
    create: {
      summary: 'Make a token; its text is shown once',
      options: [
        { flags: '--name <name>', text: 'who will hold it, for the audit log' },
        { flags: '--role <role>', text: 'what it may do', choices: ROLES },
        { flags: '--tenant <name>', text: 'a tenant that it is bound to; may be given several times (default: every tenant)', repeatable: true },
        { flags: '--expires <days>', text: 'days until it expires (default: it does not)' },
        BY_OPTION,
      ],
      examples: [
        "tidemark token create --name 'dashboard of kysely' --role viewer --tenant kysely --expires 90",
        'tidemark token create --name etl --role admin --json',
      ],
      details: 'admin: everything · analyst: read, export · developer: read · viewer: totals of 10 entities or more. The store keeps a digest, so nobody can show the text again.',
      run: (invocation, _words, options) => {
        const [name, role] = [textOf(options, 'name'), textOf(options, 'role')]
        if (name === undefined || role === undefined) throw new TidemarkError('OPTION_INVALID', `--${name === undefined ? 'name' : 'role'} is missing`, { where: `--${name === undefined ? 'name' : 'role'}` })
        const tenants = listOf(options, 'tenant')
        const expires = textOf(options, 'expires')
        if (expires !== undefined && !/^\d{1,4}$/.test(expires)) throw new TidemarkError('OPTION_INVALID', `--expires is a number of days, not ${JSON.stringify(expires)}`, { where: '--expires' })
        const request = { name, role, ...(tenants.length === 0 ? {} : { tenants }), ...(expires === undefined ? {} : { expiresInDays: Number(expires) }) }
        readTokenRequest(request, 0)
        if (invocation.dryRun) return Promise.resolve({ document: { ...request, dryRun: true }, text: `would make a token of the role ${role} for ${name}` })
        return withGate(invocation, 'write', async ({ gate }) => {
          const { text, ...made } = await gate.tokens.create(request)
          return { document: { ...made, token: text }, text: `${tokenText(made)}\n\n${text}\n\nIt is not shown again.` }
        }, byOf(options))
      },
    },
    list: {
      summary: 'Every token that was made, without its text',
      examples: ['tidemark token list', 'tidemark token list --json'],
      run: (invocation) => withGate(invocation, 'read', async ({ gate }) => {
        const tokens = await gate.tokens.list()
        return { document: { tokens }, text: tokens.length === 0 ? 'no tokens' : tokenTable(tokens) }
      }),
    },
    revoke: {
      summary: 'End a token, from the next question on',
      arguments: [{ name: '<id>', text: 'its number in the list' }],
      options: [BY_OPTION],
      examples: ['tidemark token revoke 1'],
      run: (invocation, [word], options) => {
        const id = idOf(word as string)
        if (invocation.dryRun) {
          return withGate(invocation, 'read', async ({ gate }) => {
            const standing = (await gate.tokens.list()).find((token) => token.id === id)
            if (standing === undefined) throw tokenUnknown(id)
            return { document: { id, dryRun: true }, text: `would revoke ${tokenText(standing)}` }
          })
        }
        return withGate(invocation, 'write', async ({ gate }) => {
          const revoked = await gate.tokens.revoke(id)
          return { document: revoked, text: tokenText(revoked) }
        }, byOf(options))
      },
    },
  },
}

function tenantsText({ tenants }: Token): string {
  return tenants === null ? 'every tenant' : tenants.join(', ')
}

function endText({ expiresAt, revoked }: Token): string {
  return revoked !== null ? `revoked ${revoked.at} by ${revoked.by}` : expiresAt === null ? 'does not expire' : `until ${expiresAt}`
}

function tokenText(token: Token): string {
  return `token ${token.id} for ${token.name}: ${token.role} of ${tenantsText(token)}, made ${token.createdAt} by ${token.createdBy}, ${endText(token)}`
}

function tokenTable(tokens: readonly Token[]): string {
  const left = (title: string) => ({ title, align: 'left' as const })
  return table([{ title: 'id', align: 'right' }, left('name'), left('role'), left('tenants'), left('made'), left('by'), left('valid')],
    tokens.map((token) => [String(token.id), token.name, token.role, tenantsText(token), token.createdAt, token.createdBy, endText(token)]))
}

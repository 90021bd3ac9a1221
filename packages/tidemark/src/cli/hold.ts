import type { Gate } from '../access/gate.ts'
import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import { required } from '../hold-desk.ts'
import { type Hold, type HoldScope, inForce } from '../stores/contract/hold.ts'
import { isOn, textOf, type CommandGroup, type OptionSpec, type OptionValues } from './command-spec.ts'
import { withGate } from './history.ts'
import { BY_OPTION, byOf } from './person.ts'

const REASON_OPTION: OptionSpec = { flags: '--reason <text>', text: 'why, for the record' }

/** Legal holds: placed, lifted, listed. */
export const hold: CommandGroup = {
  commands: {
    place: {
      summary: 'Keep everything of a tenant or an entity until the hold is lifted',
      options: [
        { flags: '--tenant <name>', text: 'the tenant' }, { flags: '--entity <id>', text: 'only this entity of it (default: all, later ones included)' },
        REASON_OPTION, BY_OPTION,
      ],
      examples: ["tidemark hold place --tenant kysely --entity c1 --reason 'case 4711'", "tidemark hold place --tenant drizzle-orm --reason 'audit of 2026' --by legal --json"],
      details: 'What is held is neither rolled up, archived, pruned nor erased; it is captured and corrected as before. Every hold stays on record.',
      run: (invocation, _words, options) => {
        const [tenant, entity, reason] = [wanted(options, 'tenant'), textOf(options, 'entity') ?? null, wanted(options, 'reason')]
        required('reason', reason)
        if (invocation.dryRun) {
          return withGate(invocation, 'read', async ({ gate }) => {
            const known = await isKnown(gate, { tenant, entity })
            return { document: { tenant, entity, known, dryRun: true }, text: `would hold ${scopeText({ tenant, entity })}${known ? '' : ', of which nothing is kept yet'}` }
          })
        }
        return withGate(invocation, 'write', async ({ gate }) => {
          const placed = await gate.holds.place({ tenant, entity, reason })
          return { document: printed(placed), text: holdText(placed) }
        }, byOf(options))
      },
    },
    lift: {
      summary: 'End a hold; it stays on record',
      arguments: [{ name: '<id>', text: 'the number of the hold' }],
      options: [REASON_OPTION, BY_OPTION],
      examples: ["tidemark hold lift 1 --reason 'case closed'"],
      details: 'The next tiers run moves what has become due meanwhile.',
      run: (invocation, [id], options) => {
        const number = idOf(id as string)
        const reason = wanted(options, 'reason')
        required('reason', reason)
        if (invocation.dryRun) {
          return withGate(invocation, 'read', async ({ gate }) => {
            const standing = inForce(number, (await gate.holds.list()).find(({ id }) => id === number))
            return { document: { id: number, dryRun: true }, text: `would lift ${holdText(standing)}` }
          })
        }
        return withGate(invocation, 'write', async ({ gate }) => {
          const lifted = await gate.holds.lift(number, reason)
          return { document: printed(lifted), text: holdText(lifted) }
        }, byOf(options))
      },
    },
    list: {
      summary: 'Every hold, with who placed and lifted it, when and why',
      options: [{ flags: '--in-force', text: 'only those that are not lifted' }],
      examples: ['tidemark hold list', 'tidemark hold list --in-force --json'],
      run: (invocation, _words, options) => withGate(invocation, 'read', async ({ gate }) => {
        const holds = (await gate.holds.list()).filter(({ lifted }) => lifted === null || !isOn(options, 'inForce'))
        return { document: { holds: holds.map(printed) }, text: holds.length === 0 ? 'no holds' : holds.map(holdText).join('\n') }
      }),
    },
  },
}

function wanted(options: OptionValues, name: string): string {
  const value = textOf(options, name)
  if (value === undefined) throw new TidemarkError('OPTION_INVALID', `--${name} is missing`, { where: `--${name}` })
  return value
}

/** Whether the store has heard of what a hold is to cover. */
async function isKnown(gate: Gate, { tenant, entity }: HoldScope): Promise<boolean> {
  if (!(await gate.tenants()).includes(tenant)) return false
  if (entity === null) return true
  const pages = await Promise.all(gate.series().map(({ name }) => gate.entities(name, { tenant, entities: [entity] })))
  return pages.some(({ rows }) => rows.length > 0)
}

/** The number of a hold or an erasure. Throws OPTION_INVALID. */
export function idOf(word: string): number {
  if (/^\d{1,9}$/.test(word)) return Number(word)
  throw new TidemarkError('OPTION_INVALID', `a number is wanted, not ${JSON.stringify(word)}`, { where: word })
}

function printed({ placedAt, lifted, ...rest }: Hold): object {
  return { ...rest, placedAt: formatInstant(placedAt), lifted: lifted === null ? null : { ...lifted, at: formatInstant(lifted.at) } }
}

function scopeText({ tenant, entity }: Pick<Hold, 'tenant' | 'entity'>): string {
  return entity === null ? `everything of ${tenant}` : `${entity} of ${tenant}`
}

export function holdText(hold: Hold): string {
  const { id, reason, placedBy, placedAt, lifted } = hold
  const end = lifted === null ? '' : `; lifted ${formatInstant(lifted.at)} by ${lifted.by}: ${lifted.reason}`
  return `hold ${id} on ${scopeText(hold)}: placed ${formatInstant(placedAt)} by ${placedBy}: ${reason}${end}`
}

import { MOST_ENTRIES } from '../stores/contract/access.ts'
import { TidemarkError } from '../errors.ts'
import type { CommandGroup, OptionValues } from './command-spec.ts'
import { textOf } from './command-spec.ts'
import { withGate } from './history.ts'
import { inFlags } from './selection.ts'
import { table } from './table.ts'

const DEFAULT_LIMIT = 100

/** What stays on record of exports, deletions, tokens and changes of policy. */
export const audit: CommandGroup = {
  commands: {
    list: {
      summary: 'Exports, deletions, tokens and changes of policy, oldest first',
      options: [
        { flags: '--after <id>', text: 'only entries after this one' },
        { flags: '--limit <count>', text: `how many at most, up to ${MOST_ENTRIES} (default: ${DEFAULT_LIMIT})` },
      ],
      examples: ['tidemark audit list', 'tidemark audit list --after 100 --limit 1000 --json'],
      details: 'Nothing in it is ever changed or removed: the database itself refuses it. It holds no names of entities.',
      run: (invocation, _words, options) => withGate(invocation, 'read', async ({ gate }) => {
        const entries = await inFlags(gate.audit.list({ after: countOf(options, 'after') ?? 0, limit: countOf(options, 'limit') ?? DEFAULT_LIMIT }))
        const left = (title: string) => ({ title, align: 'left' as const })
        return {
          document: { entries },
          text: entries.length === 0 ? 'The audit log has nothing more.' : table(
            [{ title: 'id', align: 'right' }, left('at'), left('who'), left('did'), left('what'), left('tenants'), left('detail')],
            entries.map(({ id, at, actor, action, target, tenants, detail }) => [String(id), at, actor, action, target, tenants?.join(', ') ?? '', JSON.stringify(detail)]),
          ),
        }
      }),
    },
  },
}

function countOf(options: OptionValues, name: string): number | undefined {
  const text = textOf(options, name)
  if (text === undefined) return undefined
  if (/^\d{1,12}$/.test(text)) return Number(text)
  throw new TidemarkError('OPTION_INVALID', `--${name} is a whole number, not ${JSON.stringify(text)}`, { where: `--${name}` })
}

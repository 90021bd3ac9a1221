import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import type { MigrateOptions, Migrations } from '../migrations.ts'
import type { MigrationPlan } from '../stores/contract/schema.ts'
import { isOn, textOf, type CommandSpec, type Outcome } from './command-spec.ts'
import { withHistory } from './history.ts'

export const migrate: CommandSpec = {
  options: [
    { flags: '--check', text: 'for CI: exit 3 when something is to be done, and do nothing' },
    { flags: '--status', text: 'what was applied so far, and what is to be done' },
    { flags: '--to <version>', text: 'back to an applied version, where nothing is lost by it' },
  ],
  examples: [
    'tidemark migrate --dry-run',
    'tidemark migrate',
    'tidemark migrate --check --json',
    'tidemark migrate --status',
  ],
  details: 'A change that loses history is refused unless its name is given: --accept-data-loss activity.fix.',
  run: (invocation, _words, options) => withHistory(invocation, 'any', async ({ history, project }): Promise<Outcome> => {
    if (isOn(options, 'status')) {
      const { version, applied, pending } = await history.migrate.status()
      const lines = applied.map((one) => `version ${one.version}  ${formatInstant(one.at)}  ${one.program}\n${one.steps.map((step) => `  ${step}`).join('\n')}`)
      return {
        document: { version, applied: applied.map(({ version, at, program, steps }) => ({ version, at: formatInstant(at), program, steps })), pending: printed(pending) },
        text: [...lines, pending.steps.length === 0 ? 'nothing to do' : history.migrate.describe(pending).join('\n')].join('\n'),
      }
    }
    const to = textOf(options, 'to')
    if (isOn(options, 'check') || (invocation.dryRun && to === undefined)) {
      // To look at, a plan may lose what it wants: the losses are named in it.
      const { pending } = await history.migrate.status()
      const due = pending.steps.length > 0
      return { document: { ...printed(pending), applied: false }, text: history.migrate.describe(pending).join('\n'), exit: isOn(options, 'check') && due ? 3 : 0 }
    }
    const wanted = to === undefined ? { acceptDataLoss: invocation.acceptDataLoss } : { to: versionOf(to) }
    const plan = invocation.dryRun ? await history.migrate.plan(wanted) : await planAndApply(history.migrate, wanted)
    const did = !invocation.dryRun && plan.steps.length > 0
    const lines = [...history.migrate.describe(plan), ...(did ? [`${project.store.url} is at version ${plan.to}`] : [])]
    return { document: { ...printed(plan), applied: did }, text: lines.join('\n') }
  }),
}

const MOST_ATTEMPTS = 3

/** Where another starter was faster, plans again from what it made: of ten that start at once, nine find nothing to do. */
async function planAndApply(migrations: Migrations, wanted: MigrateOptions): Promise<MigrationPlan> {
  for (let attempt = 1; ; attempt++) {
    const plan = await migrations.plan(wanted)
    try {
      await migrations.apply(plan)
      return plan
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== 'MIGRATION_RACED' || attempt >= MOST_ATTEMPTS) throw error
    }
  }
}

function printed({ from, to, steps }: MigrationPlan): object {
  return { from, to, steps: steps.map(({ kind, text, loses }) => ({ kind, text, loses })) }
}

function versionOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TidemarkError('OPTION_INVALID', `--to is the number of a version, not ${JSON.stringify(text)}`, { where: '--to', hint: 'See tidemark migrate --status.' })
}

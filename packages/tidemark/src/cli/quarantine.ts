import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import type { QuarantinedEvent } from '../stores/contract/events.ts'
import { textOf, type CommandGroup } from './command-spec.ts'
import { withGate } from './history.ts'
import { grouped, table } from './table.ts'

const DEFAULT_LIMIT = 100

/** What was not accepted: list, show, replay. */
export const quarantine: CommandGroup = {
  commands: {
    list: {
      summary: 'What was not accepted, oldest first',
      options: [
        { flags: '--stream <name>', text: 'only what was sent to this stream' },
        { flags: '--limit <count>', text: `how many at most (default: ${DEFAULT_LIMIT})` },
      ],
      examples: ['tidemark quarantine list', 'tidemark quarantine list --stream contributions --limit 5 --json'],
      run: (invocation, _words, options) => withGate(invocation, 'read', async ({ gate, project }) => {
        const stream = textOf(options, 'stream')
        const limit = wholeNumber(textOf(options, 'limit') ?? String(DEFAULT_LIMIT), '--limit')
        const kept = await gate.quarantine.list({ limit, ...(stream === undefined ? {} : { stream: project.declared.streamNamed(stream).name }) })
        return {
          document: { quarantined: kept.map(printed) },
          text: kept.length === 0 ? 'Nothing is in quarantine.' : table(
            [{ title: 'id', align: 'right' }, { title: 'stream', align: 'left' }, { title: 'from', align: 'left' }, { title: 'line', align: 'right' }, { title: 'code', align: 'left' }, { title: 'reason', align: 'left' }],
            kept.map(({ id, stream, source, line, code, reason }) => [String(id), stream, source, grouped(line), code, reason]),
          ),
        }
      }),
    },
    show: {
      summary: 'One of them, as it was sent',
      arguments: [{ name: '<id>', text: 'its number in the list' }],
      examples: ['tidemark quarantine show 1'],
      run: (invocation, [word]) => withGate(invocation, 'read', async ({ gate }) => {
        const id = wholeNumber(word as string, 'id')
        const found = await gate.quarantine.show(id)
        if (found === null) throw new TidemarkError('QUARANTINE_UNKNOWN', `nothing in quarantine has the number ${id}`, { where: word as string })
        const { stream, source, line, code, reason, raw } = found
        return { document: printed(found), text: `${code}: ${reason}\n  sent to ${stream} from ${source}, line ${line}, at ${formatInstant(found.at)}\n\n${raw}` }
      }),
    },
    replay: {
      summary: 'Judge them anew: what is accepted leaves the quarantine',
      arguments: [{ name: '[ids...]', text: 'their numbers in the list (default: all)' }],
      options: [{ flags: '--stream <name>', text: 'only what was sent to this stream' }],
      examples: ['tidemark quarantine replay', 'tidemark quarantine replay 1 2 --json'],
      run: (invocation, words, options) => withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate, project }) => {
        const ids = words.map((word) => wholeNumber(word, 'id'))
        const stream = textOf(options, 'stream')
        const filter = { ...(ids.length === 0 ? {} : { ids }), ...(stream === undefined ? {} : { stream: project.declared.streamNamed(stream).name }) }
        if (invocation.dryRun) {
          const kept = await gate.quarantine.list({ ...filter, limit: 1_000_000 })
          assertFound(ids, kept.length)
          return { document: { replayed: kept.length, dryRun: true }, text: `would judge ${grouped(kept.length)} anew` }
        }
        const report = await gate.quarantine.replay(filter)
        assertFound(ids, report.replayed)
        const { replayed, accepted, duplicate, rejected, rejections } = report
        const lines = rejections.slice(0, 10).map(({ id, code, reason }) => `  ${id}: ${code}: ${reason}`)
        return { document: report, text: [`${grouped(replayed)} judged anew: ${grouped(accepted)} accepted, ${grouped(duplicate)} duplicates, ${grouped(rejected)} stay`, ...lines].join('\n') }
      }),
    },
  },
}

/** Of those that were named one must be there. Throws QUARANTINE_UNKNOWN. */
function assertFound(ids: readonly number[], found: number): void {
  if (ids.length === 0 || found > 0) return
  throw new TidemarkError('QUARANTINE_UNKNOWN', `nothing in quarantine has the ${ids.length === 1 ? 'number' : 'numbers'} ${ids.join(', ')}`, { where: ids.join(', ') })
}

function printed(kept: QuarantinedEvent): object {
  return { ...kept, at: formatInstant(kept.at) }
}

/** A whole number from 1. Throws OPTION_INVALID. */
function wholeNumber(text: string, where: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value
  throw new TidemarkError('OPTION_INVALID', `${where} is a whole number from 1, not ${JSON.stringify(text)}`, { where })
}

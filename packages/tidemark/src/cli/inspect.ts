import { TidemarkError } from '../errors.ts'
import type { Inspection } from '../query/inspection.ts'
import { listOf, textOf, type CommandSpec, type OptionValues } from './command-spec.ts'
import { withHistory } from './history.ts'
import { whereOf } from './selection.ts'
import { grouped } from './table.ts'

export const inspect: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    { flags: '--entity <id>', text: 'the entity' },
    { flags: '--tenant <name>', text: 'the tenant; needed when the store holds several' },
    { flags: '--date <day>', text: 'a local day of the row' },
    { flags: '--where <dimension=value>', text: 'the row of this value of a dimension', repeatable: true },
  ],
  examples: ['tidemark inspect activity --tenant kysely --entity c1 --date 2026-01-10'],
  details: 'Shows the row that holds the day, what produced it, and everything it said before.',
  run: (invocation, [series], options) => withHistory(invocation, 'read', async ({ history }) => {
    const group = whereOf(listOf(options, 'where'))
    const tenant = textOf(options, 'tenant')
    const found = await history.inspect(series as string, {
      entity: needed(options, 'entity', '--entity'), day: needed(options, 'date', '--date'),
      ...(tenant === undefined ? {} : { tenant }), ...(group === null ? {} : { group }),
    })
    return { document: found, text: inspectionText(found) }
  }),
}

function needed(options: OptionValues, name: string, flag: string): string {
  const value = textOf(options, name)
  if (value !== undefined) return value
  throw new TidemarkError('ARGUMENT_MISSING', `${flag} is needed`, { where: flag, hint: 'See tidemark inspect --help.' })
}

/** Events that are shown to people; --json has all of them. */
const SHOWN = 20

function inspectionText(found: Inspection): string {
  const { expected, present, reasons } = found.coverage
  const missing = Object.entries(reasons).map(([reason, count]) => `, ${grouped(count)} ${reason}`).join('')
  const events = found.events.slice(0, SHOWN).map((event) =>
    `  ${event.at}  ${event.id}  ${JSON.stringify(event.values)}${event.removed === null ? '' : `  taken back ${event.removed.at}`}`)
  return [
    `${found.series}  ${found.tenant}  ${found.entity}${found.group === null ? '' : `  ${JSON.stringify(found.group)}`}`,
    `${found.tier} row of ${found.from} to ${found.to}, ${grouped(present)} of ${grouped(expected)} days present${missing}`,
    ...Object.entries(found.answers).map(([key, value]) => `  ${key} = ${value === null ? '–' : String(value)}`),
    ...found.parts.map((part) => `lies ${part.file === null ? 'in the store' : `in ${part.file}`}: revision ${part.revision} of ${part.at}, ${grouped(part.facts)} facts${part.digest === null ? '' : `, digest ${part.digest}`}`),
    ...(found.damaged === null ? [] : [`damaged: ${found.damaged}`]),
    `${grouped(found.events.length)} events${found.eventsGone === null ? '' : `; ${found.eventsGone}`}`,
    ...events,
    ...(found.events.length > SHOWN ? [`  and ${grouped(found.events.length - SHOWN)} more`] : []),
    ...found.adjustments.map((one) => `adjusted ${one.measure} by ${one.by} on ${one.day}: ${one.reason}`),
    ...found.earlier.map((belief) => `before ${belief.until?.at ?? 'now'} it said ${JSON.stringify(belief.answers)}`),
    ...found.checkpoints.map((one) => `checkpoint at ${grouped(one.count)} events, ${one.at}`),
    `captures that cover the day: ${grouped(found.captures.count)}${found.captures.last === null ? '' : `, the last of ${found.captures.last.at}`}`,
  ].join('\n')
}

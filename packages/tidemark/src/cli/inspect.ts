import { TidemarkError } from '../errors.ts'
import type { Coverage } from '../query/answer.ts'
import type { CollectedInspection } from '../query/collected/inspection.ts'
import type { Inspection } from '../query/inspection.ts'
import { listOf, textOf, type CommandSpec, type OptionValues } from './command-spec.ts'
import { withGate } from './history.ts'
import { inFlags, whereOf } from './selection.ts'
import { grouped } from './table.ts'

export const inspect: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    { flags: '--entity <id>', text: 'the entity' },
    { flags: '--tenant <name>', text: 'the tenant; needed when the store holds several' },
    { flags: '--date <day>', text: 'a local day of the row; of several captured windows of a day, the latest is shown' },
    { flags: '--at <instant>', text: 'of a collected series, in place of --date: an instant of the window' },
    { flags: '--where <dimension=value>', text: 'the row of this value of a dimension', repeatable: true },
  ],
  examples: ['tidemark inspect activity --tenant kysely --entity c1 --date 2026-01-10'],
  details: 'Shows the row that holds the day, what produced it, and everything it said before.',
  run: (invocation, [series], options) => withGate(invocation, 'read', async ({ gate }) => {
    const group = whereOf(listOf(options, 'where'))
    const tenant = textOf(options, 'tenant')
    const at = textOf(options, 'at')
    const found = await inFlags(gate.inspect(series as string, {
      entity: needed(options, 'entity', '--entity'), ...(at === undefined ? { day: needed(options, 'date', '--date') } : { at }),
      ...(tenant === undefined ? {} : { tenant }), ...(group === null ? {} : { group }),
    }))
    return { document: found, text: 'events' in found ? inspectionText(found) : collectedText(found) }
  }),
}

function needed(options: OptionValues, name: string, flag: string): string {
  const value = textOf(options, name)
  if (value !== undefined) return value
  throw new TidemarkError('ARGUMENT_MISSING', `${flag} is needed`, { where: flag, hint: 'See tidemark inspect --help.' })
}

/** Events that are shown to people; --json has all of them. */
const SHOWN = 20

function collectedText(found: CollectedInspection): string {
  const { decision, part, coverage } = found
  const windows = Map.groupBy(found.windows, ({ is }) => is)
  return [
    `${found.series}  ${found.tenant}  ${found.entity}${found.group === null ? '' : `  ${JSON.stringify(found.group)}`}`,
    `${found.tier === null ? 'no row' : `${found.tier} row`} of ${found.window.from} to ${found.window.to}, ${grouped(coverage.present)} of ${grouped(coverage.expected)} windows present${reasonsText(coverage)}`,
    ...Object.entries(found.answers).map(([key, value]) => `  ${key} = ${value === null ? '–' : String(value)}`),
    ...(part === null ? [] : [`captured ${part.at}, transaction ${part.transaction}, revision ${part.revision}, ${grouped(part.facts)} windows; lies ${part.file === null ? 'in the store' : `in ${part.file}`}, digest ${part.digest ?? '–'}`]),
    ...(found.damaged === null ? [] : [`damaged: ${found.damaged}`]),
    decision === null
      ? `on ${found.day} it was not enrolled`
      : `on ${found.day} its frequency was ${decision.cadence}, since ${decision.from}${decision.status === null ? '' : `: status ${decision.status}`}${decision.activity === null ? '' : `, activity ${decision.activity}`} (decided ${decision.decidedAt})`,
    `windows of ${found.day}: ${[...windows].map(([is, list]) => `${grouped(list.length)} ${is}`).join(', ')}`,
    ...found.failures.map(({ from, message }) => `failed ${from}: ${message}`),
    ...(found.payload === null ? [] : [`payload, version ${found.payload.version}: ${found.payload.text}`]),
    ...found.earlier.map((belief) => `before ${belief.until?.at ?? 'now'} it said ${JSON.stringify(belief.answers)}`),
  ].join('\n')
}

function reasonsText({ reasons }: Coverage): string {
  return Object.entries(reasons).map(([reason, count]) => `, ${grouped(count)} ${reason}`).join('')
}

function inspectionText(found: Inspection): string {
  const { expected, present } = found.coverage
  const missing = reasonsText(found.coverage)
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

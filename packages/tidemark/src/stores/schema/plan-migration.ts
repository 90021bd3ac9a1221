import { type EventSeriesDefinition, isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import { type MigrationPlan, type MigrationStep, STORE_FORMAT, type StoredSchema } from '../contract/schema.ts'
import { checkCase, incompatible } from './change.ts'
import { checkDeclared, streamsOf } from './check-declared.ts'
import { collectedChange } from './collected-change.ts'
import { COUNTS_FROM, seriesChange } from './series-change.ts'
import { streamChange } from './stream-change.ts'

/**
 * What leads from what the store holds to what is declared. Pure: the store applies it, or refuses when it has moved.
 *
 * @param accepted names whose loss is accepted: `activity.fix`, `activity`, `contributions.note`
 * @throws MIGRATION_LOSSY for a loss that is not accepted, MIGRATION_INCOMPATIBLE where a stored name would change its
 *   meaning, NAME_TAKEN or DECLARATION_INVALID where the declarations contradict each other
 */
export function planMigration(stored: StoredSchema, declared: readonly SeriesDefinition[], accepted: readonly string[]): MigrationPlan {
  checkDeclared(declared)
  const steps = stepsBetween(stored, declared)
  refuseLoss(steps, accepted)
  const from = stored.migrations.at(-1)?.version ?? 0
  return { from, to: steps.length === 0 ? from : from + 1, steps, series: declared }
}

/**
 * What leads back to the declarations of an applied version, as one more migration.
 *
 * @throws MIGRATION_VERSION_UNKNOWN, or MIGRATION_LOSSY where the way back would lose anything: what has been counted
 *   since by a name that the earlier version does not have, or has otherwise
 */
export function planBack(stored: StoredSchema, toVersion: number): MigrationPlan {
  const target = stored.migrations.find(({ version }) => version === toVersion)
  if (target === undefined) {
    const known = stored.migrations.map(({ version }) => version)
    throw new TidemarkError('MIGRATION_VERSION_UNKNOWN', `the store has had no version ${String(toVersion)}`, {
      hint: known.length === 0 ? 'It has none yet: run tidemark migrate.' : `It has had ${known.join(', ')}; see tidemark migrate --status.`,
    })
  }
  try {
    return planMigration(stored, target.series, [])
  } catch (error) {
    if (!(error instanceof TidemarkError)) throw error
    // An accepted loss would be a way forward, which is a declaration's to say.
    throw new TidemarkError('MIGRATION_LOSSY', `version ${toVersion} cannot be gone back to: ${error.message}`, {
      ...(error.where === null ? {} : { where: error.where }),
      hint: 'Change the declarations instead, and run tidemark migrate; a loss can be accepted there by name.',
      cause: error,
    })
  }
}

function stepsBetween(stored: StoredSchema, declared: readonly SeriesDefinition[]): MigrationStep[] {
  const before = new Map(stored.series.map(({ definition }) => [definition.name, definition]))
  checkCase('the series', [...before.keys()], declared.map(({ name }) => name), 'series')
  const streamsBefore = streamsOf([...before.values()])
  const streamsAfter = streamsOf(declared)
  checkCase('the stream', [...streamsBefore.keys()], [...streamsAfter.keys()], 'streams')

  const steps: MigrationStep[] = []
  if (stored.format === 0) steps.push({ kind: 'create-store', text: 'creates the store', loses: null })
  else if (stored.format < STORE_FORMAT) steps.push(upgradeStore(stored.format))
  for (const definition of before.values()) {
    if (!declared.some(({ name }) => name === definition.name)) steps.push(dropSeries(definition, isCollected(definition) || streamsAfter.has(definition.stream.name)))
  }
  for (const [name, stream] of streamsAfter) {
    const earlier = streamsBefore.get(name)
    if (earlier === undefined) {
      steps.push({ kind: 'create-stream', stream: name, text: `creates the stream ${name}`, loses: null })
      continue
    }
    const change = streamChange(earlier, stream)
    steps.push(...change.steps)
    // A definition holds its stream's, so each series that the stream feeds reaches a new version.
    for (const series of declared.filter((one) => !isCollected(one) && one.stream.name === name && before.has(one.name))) {
      steps.push(...change.texts.map((text): MigrationStep => ({ kind: 'change-definition', series: series.name, text: `${series.name} ${text}`, loses: null })))
    }
  }
  for (const series of declared) {
    const earlier = before.get(series.name)
    if (earlier === undefined) steps.push(createSeries(series, !isCollected(series) && streamsBefore.has(series.stream.name)))
    else if (isCollected(earlier) && isCollected(series)) steps.push(...collectedChange(earlier, series))
    else if (isCollected(earlier) || isCollected(series)) throw otherFeed(earlier, series)
    else steps.push(...seriesChange(earlier, series))
  }
  return steps
}

/** What each layout brought. */
const BROUGHT: Readonly<Record<number, string>> = { 2: 'series can be collected', 3: 'there are tokens and an audit log', 4: 'older payloads are packed' }

const LISTED = new Intl.ListFormat('en', { type: 'conjunction' })

function upgradeStore(format: number): MigrationStep {
  const brought = Object.entries(BROUGHT).flatMap(([later, what]) => (Number(later) > format ? [what] : []))
  return { kind: 'upgrade-store', text: `brings the store's tables from layout ${format} to ${STORE_FORMAT}, in which ${LISTED.format(brought)}; an earlier program cannot open it then`, loses: null }
}

function otherFeed(stored: SeriesDefinition, declared: SeriesDefinition): TidemarkError {
  const feed = (series: SeriesDefinition): string => (isCollected(series) ? 'collected' : `fed by ${(series as EventSeriesDefinition).stream.name}`)
  return incompatible(stored.name, `the series ${stored.name} is ${feed(stored)}, not ${feed(declared)}`, 'Declare a series of a new name.')
}

function createSeries(series: SeriesDefinition, streamIsThere: boolean): MigrationStep {
  const from = streamIsThere ? `; it ${COUNTS_FROM}` : ''
  return { kind: 'create-series', series: series.name, text: `creates the series ${series.name}${from}`, loses: null }
}

function dropSeries(series: SeriesDefinition, streamStays: boolean): MigrationStep {
  const { name } = series
  const events = streamStays || isCollected(series) ? '' : `, with the events of ${series.stream.name}, which feeds no other`
  return { kind: 'drop-series', series: name, text: `drops the series ${name} and all its history${events}`, loses: name }
}

function refuseLoss(steps: readonly MigrationStep[], accepted: readonly string[]): void {
  const refused = steps.filter(({ loses }) => loses !== null && !accepted.includes(loses))
  const first = refused[0]
  if (first === undefined) return
  throw new TidemarkError('MIGRATION_LOSSY', `the declarations no longer have ${refused.map(({ loses }) => loses).join(', ')}, which the store holds`, {
    where: first.loses as string,
    why: `The migration ${refused.map(({ text }) => text).join(' and ')}.`,
    hint: `Keep the declaration, or accept the loss by name: ${refused.map(({ loses }) => `--accept-data-loss ${loses}`).join(' ')}.`,
  })
}

import { formatDay } from '../calendar/civil.ts'
import { formatInstant } from '../calendar/instant.ts'
import type { Packed } from '../tiers/pack.ts'
import { printedStanding } from '../tiers/printed-standing.ts'
import type { RunPlan, TiersReport } from '../tiers/run.ts'
import type { SeriesStanding } from '../tiers/status.ts'
import type { TierStepReport } from '../tiers/step-report.ts'
import { giveWayAltogether } from '../give-way.ts'
import type { CommandGroup, CommandSpec } from './command-spec.ts'
import { withGate, type Admitted } from './history.ts'
import type { Invocation } from './invocation.ts'
import { bytesText, grouped, table } from './table.ts'

const SERIES_ARGUMENT = [{ name: '[series]', text: 'the series (default: all)' }] as const

const ONE_SERIES = [{ name: '<series>', text: 'the series' }] as const

/** Rollup, retention and archive: plan, run, status, policy. */
export const tiers: CommandGroup = {
  commands: {
    plan: {
      summary: 'What a run would do now',
      arguments: SERIES_ARGUMENT,
      examples: ['tidemark tiers plan', 'tidemark tiers plan activity --json'],
      run: (invocation, [name]) => withGate(invocation, 'read', (opened) => planned(opened, name)),
    },
    run: {
      summary: 'Roll up, prove, retire and archive what is due',
      arguments: SERIES_ARGUMENT,
      examples: ['tidemark tiers run', 'tidemark tiers run activity --json', 'tidemark tiers run --dry-run'],
      run: (invocation, [name]) => {
        // Whoever asks meanwhile comes first. Before the store is opened: its threads are like the one that starts them.
        if (!invocation.dryRun) giveWayAltogether()
        return withGate(invocation, invocation.dryRun ? 'read' : 'write', async (opened) => {
          if (invocation.dryRun) return planned(opened, name)
          const reports: { series: string; report: TiersReport }[] = []
          for (const series of named(opened, name)) {
            const progress = (step: TierStepReport): void => invocation.progress.update(stepText(step))
            reports.push({ series, report: await opened.gate.tiers.run(series, { progress }) })
          }
          const total = (key: 'rolledUp' | 'retired' | 'archived' | 'held' | 'refused') => reports.reduce((sum, { report }) => sum + report[key], 0)
          const document = {
            rolledUp: total('rolledUp'), retired: total('retired'), archived: total('archived'), held: total('held'), refused: total('refused'),
            steps: reports.flatMap(({ series, report }) => report.steps.map((step) => ({ series, ...printedStep(step) }))),
          }
          return { document, text: [runText(document), ...reports.flatMap(({ report }) => stepLines(report.steps))].join('\n') }
        })
      },
    },
    status: {
      summary: 'Rows, bytes and ages of each tier',
      arguments: SERIES_ARGUMENT,
      examples: ['tidemark tiers status', 'tidemark tiers status activity --json'],
      run: (invocation, [name]) => withGate(invocation, 'read', async (opened) => {
        const standings: SeriesStanding[] = []
        for (const series of named(opened, name)) standings.push(await opened.gate.tiers.status(series))
        return { document: { series: standings.map(printedStanding) }, text: standings.map(standingText).join('\n\n') }
      }),
    },
    pack: {
      summary: 'Pack older payloads and captured rows now, and with every run from now on',
      arguments: ONE_SERIES,
      examples: ['tidemark tiers pack activity'],
      details: 'Of payloads those older than 14 days, of captured rows those older than 92. Only collected series have either.',
      run: (invocation, [name]) => packing(invocation, name, 'pack'),
    },
    unpack: {
      summary: 'Give packed payloads and rows their places again, and leave them so',
      arguments: ONE_SERIES,
      examples: ['tidemark tiers unpack activity', 'tidemark tiers unpack activity --json'],
      details: 'Any SQL reads them again, in several times the bytes. Only collected series have any.',
      run: (invocation, [name]) => packing(invocation, name, 'unpack'),
    },
    policy: {
      summary: 'The retention policy in force, and who made it so',
      arguments: SERIES_ARGUMENT,
      examples: ['tidemark tiers policy'],
      run: (invocation, [name]) => withGate(invocation, 'read', async (opened) => {
        const policies = []
        for (const series of named(opened, name)) policies.push(await opened.gate.tiers.policy(series))
        return {
          document: { series: policies.map((policy) => ({ ...policy, since: { ...policy.since, at: formatInstant(policy.since.at) } })) },
          text: policies.map(({ series, keep, longer, asOfDays, since }) => [
            series,
            ...keep.map(({ tier, until }) => `  ${tier}: ${until}`),
            ...(longer === undefined ? [] : [`  ${longer.times} times as long where ${longer.attribute} is ${longer.is}`]),
            `  as of: ${asOfDays} days back`,
            `  since version ${since.version}, ${formatInstant(since.at)}, by ${since.program}`,
          ].join('\n')).join('\n\n'),
        }
      }),
    },
  },
}

function named({ project }: Admitted, name: string | undefined): readonly string[] {
  return name === undefined ? project.declared.series.map((series) => series.name) : [project.declared.seriesNamed(name).name]
}

function packing(invocation: Invocation, name = '', way: 'pack' | 'unpack'): ReturnType<CommandSpec['run']> {
  return withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ project, gate }) => {
    const series = project.declared.seriesNamed(name).name
    if (invocation.dryRun) {
      const { plain, packed, rows: standing, keptPlain } = await gate.tiers.packing(series)
      // What is old enough of a series that is kept plain is seen when it no longer is.
      const most = way === 'pack' && keptPlain
      const { payloads, rows } = way === 'unpack' ? { payloads: packed, rows: standing.packed } : most ? { payloads: plain, rows: standing.plain } : (await gate.tiers.plan(series)).packing
      return { document: { [`${way}ed`]: payloads, rows, keptPlain, dryRun: true }, text: `would ${way} ${most ? 'what is old enough of ' : ''}${packedText({ payloads, rows })}` }
    }
    const { payloads, rows } = await gate.tiers[way](series)
    return { document: { [`${way}ed`]: payloads, rows }, text: `${packedText({ payloads, rows })} ${way}ed` }
  })
}

const payloadsText = (payloads: number): string => `${grouped(payloads)} ${payloads === 1 ? 'payload' : 'payloads'}`
const rowsText = (rows: number): string => `${grouped(rows)} captured ${rows === 1 ? 'row' : 'rows'}`
const packedText = ({ payloads, rows }: Packed): string => `${payloadsText(payloads)} and ${rowsText(rows)}`

async function planned(opened: Admitted, name: string | undefined): ReturnType<CommandSpec['run']> {
  const plans: RunPlan[] = []
  for (const series of named(opened, name)) plans.push(await opened.gate.tiers.plan(series))
  const lines = plans.flatMap(({ series, steps, waiting, held, archivePeriods, packing }) => [
    `${series}${steps.length + archivePeriods.length + packing.payloads + packing.rows === 0 ? ': nothing is due' : ''}`,
    ...steps.map(({ source, target, boundary, entities }) => `  ${source} → ${target}: ${grouped(entities.length)} entities, rows before ${formatDay(boundary)}`),
    ...archivePeriods.map((period) => `  archive: the period of ${formatDay(period)}`),
    ...(packing.payloads + packing.rows === 0 ? [] : [`  pack: ${packedText(packing)}`]),
    ...waiting.map(({ source, target, entities }) => `  ${source} → ${target}: ${grouped(entities)} entities wait for a capture`),
    ...held.map(({ source, target, boundary, entities }) => `  ${source} → ${target}: ${grouped(entities.length)} entities held, rows before ${formatDay(boundary)} stay`),
  ])
  return {
    document: {
      plans: plans.map(({ series, steps, waiting, held, archivePeriods, packing }) => ({
        series, waiting, packing, archivePeriods: archivePeriods.map(formatDay), steps: steps.map(printedPlan), held: held.map(printedPlan),
      })),
    },
    text: lines.join('\n'),
  }
}

function printedPlan({ source, target, boundary, entities }: RunPlan['steps'][number]): object {
  return { source, target, boundary: formatDay(boundary), entities: entities.length }
}

/** The sums of a run, for people. */
export function runText(report: Pick<TiersReport, 'rolledUp' | 'retired' | 'archived' | 'held' | 'refused'>): string {
  const { rolledUp, retired, archived, held, refused } = report
  return `${grouped(rolledUp)} rows rolled up, ${grouped(retired)} retired, ${grouped(archived)} archived, ${grouped(held)} held, ${grouped(refused)} refused`
}

/** A line a step; archive files of one run are summed up. */
function stepLines(steps: readonly TierStepReport[]): readonly string[] {
  const files = steps.filter((step) => step.step === 'archive')
  const others = steps.filter((step) => step.step !== 'archive')
  const rows = files.reduce((sum, step) => sum + step.rows, 0)
  return [...others.map((step) => `  ${stepText(step)}`), ...(files.length === 0 ? [] : [`  archive: ${grouped(rows)} rows in ${grouped(files.length)} ${files.length === 1 ? 'file' : 'files'}`])]
}

export function stepText(step: TierStepReport): string {
  switch (step.step) {
    case 'rollUp': return `${step.source} → ${step.target}: ${grouped(step.entities)} entities, ${grouped(step.retired)} rows before ${formatDay(step.boundary)} became ${grouped(step.rolledUp)}`
    case 'wait': return `${step.source} → ${step.target}: ${grouped(step.entities)} entities wait for a capture`
    case 'hold': return `${step.source} → ${step.target}: ${grouped(step.rows)} rows before ${formatDay(step.boundary)} stay, held`
    case 'pack': return `${packedText(step)} packed`
    case 'erase': return step.code === null ? `erasures finished: ${step.erasures.join(', ')}` : `erasures stay open: ${step.code}: ${step.message ?? ''}`
    case 'archive': return `archive: ${grouped(step.rows)} rows into ${step.path}`
    case 'refuse': return 'source' in step ? `${step.source} → ${step.target}: ${grouped(step.rows)} rows stay: ${step.code}: ${step.message}` : `archive: the period of ${formatDay(step.period)} stays in the store: ${step.code}: ${step.message}`
  }
}

function printedStep(step: TierStepReport): object {
  if (step.step === 'rollUp' || step.step === 'hold') return { ...step, boundary: formatDay(step.boundary) }
  if (step.step === 'wait' || step.step === 'pack' || step.step === 'erase') return step
  return { ...step, period: formatDay(step.period) }
}

/** Rows, bytes and ages as a table. A tier for which the history is too young is named as such. */
export function standingText({ series, tiers: standings, quarantine, due, waiting, held, keptPlain }: SeriesStanding): string {
  const day = (value: number | null): string => (value === null ? '–' : formatDay(value))
  const lines = [
    series,
    table(
      [{ title: 'tier', align: 'left' }, { title: 'rows', align: 'right' }, { title: 'size', align: 'right' }, { title: 'oldest', align: 'left' }, { title: 'newest', align: 'left' }, { title: 'files', align: 'right' }],
      standings.map(({ tier, rows, bytes, oldest, newest, files }) => [tier, grouped(rows), bytesText(bytes), day(oldest), day(newest), files === undefined ? '' : grouped(files)]),
    ),
    ...due.map(({ source, target, entities }) => `${source} → ${target}: ${grouped(entities)} entities due`),
    ...waiting.map(({ source, target, entities }) => `${source} → ${target}: ${grouped(entities)} entities wait for a capture`),
    ...held.map(({ source, target, entities }) => `${source} → ${target}: ${grouped(entities)} entities held`),
  ]
  const moving = new Set<string>([...due, ...waiting, ...held].map(({ target }) => target))
  const young = tooYoungTiers(standings).filter((tier) => !moving.has(tier))
  if (young.length > 0) lines.push(`empty, because the history is too young: ${young.join(', ')}`)
  if (keptPlain) lines.push(`kept plain since tiers unpack: nothing is packed before tiers pack ${series}`)
  if (quarantine.events > 0) lines.push(`in quarantine: ${quarantine.atLeast ? 'more than ' : ''}${grouped(quarantine.events)} events`)
  return lines.join('\n')
}

/** The tiers of the policy that nothing is old enough for; one that has handed everything on is not among them. */
function tooYoungTiers(standings: SeriesStanding['tiers']): readonly string[] {
  const passages = standings.filter(({ tier }) => tier !== 'events' && tier !== 'identities' && tier !== 'superseded' && tier !== 'payloads')
  const reached = passages.findLastIndex(({ rows }) => rows > 0)
  return reached < 0 ? [] : passages.slice(reached + 1).map(({ tier }) => tier)
}

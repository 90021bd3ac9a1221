import type { CaptureFailure, CollectPlan, FrequencyChange } from '../capture/collect-plan.ts'
import { type CollectReport, sourceFailure } from '../capture/collect-report.ts'
import type { CaptureDecision } from '../capture/decide.ts'
import { isCollected } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { textOf, type CommandSpec, type Outcome } from './command-spec.ts'
import { withGate } from './history.ts'
import type { Invocation } from './invocation.ts'
import { grouped } from './table.ts'

export const capture: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [{ flags: '--backfill <range>', text: 'compute the rows of these days anew, or ask their source again: 2024-01-01..2024-02-01 (half-open)' }],
  examples: [
    'tidemark capture activity',
    'tidemark capture activity --backfill 2026-01-01..2026-02-01 --json',
    'tidemark capture activity --dry-run',
  ],
  details: 'One capture covers every gap up to now, as far as a live source can answer for it; repeating it changes nothing.',
  run: async (invocation, [name], options) => {
    const range = textOf(options, 'backfill')
    const backfill = range === undefined ? undefined : rangeOf(range)
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string)
    return withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate }) => {
      if (invocation.dryRun) {
        const plan = await gate.planCapture(series.name)
        return 'windows' in plan ? plannedCollect(plan) : plannedCapture(plan)
      }
      const report = await gate.capture(series.name, backfill === undefined ? {} : { backfill })
      if (isCollected(series)) return collected(invocation, series.name, report as CollectReport)
      const { created, unchanged, restated, failed, covered, skipped } = report
      const rows = backfill === undefined ? '' : `; rows created ${grouped(created)}, restated ${grouped(restated)}, unchanged ${grouped(unchanged)}`
      return { document: { created, unchanged, restated, failed, skipped, covered }, text: `covered ${entities(covered)} more${rows}${skippedText(skipped)}` }
    }, { project })
  },
}

function plannedCapture({ covered, skipped, write }: CaptureDecision): Outcome {
  return { document: { covered, skipped, write, dryRun: true }, text: `would cover ${entities(covered)} more${skippedText(skipped)}` }
}

function plannedCollect(plan: CollectPlan): Outcome {
  const windows = plan.windows.reduce((sum, window) => sum + window.entities.length, 0)
  const lines = [
    `would ask for ${windowsText(windows)}${skippedText(plan.skipped)}`,
    ...firstOf(plan.windows.map(({ from, to, entities: of }) => `  ${from} to ${to}: ${entities(of.length)}`)),
    ...changeLines(plan.decisions),
    ...failureLines(plan.failures, plan.failures.length),
  ]
  return { document: { ...plan, dryRun: true }, text: lines.join('\n') }
}

/** A capture of which nothing was had has failed; of one that lacks only some windows the rest is there, and what failed is told. */
function collected(invocation: Invocation, series: string, report: CollectReport): Outcome {
  const { created, unchanged, restated, failed, covered, skipped, failures, decisions, sourceMs, storeMs, slowCalls } = report
  const failure = sourceFailure(series, report)
  if (failure !== null) throw failure
  const told = failureLines(failures, failed)
  if (told.length > 0 && !invocation.json) process.stderr.write(`${told.join('\n')}\n`)
  else if (told.length > 0) process.stderr.write(`${windowsText(failed)} failed\n`)
  const document = { created, unchanged, restated, failed, skipped, covered, failures, decisions, sourceMs, storeMs, slowCalls }
  const lines = [
    `captured ${windowsText(created)}${restated === 0 ? '' : `, restated ${grouped(restated)}`}${unchanged === 0 ? '' : `, unchanged ${grouped(unchanged)}`}${failed === 0 ? '' : `, failed ${grouped(failed)}`}${skippedText(skipped)}`,
    ...changeLines(decisions),
    ...(slowCalls === 0 ? [] : [`  slow: ${slowCalls === 1 ? '1 call' : `${grouped(slowCalls)} calls`} of the source took more than half of the time there is; ${grouped(sourceMs)} ms in all`]),
  ]
  return { document, text: lines.join('\n') }
}

const MOST_LINES = 10

function firstOf(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `  and ${grouped(lines.length - MOST_LINES)} more`]
}

function changeLines(changes: readonly FrequencyChange[]): readonly string[] {
  return firstOf(changes.map(({ tenant, entity, from, to, reason, status, activity }) => {
    const why = [reason.replaceAll('_', ' '), ...(status === null ? [] : [`status ${status}`]), ...(activity === null ? [] : [`activity ${activity}`])].join(', ')
    return `  ${tenant}/${entity}: ${from ?? 'none'} → ${to} (${why})`
  }))
}

/** @param failed all of them, of which the failures are the first */
function failureLines(failures: readonly CaptureFailure[], failed: number): readonly string[] {
  const lines = failures.slice(0, MOST_LINES).map(({ tenant, entity, window, message }) => {
    const whose = tenant === null ? '' : `${tenant}/${entity}${window === null ? '' : ` at ${window}`}: `
    return `  failed ${whose}${message}`
  })
  const more = Math.max(failed, failures.length) - lines.length
  return more > 0 ? [...lines, `  and ${grouped(more)} more failed`] : lines
}

function rangeOf(text: string): { from: string; to: string } {
  const [from, to, ...rest] = text.split('..')
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new TidemarkError('OPTION_INVALID', `--backfill is FROM..TO, not ${JSON.stringify(text)}`, { where: '--backfill', hint: 'Write for example --backfill 2024-01-01..2024-02-01.' })
  }
  return { from, to }
}

function entities(count: number): string {
  return count === 1 ? '1 entity' : `${grouped(count)} entities`
}

function windowsText(count: number): string {
  return count === 1 ? '1 window' : `${grouped(count)} windows`
}

function skippedText(skipped: Readonly<Record<string, number | undefined>>): string {
  const reasons = Object.entries(skipped).filter(([, count]) => (count ?? 0) > 0)
  return reasons.length === 0 ? '' : `; skipped ${reasons.map(([reason, count]) => `${grouped(count as number)} ${reason}`).join(', ')}`
}

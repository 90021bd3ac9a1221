import { basename } from 'node:path'
import type { EventReport } from '../intake.ts'
import { boundedMemory } from './bounded-memory.ts'
import { textOf, type CommandSpec } from './command-spec.ts'
import { withGate } from './history.ts'
import { grouped } from './table.ts'

export const ingest: CommandSpec = {
  arguments: [{ name: '<stream>', text: 'the stream' }, { name: '<file>', text: 'CSV or NDJSON, also .gz; - for standard input' }],
  options: [
    { flags: '--format <format>', text: 'what the file is, where its name does not tell', choices: ['csv', 'ndjson'] },
    { flags: '--on-conflict <what>', text: 'a known id with other content goes to quarantine (the default), or takes the old one\'s place', choices: ['quarantine', 'replace'] },
  ],
  examples: [
    'tidemark ingest contributions commits.csv',
    'tidemark ingest contributions - --format ndjson --json < commits.ndjson',
    'tidemark ingest contributions commits.csv --on-conflict replace',
    'tidemark ingest contributions commits.csv --dry-run',
  ],
  details: 'Events that are known are duplicates; what cannot be accepted goes to quarantine, with the reason, and is no failure.',
  run: async (invocation, [stream, file], options) => {
    const project = await invocation.project()
    const definition = project.declared.streamNamed(stream as string)
    const format = textOf(options, 'format') as 'csv' | 'ndjson' | undefined
    if (invocation.dryRun) {
      const { checkFile } = await import('../file-intake.ts')
      const checked = await checkFile(definition, file as string, { now: invocation.now, ...(format === undefined ? {} : { format }) })
      return { document: { ...checked, dryRun: true }, text: `${grouped(checked.readable)} readable, ${grouped(checked.rejected)} to be rejected${rejectionsText(checked.rejections)}` }
    }
    return withGate(invocation, 'write', async ({ gate }) => {
      const name = file === '-' ? 'stdin' : basename(file as string)
      const bound = boundedMemory()
      const report = await gate.ingestFile(definition.name, file as string, {
        ...(format === undefined ? {} : { format }),
        onConflict: textOf(options, 'onConflict') === 'replace' ? 'replace' : 'quarantine',
        progress: (events) => {
          bound()
          invocation.progress.update(`${name}: ${grouped(events)} events`)
        },
      })
      return { document: report, text: `${reportText(report)}${report.rejected === 0 ? '' : '\nSee tidemark quarantine list.'}` }
    }, { project, thread: 'worker' })
  },
}

/** What became of events, for people. */
export function reportText(report: EventReport): string {
  const { accepted, duplicate, rejected } = report
  return `${grouped(accepted)} accepted, ${grouped(duplicate)} ${duplicate === 1 ? 'duplicate' : 'duplicates'}, ${grouped(rejected)} rejected${rejectionsText(report.rejections)}`
}

const SHOWN = 10

function rejectionsText(rejections: EventReport['rejections']): string {
  if (rejections.length === 0) return ''
  const lines = rejections.slice(0, SHOWN).map(({ line, code, reason }) => `  line ${line}: ${code}: ${reason}`)
  const more = rejections.length > SHOWN ? [`  and ${grouped(rejections.length - SHOWN)} more`] : []
  return `\n${[...lines, ...more].join('\n')}`
}

import { TidemarkError } from '../errors.ts'
import { textOf, type CommandSpec } from './command-spec.ts'
import { withGate } from './history.ts'
import { reportText } from './ingest.ts'

export const retract: CommandSpec = {
  arguments: [{ name: '<stream>', text: 'the stream' }, { name: '<ids...>', text: 'ids of events of --tenant; without --tenant, one file (or -) with the columns tenant and id' }],
  options: [{ flags: '--tenant <name>', text: 'the tenant of the ids' }],
  examples: [
    'tidemark retract contributions a1b2c3 --tenant kysely',
    'tidemark retract contributions taken-back.csv --json',
  ],
  details: 'An event can be taken back while its day is retained; a retracted id stays known. Exits 0 also when some were rejected.',
  run: async (invocation, [stream, ...words], options) => {
    const project = await invocation.project()
    const definition = project.declared.streamNamed(stream as string)
    const tenant = textOf(options, 'tenant')
    const ids = tenant === undefined ? await idsIn(words, definition) : words.map((id) => ({ tenant, id }))
    if (invocation.dryRun) return { document: { retractions: ids.length, dryRun: true }, text: `would take back ${ids.length}` }
    return withGate(invocation, 'write', async ({ gate }) => {
      const report = await gate.retract(definition.name, ids)
      return { document: report, text: reportText(report) }
    }, { project })
  },
}

async function idsIn(words: readonly string[], stream: { readonly tenant: string; readonly id: string }): Promise<readonly { tenant: string; id: string }[]> {
  const [file, ...more] = words
  if (file === undefined || more.length > 0) {
    throw new TidemarkError('OPTION_INVALID', 'ids need the tenant they belong to', { where: '--tenant', hint: 'Give --tenant NAME before the ids, or one file with the columns tenant and id.' })
  }
  const { readRecords } = await import('./records.ts')
  return (await readRecords(file)).map((record, index) => {
    const row = typeof record === 'object' && record !== null ? record as Record<string, unknown> : {}
    const tenant = row['tenant'] ?? row[stream.tenant]
    const id = row['id'] ?? row[stream.id]
    if (typeof tenant === 'string' && typeof id === 'string') return { tenant, id }
    throw new TidemarkError('FILE_HEADER', `record ${index + 1} of ${file} names no tenant and id`, { where: file, hint: `The columns are tenant and id, or ${stream.tenant} and ${stream.id}.` })
  })
}

import type { AdjustmentInput } from '../adjustment.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { listOf, textOf, type CommandSpec, type OptionValues } from './command-spec.ts'
import { withGate } from './history.ts'
import { reportText } from './ingest.ts'
import { whereOf } from './selection.ts'

const FIELDS = ['tenant', 'entity', 'day', 'measure', 'by', 'id', 'reason'] as const

export const adjust: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }, { name: '[file]', text: 'CSV or NDJSON (- for standard input) with the columns tenant, entity, day, measure, by, id, reason, and one for each dimension' }],
  options: [
    { flags: '--tenant <name>', text: 'the tenant' },
    { flags: '--entity <id>', text: 'the entity' },
    { flags: '--day <day>', text: 'the local day' },
    { flags: '--measure <name>', text: 'a count or a delta of the series' },
    { flags: '--by <amount>', text: 'how much to add, signed: 2, -3, 12.50' },
    { flags: '--id <id>', text: 'its identity: the same again changes nothing' },
    { flags: '--reason <text>', text: 'why' },
    { flags: '--where <dimension=value>', text: 'a value for each dimension of the series', repeatable: true },
  ],
  examples: [
    'tidemark adjust activity --tenant kysely --entity c1 --day 2026-01-10 --measure contributions --by 2 --id adj-1 --reason "two commits lost in a migration"',
    'tidemark adjust activity adjustments.csv --json',
  ],
  run: async (invocation, [name, file], options) => {
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string)
    const inputs = file === undefined ? [oneOf(options)] : await fileOf(file, series)
    if (invocation.dryRun) {
      const { readAdjustments } = await import('../adjustment.ts')
      const { adjustments, rejects } = readAdjustments(series, inputs)
      const rejections = rejects.map(({ line, code, reason }) => ({ line, code, reason }))
      return { document: { readable: adjustments.length, rejected: rejects.length, rejections, dryRun: true }, text: `${adjustments.length} readable, ${rejects.length} to be rejected` }
    }
    return withGate(invocation, 'write', async ({ gate }) => {
      const report = await gate.adjust(series.name, inputs)
      return { document: report, text: reportText(report) }
    }, { project })
  },
}

function oneOf(options: OptionValues): AdjustmentInput {
  const read = (field: (typeof FIELDS)[number]): string => {
    const value = textOf(options, field)
    if (value === undefined) throw new TidemarkError('ARGUMENT_MISSING', `an adjustment needs --${field}`, { where: `--${field}`, hint: `Give ${FIELDS.map((one) => `--${one}`).join(', ')}, or a file.` })
    return value
  }
  return { tenant: read('tenant'), entity: read('entity'), day: read('day'), measure: read('measure'), by: read('by'), id: read('id'), reason: read('reason'), group: whereOf(listOf(options, 'where')) }
}

async function fileOf(file: string, series: SeriesDefinition): Promise<readonly AdjustmentInput[]> {
  const { readRecords } = await import('./records.ts')
  // A flat file has a column for each dimension; in JSON, `group` may hold them.
  return (await readRecords(file)).map((record) => {
    if (typeof record !== 'object' || record === null || 'group' in record) return record as AdjustmentInput
    const row = record as Record<string, unknown>
    const group = Object.fromEntries(series.dimensions.flatMap(({ field }) => (row[field] === undefined ? [] : [[field, row[field]]])))
    return { ...row, group } as unknown as AdjustmentInput
  })
}

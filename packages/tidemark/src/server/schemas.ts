import { z } from 'zod'
import { TIERS } from '../definitions/keep.ts'
import { COMPARISONS, GRAINS } from '../query/request.ts'

/** Schemas that several routes share. The same ones validate, and make the OpenAPI document. */

const name = (what: string) => z.string().min(1).max(4096).describe(what)

export const seriesPath = z.strictObject({ series: name('A declared series.') })
export const streamPath = z.strictObject({ stream: name('A declared stream.') })

export const day = (what: string) => z.string().max(32).describe(`${what}: a local day, YYYY-MM-DD.`)
export const instant = (what: string) => z.string().max(64).describe(`${what}: ISO 8601 with an offset or Z.`)

/** Lists may be given several times, or once with commas. */
const list = (what: string) => z.array(z.string().min(1).max(4096)).max(1000).describe(`${what} Several times, or once by commas.`)
const many = (what: string) => z.array(z.string().min(1).max(4096)).max(5000).describe(`${what} May be given several times.`)

export const ofTenant = {
  tenant: name('The tenant. Needed where there are several, unless all are asked for.').optional(),
  allTenants: z.boolean().describe('Every tenant, a row each.').optional(),
}

export const selection = {
  select: list('Answers to give: `contributions.sum`.').min(1),
  ...ofTenant,
  entity: many('Only these entities.').optional(),
  where: many('Only events with this value of a dimension: `kind=fix`.').optional(),
  by: list('A row for each value of these dimensions.').optional(),
  from: day('The first').optional(),
  to: day('The day after the last').optional(),
  asOf: instant('What was believed then').optional(),
}

export const FORMATS = ['json', 'csv', 'parquet'] as const

export const paging = {
  after: z.string().max(8192).describe('Where the last page ended: its `next`.').optional(),
  limit: z.number().int().min(1).max(50_000).describe('The most rows of a page. Default 1000.').optional(),
}

export const formatted = { format: z.enum(FORMATS).describe('Default json. csv and parquet are whole: no pages.').optional() }

export const grain = z.enum(GRAINS)
export const comparison = z.enum(COMPARISONS)
export const tier = z.enum(TIERS)

export const scalar = z.union([z.number(), z.string(), z.boolean(), z.null()])

export const coverage = z.object({
  expected: z.number().int(),
  present: z.number().int(),
  reasons: z.record(z.string(), z.number().int()),
  measures: z.record(z.string(), z.object({ present: z.number().int(), reasons: z.record(z.string(), z.number().int()) })).optional(),
}).meta({ id: 'Coverage', description: 'How many windows an answer should have had, how many it had, and why the others are missing.' })

const rowHead = {
  tenant: z.string(),
  entity: z.string().nullable().describe('null in a total.'),
  group: z.record(z.string(), z.string()).nullable().describe('The values of the dimensions that the row is about; null for the whole.'),
  coverage: coverage.nullable(),
  widened: z.object({ from: z.string(), to: z.string() }).optional().describe('The range to ask for instead, where a retired row was cut.'),
  suppressed: z.boolean().optional().describe('true: too few entities stand behind the row to show it.'),
}

export const queryRow = z.looseObject({ ...rowHead, period: z.string().describe('The first local day of the period.') })
  .meta({ id: 'QueryRow', description: 'Beside these keys stand the answers that were asked for, as MEASURE.ANSWER.' })

export const windowRow = z.looseObject({ ...rowHead, from: z.string(), to: z.string() })
  .meta({ id: 'WindowRow', description: 'Beside these keys stand the answers that were asked for, as MEASURE.ANSWER.' })

export const names = z.array(z.object({ tenant: z.string(), entity: z.string(), name: z.string() })).optional()
  .describe('What people call the entities of these rows, where a roster says so; left out where it says nothing.')

export const next = z.string().nullable().describe('The cursor of the next page; null at the end.')

export const eventReport = z.object({
  accepted: z.number().int(),
  duplicate: z.number().int(),
  rejected: z.number().int(),
  rejections: z.array(z.object({ line: z.number().int(), code: z.string(), reason: z.string() })).describe('By their line of NDJSON, else their place in the list, from 1; the first 10,000.'),
  rejectionsLeftOut: z.number().int().optional(),
}).meta({ id: 'EventReport', description: 'What became of what was sent. It is durable.' })

export const problem = z.object({
  type: z.string().describe('The page of the code.'),
  title: z.string(),
  status: z.number().int(),
  code: z.string().describe('Stable; see docs/errors.md.'),
  detail: z.string(),
  where: z.string().optional(),
  hint: z.string(),
}).meta({ id: 'Problem', description: 'An error (RFC 9457), with a code of the catalogue.' })

/** A list that may be written with commas. */
export function splitted(words: readonly string[] | undefined): readonly string[] {
  return (words ?? []).flatMap((word) => word.split(',')).map((word) => word.trim()).filter((word) => word !== '')
}

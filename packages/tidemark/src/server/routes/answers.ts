import { z } from 'zod'
import type { Gate } from '../../access/gate.ts'
import { TidemarkError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { type Answer, type AnswerWords, checkWords, toldAnswer } from '../../panels/answer.ts'
import { rowsOf, valueAt } from '../../panels/check-panel.ts'
import { GateReader } from '../../panels/gate-reader.ts'
import { ANSWER_WORDS } from '../../panels/panel.ts'
import type { EntityRow } from '../../query/entity-names.ts'
import { answerColumns, answerEntities } from '../answer-columns.ts'
import { EVERYTHING, type Extent } from '../../stores/contract/extent.ts'
import { route } from '../route.ts'
import { day, grain, instant } from '../schemas.ts'
import { given } from '../selection.ts'

const name = z.string().min(1).max(4096)

const toldAnswerSchema = z.object({
  name: z.string(), title: z.string(), summary: z.string(),
  words: z.array(z.object({ word: z.enum(ANSWER_WORDS), required: z.boolean() })).describe('What it can be asked with.'),
  panel: z.looseObject({ draw: z.enum(['cards', 'gauges', 'chart', 'heat', 'radar', 'links', 'table']) }).nullable().describe('How it is drawn: paths into its document.'),
  place: z.object({ row: z.number().int(), column: z.number().int(), width: z.enum(['third', 'half', 'whole']) }).nullable().describe('Where it stands on the page of the project.'),
  coverage: z.object({ rows: z.string().optional(), path: z.string() }).describe('Where its document keeps its coverage: at a path, or of each row.'),
}).meta({ id: 'ToldAnswer' })

export const answers = route({
  id: 'listAnswers', method: 'GET', url: '/v1/answers', tag: 'questions', summary: 'The answers that the project declares: what they say, what they take, how they are drawn.', action: 'summary',
  path: null, query: z.strictObject({}), body: null, answer: z.object({ answers: z.array(toldAnswerSchema) }).meta({ id: 'Answers' }),
  async handle({ gate, project }) {
    // The right to look at declarations.
    gate.series()
    return { kind: 'document', document: { answers: project.answers.map(toldAnswer) } }
  },
})

export const answer = route({
  id: 'answer', method: 'GET', url: '/v1/answers/{name}', tag: 'questions', summary: 'One answer of the project.',
  description: 'A JSON document of the answer\'s own form; which words it takes is told by /v1/answers. It is made of questions that are judged as if they came alone: one that a role may not ask is refused here, too.',
  action: 'summary', path: z.strictObject({ name: name.describe('A declared answer.') }), body: null, tables: ['csv'],
  // What its reader asks tells more.
  cached: () => EVERYTHING,
  query: z.strictObject({
    tenant: name.describe('The tenant. May be left out where there is one.').optional(), entity: name.describe('The entity.').optional(),
    from: day('The first').optional(), to: day('The day after the last').optional(), grain: grain.optional(),
    at: instant('The instant').optional(), before: instant('The instant to set beside it').optional(),
    horizon: z.number().int().min(1).max(400).describe('Days to look ahead.').optional(), most: z.number().int().min(1).max(1_000).describe('The most rows.').optional(),
    threshold: z.string().regex(/^-?\d{1,15}(?:\.\d{1,9})?$/).describe('A bound: a decimal.').optional(),
    format: z.enum(['json', 'csv']).describe('Default json. csv is of the rows that the panel draws.').optional(),
  }),
  answer: z.looseObject({}).meta({ id: 'ProjectAnswer', description: 'As the answer makes it.' }),
  async handle({ gate, path, query: { format, ...words }, project, limits }) {
    const found = named(project.answers, path.name)
    const asked = await ownWords(gate, found, given(words) as AnswerWords)
    checkWords(found, asked)
    const reader = new GateReader(gate, project.now)
    if (format === 'csv') {
      const { panel } = found
      const place = rowsOf(panel)
      if (panel === null || place === null) throw new TidemarkError('REQUEST_INVALID', `${found.name} has no one list of rows`, { where: 'format', hint: 'Ask for it as JSON.' })
      const rows = await gate.exportAnswer(found.name, 'csv', asked.tenant ?? null, async () => listAt(await found.ask(reader, asked), place), { mostRows: limits.answerRows })
      const entities = answerEntities(panel, rows, asked.tenant)
      const series = entities === null ? null : nameableSeries(gate, reader.about)
      const names = series === null ? null : await gate.names(series, entities as readonly EntityRow[])
      return { kind: 'table', format, name: found.name, columns: answerColumns(panel, rows, { names, tenant: asked.tenant }), rows }
    }
    const document = await found.ask(reader, asked)
    // Whose tenant is found, by there being one alone, is told something else once there are two.
    return { kind: 'document', document, closed: reader.closed, about: words.tenant === undefined ? { ...reader.about, tenants: gate.principal.tenants } : reader.about }
  },
})

function named(all: readonly Answer[], asked: string): Answer<AnswerWords> {
  const found = all.find((one) => one.name === asked)
  if (found !== undefined) return found
  throw new TidemarkError('PROJECT_ANSWER_UNKNOWN', `there is no answer ${JSON.stringify(asked)}`, { where: 'name', hint: nearest(asked, all.map((one) => one.name)) })
}

/** Whoever sees one tenant need not name it. */
async function ownWords(gate: Gate, { words }: Answer, asked: AnswerWords): Promise<AnswerWords> {
  if (asked.tenant !== undefined || !words.some(({ word, required }) => word === 'tenant' && required)) return asked
  const [only, ...more] = gate.principal.tenants ?? await gate.tenants()
  if (only !== undefined && more.length === 0) return { ...asked, tenant: only }
  throw new TidemarkError('TENANT_NEEDED', 'the answer is of one tenant, and none was named', { where: 'tenant', hint: 'Give tenant.' })
}

/** A series whose rosters may name the entities of an answer; null where they do not, or where it read of several kinds: the same id is then of more than one. */
function nameableSeries(gate: Gate, { series: read }: Extent): string | null {
  const series = gate.series().filter(({ name }) => read === null || read.includes(name))
  const [first, ...more] = series
  return first === undefined || more.some(({ of }) => of.name !== first.of.name) || !gate.mayName(first.name) ? null : first.name
}

function listAt(document: unknown, place: string): readonly object[] {
  const rows = valueAt(document, place)
  return Array.isArray(rows) ? rows.filter((row): row is object => typeof row === 'object' && row !== null) : []
}

import { z } from 'zod'
import { coverage, scalar, tier } from './schemas.ts'

/** What `GET /v1/series/{series}/inspect` answers: of a row of events, or of one that was collected. */

const moment = { transaction: z.number().int(), at: z.string() }
const transaction = z.object(moment)
const answers = z.record(z.string(), scalar)
const row = { version: z.number().int().describe('Of the definition.'), revision: z.number().int(), facts: z.number().int().describe('Events and adjustments, or windows, in it.') }

const part = z.object({
  ...moment, file: z.string().nullable().describe('The archive file that it lies in; null: in the store.'), ...row, digest: z.string().nullable(),
  states: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
}).meta({ id: 'InspectedPart' })

const belief = z.object({ ...moment, until: transaction.nullable().describe('When something else began to be believed; null: it still is.'), ...row, answers }).meta({ id: 'InspectedBelief' })

const head = { series: z.string(), tenant: z.string(), entity: z.string(), group: z.record(z.string(), z.string()).nullable(), day: z.string().describe('That was asked for.') }
const tail = { answers, coverage, damaged: z.string().nullable().describe('What is wrong with the archive file.'), earlier: z.array(belief).describe('Oldest first.') }

const ofEvents = z.object({
  ...head, tier, from: z.string(), to: z.string(), ...tail,
  parts: z.array(part).describe('With an archive file, also a row of additions beside it; none where nothing happened.'),
  events: z.array(z.object({ id: z.string(), day: z.string(), at: z.string(), values: answers, accepted: transaction, removed: transaction.nullable() })),
  eventsGone: z.string().nullable().describe('Why events are missing; null: all of them are there.'),
  adjustments: z.array(z.object({ id: z.string(), day: z.string(), measure: z.string(), by: z.union([z.number(), z.string()]), reason: z.string(), accepted: transaction })),
  checkpoints: z.array(z.object({ ...moment, every: z.number().int(), count: z.number().int() })),
  captures: z.object({ count: z.number().int(), first: transaction.nullable(), last: transaction.nullable() }),
}).meta({ id: 'EventInspection' })

const collected = z.object({
  ...head, tier: tier.nullable().describe('null: there is no row.'), window: z.object({ from: z.string(), to: z.string() }), ...tail,
  decision: z.object({ from: z.string(), decidedAt: z.string(), cadence: z.enum(['hour', 'sixHours', 'day', 'final', 'never']), status: z.string().nullable(), activity: z.union([z.number(), z.string()]).nullable() }).nullable()
    .describe('How often the entity was to be captured on the day; null: it was not enrolled.'),
  windows: z.array(z.object({ period: z.string(), is: z.string().describe('present, or the reason why it is not.') })), part: part.nullable(),
  payload: z.object({ version: z.number().int(), text: z.string() }).nullable(), failures: z.array(z.object({ from: z.string(), message: z.string() })),
}).meta({ id: 'CollectedInspection' })

export const inspection = z.union([ofEvents, collected]).meta({ id: 'Inspection' })

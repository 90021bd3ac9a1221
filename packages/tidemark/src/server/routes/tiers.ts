import { z } from 'zod'
import { formatDay } from '../../calendar/civil.ts'
import type { SeriesStanding } from '../../tiers/status.ts'
import { route } from '../route.ts'

export const standing = z.looseObject({
  series: z.string(),
  tiers: z.array(z.object({
    tier: z.string(), rows: z.number().int(), bytes: z.number().int(), oldest: z.string().nullable(), newest: z.string().nullable(),
    oldestAgeDays: z.number().int().nullable(), newestAgeDays: z.number().int().nullable(), files: z.number().int().optional(),
  })),
  quarantine: z.object({ events: z.number().int(), atLeast: z.boolean() }),
}).meta({ id: 'SeriesStanding', description: 'How much of a series lies in which tier, and what waits to move.' })

/** With local days as days are written everywhere. */
export function shownStanding({ tiers, ...rest }: SeriesStanding): object {
  const day = (epochDay: number | null): string | null => (epochDay === null ? null : formatDay(epochDay))
  return { ...rest, tiers: tiers.map((one) => ({ ...one, oldest: day(one.oldest), newest: day(one.newest) })) }
}

export const tiers = route({
  id: 'listTiers', method: 'GET', url: '/v1/tiers', tag: 'operation', summary: 'Rows, bytes and ages of each tier of each series.', action: 'read',
  path: null, query: z.strictObject({ series: z.string().max(200).optional() }), body: null,
  answer: z.object({ series: z.array(standing) }).meta({ id: 'Tiers' }),
  async handle({ gate, query: { series } }) {
    const names = series === undefined ? gate.series().map(({ name }) => name) : [series]
    const standings: object[] = []
    for (const name of names) standings.push(shownStanding(await gate.tiers.status(name)))
    return { kind: 'document', document: { series: standings } }
  },
})

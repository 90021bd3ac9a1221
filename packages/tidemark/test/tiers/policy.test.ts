import { describe, expect, it } from 'vitest'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { StoredSchema } from '../../src/stores/contract/schema.ts'
import { livePolicy } from '../../src/tiers/policy.ts'
import { activity } from './sample.ts'

function schemaOf(...history: readonly SeriesDefinition[]): StoredSchema {
  return {
    id: null, format: 1, series: [{ definition: history.at(-1) as SeriesDefinition, version: history.length }],
    migrations: history.map((definition, index) => ({ version: index + 1, at: index * 1000, program: `tidemark 0.${index}.0`, steps: [], series: [definition] })),
  }
}

const long = activity({ day: '1y', week: '18mo', month: '10y', quarter: 'archive' })
const short = activity({ day: '90d', month: 'forever', asOfDays: 7 })

describe('livePolicy', () => {
  it('says the policy as it is declared, and since when', () => {
    expect(livePolicy(schemaOf(short, long, { ...long, windows: { year: { anchor: 'firstEvent', months: 12 } } }), 'activity')).toEqual({
      series: 'activity', asOfDays: 35, since: { version: 2, at: 1000, program: 'tidemark 0.1.0' },
      keep: [{ tier: 'day', until: '1y' }, { tier: 'week', until: '18mo' }, { tier: 'month', until: '10y' }, { tier: 'quarter', until: 'archive' }],
    })
  })
  it('counts from its return when it was another in between', () => {
    expect(livePolicy(schemaOf(short, long, short), 'activity')).toMatchObject({ since: { version: 3 }, keep: [{ until: '90d' }, { until: 'forever' }] })
  })
  it('names a series that is not there', () => {
    expect(() => livePolicy(schemaOf(long), 'nothing')).toThrow(expect.objectContaining({ code: 'SERIES_UNKNOWN' }))
  })
})

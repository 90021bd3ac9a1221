// Compiled, never run: what a question of a collected series may ask, and the types of what it is answered.
import { decimal, entity, integer, series, type InferState, type Tidemark } from '../../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const check = <_Holds extends true>(): void => {}

const site = entity('site', { tenant: 'client', zone: 'UTC' })
declare const schema: { readonly '~standard': { readonly version: 1; readonly vendor: string; readonly validate: (value: unknown) => { readonly value: { readonly note: string } }; readonly types?: { readonly input: unknown; readonly output: { readonly note: string } } } }
const metrics = series('metrics', { of: site, grain: 'hour' })
  .measures(({ gauge, state, count, delta, flag }) => ({ load: gauge(integer()), temp: gauge(decimal(1)), mood: state(['good', 'bad']), hits: count(), cost: delta(decimal(2)), up: flag() }))
  .by({ channel: { most: 5 } })
  .derive(({ ratio }) => ({ use: ratio('load', 'hits') }))
  .payload(schema, { version: 1 })
  .collect(async () => [], { entities: async () => [] })

type State = InferState<typeof metrics>
check<Same<State['values'], {
  readonly load: number | null; readonly temp: string | null; readonly mood: 'good' | 'bad' | null; readonly hits: number | null
  readonly cost: string | null; readonly up: boolean | null; readonly use: string | null
}>>()
check<Same<State['payload'], { readonly note: string } | null>>()

export async function asked(tm: Tidemark): Promise<void> {
  const { rows } = await tm.query(metrics, { select: ['mood.share:good', 'cost.mean', 'use.value'], by: ['channel'], grain: 'captured' })
  const row = rows[0] as (typeof rows)[number]
  check<Same<typeof row['mood.share:good'], string | null>>()
  // @ts-expect-error 'ugly' is no mood
  await tm.query(metrics, { select: ['mood.share:ugly'] })
  // @ts-expect-error a flag has no mean
  await tm.rank(metrics, { select: 'up.mean', from: '2024-01-01', to: '2024-02-01' })
  const [ranked] = await tm.rank(metrics, { select: 'cost.sum', from: '2024-01-01', to: '2024-02-01', by: 'status' })
  check<Same<NonNullable<typeof ranked>['value'], string | null>>()
  const found = await tm.inspect(metrics, { entity: 'a', at: '2024-01-01T00:00:00Z' })
  check<Same<typeof found.decision extends infer D ? D extends null ? never : keyof D : never, 'from' | 'decidedAt' | 'cadence' | 'status' | 'activity'>>()
  const state = await tm.stateAt(metrics, { tenant: 't', entity: 'a', at: new Date(0) })
  check<Same<NonNullable<typeof state>['values']['mood'], 'good' | 'bad' | null>>()
}

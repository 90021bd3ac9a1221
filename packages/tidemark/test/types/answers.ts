// Compiled, never run: what a question may ask, and the types of what it is answered.
import {
  type Config, type Coverage, decimal, defineConfig, entity, type InferInput, type InferKey, type InferRow, instant, integer, oneOf, open, series, type Series, stream, text,
} from '../../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const check = <_Holds extends true>(): void => {}

const contributor = entity('contributor', { tenant: 'client' })
const contributions = stream('contributions', {
  of: contributor, tenant: 'client', entity: 'contributor', id: 'commit', at: 'at',
  fields: { client: text(), contributor: text(), commit: text(), at: instant(), kind: oneOf(['fix', 'docs']), lines: integer().optional(), cost: decimal(2) },
})
const activity = series('activity', { of: contributor, grain: 'day' })
  .from(contributions, (e, { count, delta, min, any }) => ({
    contributions: count(), fix: count(e.kind.is('fix')), lines: delta(e.lines), cost: delta(e.cost), firstAt: min(e.at.timeOfDay()), active: any(),
  }))
  .by('kind')
  .derive(({ ratio }) => ({ fixShare: ratio('fix', 'contributions') }))
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '1y', month: 'forever' })
const plain = series('plain', { of: contributor, grain: 'day' }).from(contributions, (_e, { count }) => ({ all: count() }))

// Every declaration is a series, whatever it measures
export const declared: readonly Series[] = [activity, plain]
export const config: Config = defineConfig({ store: 'sqlite:x.db', series: [activity, plain] })

check<Same<InferKey<typeof activity>,
  'contributions.sum' | 'fix.sum' | 'lines.sum' | 'lines.n' | 'lines.mean' | 'cost.sum' | 'cost.n' | 'cost.mean'
  | 'firstAt.min' | 'active.any' | 'active.all' | 'active.count' | 'fixShare.value'>>()
check<Same<InferInput<typeof contributions>, {
  client: string; contributor: string; commit: string; at: string | Date; kind: 'fix' | 'docs'; cost: string | number; lines?: number | undefined
}>>()
type Row = InferRow<typeof activity, 'contributions.sum' | 'fixShare.value', 'year'>
check<Same<Row['contributions.sum'], number | null>>()
check<Same<Row['fixShare.value@year'], string | null>>()
check<Same<Row['entity'], string | null>>()

export async function ask(): Promise<void> {
  const tm = await open({ store: 'sqlite:x.db', series: [activity, plain] })

  const { rows } = await tm.query(activity, {
    select: ['contributions.sum', 'fixShare.value', 'active.any', 'cost.mean', 'firstAt.min'], compare: ['previous'],
    tenant: 'kysely', from: '2024-01-01', to: '2025-01-01', grain: 'month', by: ['kind'], where: { kind: 'fix' },
  })
  for (const row of rows) {
    check<Same<typeof row['contributions.sum'], number | null>>()
    check<Same<typeof row['fixShare.value'], string | null>>()
    check<Same<typeof row['active.any'], boolean | null>>()
    check<Same<typeof row['cost.mean'], string | null>>()
    check<Same<typeof row['firstAt.min'], number | null>>()
    check<Same<typeof row['contributions.sum@previous'], number | null>>()
    check<Same<(typeof row)['coverage@previous'], Coverage | null>>()
    check<Same<typeof row.period, string>>()
    check<Same<typeof row.coverage.expected, number>>()
    // @ts-expect-error not selected
    row['fix.sum']
    // @ts-expect-error not compared with
    row['contributions.sum@year']
    // @ts-expect-error not compared with
    row['coverage@year']
  }

  // @ts-expect-error a count has no quantile
  await tm.query(activity, { select: ['fix.quantile'] })
  // @ts-expect-error no such measure
  await tm.query(activity, { select: ['fixx.sum'] })
  // @ts-expect-error a ratio has a value and no sum
  await tm.query(activity, { select: ['fixShare.sum'] })
  // @ts-expect-error no such dimension
  await tm.query(activity, { select: ['fix.sum'], by: ['area'] })
  // @ts-expect-error a series without dimensions is not split
  await tm.query(plain, { select: ['all.sum'], by: ['kind'] })
  // @ts-expect-error no such dimension
  await tm.query(activity, { select: ['fix.sum'], where: { area: 'core' } })
  // @ts-expect-error no such grain
  await tm.query(activity, { select: ['fix.sum'], grain: 'decade' })
  // @ts-expect-error no such comparison
  await tm.query(activity, { select: ['fix.sum'], compare: ['decade'] })
  // @ts-expect-error something must be selected
  await tm.query(activity, {})

  const { rows: windows } = await tm.window(activity, { select: ['fix.sum'], window: 'fourMonths' })
  check<Same<(typeof windows)[number]['fix.sum'], number | null>>()
  check<Same<(typeof windows)[number]['from'], string>>()
  // @ts-expect-error no such window
  await tm.window(activity, { select: ['fix.sum'], window: 'threeMonths' })
  // @ts-expect-error a window has no period
  windows[0]?.period

  const commit = { client: 'kysely', contributor: 'a@b.c', commit: '1', at: '2024-03-01T09:30:00Z', kind: 'fix', cost: '1.50' } as const
  tm.record(contributions, commit)
  // @ts-expect-error no such kind
  tm.record(contributions, { ...commit, kind: 'fixx' })
  // @ts-expect-error the id is missing
  tm.record(contributions, { client: 'kysely', contributor: 'a@b.c', at: commit.at, kind: 'fix', cost: '1' })
  await tm.ingest(contributions, [commit])
  // @ts-expect-error an integer is a number
  await tm.ingest(contributions, [{ ...commit, lines: '12' }])
}

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PACKAGE, run, workFolder } from './tree.ts'

const MOST_INSTANTIATIONS = 100_000

const folder = workFolder('budget')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A project of series with 20 measures each (17 of events, 3 ratios), and questions about each of them. */
function project(series: number): string {
  const counts = Array.from({ length: 10 }, (_, index) => `    count${index}: count(e.kind.is('k${index}')),`)
  const one = (index: number): string => `
export const series${index} = series('series${index}', { of: thing, grain: 'day' })
  .from(happenings, (e, { count, delta, min, max, any }) => ({
${counts.join('\n')}
    all: count(), amount: delta(e.amount), bytes: delta(e.bytes, { where: e.urgent.isTrue() }), low: min(e.amount),
    high: max(e.bytes), first: min(e.at.timeOfDay()), active: any(e.kind.in(['k1', 'k2'])),
  }))
  .by('kind', 'channel')
  .derive(({ ratio }) => ({ share: ratio('count0', 'all'), perDay: ratio('all', 'active'), mean: ratio('amount', 'all', { scale: 2 }) }))
  .checkpoint({ every: 50, of: happenings })
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '1y', week: '3y', month: '10y', quarter: 'archive' })

export async function ask${index}(tm: Tidemark): Promise<[number | null, string | null, string | null | undefined]> {
  const { rows } = await tm.query(series${index}, { select: ['all.sum', 'share.value', 'high.max'], grain: 'month', by: ['kind'], compare: ['year'] })
  const { rows: windows } = await tm.window(series${index}, { select: ['amount.sum'], window: 'fourMonths' })
  const row = rows[0]
  return [row?.['all.sum'] ?? null, row?.['share.value@year'] ?? null, windows[0]?.['amount.sum']]
}
`
  return `import { bigint, boolean, decimal, entity, instant, oneOf, open, series, stream, text, type Tidemark } from '../../packages/tidemark/src/index.ts'

const thing = entity('thing', { tenant: 'client' })
const happenings = stream('happenings', {
  of: thing, tenant: 'client', entity: 'thing', id: 'id', at: 'at',
  fields: {
    client: text(), thing: text(), id: text(), at: instant(), amount: decimal(2), bytes: bigint().optional(), urgent: boolean(),
    kind: oneOf([${Array.from({ length: 10 }, (_, index) => `'k${index}'`).join(', ')}]), channel: oneOf(['web', 'app']),
  },
})
${Array.from({ length: series }, (_, index) => one(index)).join('')}
export const opened = open({ store: 'sqlite:x.db', series: [${Array.from({ length: series }, (_, index) => `series${index}`).join(', ')}] })
`
}

/** The same of collected series, whose collectors are checked value by value. */
function collected(series: number): string {
  const gauges = Array.from({ length: 10 }, (_, index) => `    gauge${index}: gauge(integer(), { across: 'sum' }),`)
  const values = Array.from({ length: 10 }, (_, index) => `gauge${index}: ${index}`).join(', ')
  const one = (index: number): string => `
export const series${index} = series('series${index}', { of: thing, grain: 'hour' })
  .measures(({ gauge, counter, state, flag, histogram, distinct, count }) => ({
${gauges.join('\n')}
    hours: counter(decimal(2), { across: 'sum' }), status: state(['active', 'paused', 'done']), open: flag(), latency: histogram(integer()),
    people: distinct(), sessions: count(), budget: gauge(decimal(2)),
  }))
  .by({ channel: ['web', 'app'], area: { most: 20 } })
  .derive(({ ratio }) => ({ use: ratio('gauge0', 'gauge1'), perHour: ratio('sessions', 'hours'), perOpen: ratio('sessions', 'open') }))
  .frequency({ status: 'status', activity: 'sessions', rules: [{ when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'hour' }] }] })
  .keep({ captured: '30d', day: '90d', week: '1y', month: '3y', quarter: 'archive' })
  .collect(async ({ entities }) => entities.map(({ tenant, entity }) => ({ tenant, entity, values: {
    ${values}, hours: '1.50', status: 'active', open: true, latency: [1], people: ['a'], sessions: 2, budget: null,
  } })), { entities: async () => [] })

export async function ask${index}(tm: Tidemark): Promise<[number | null, string | null, string | null | undefined]> {
  const { rows } = await tm.query(series${index}, { select: ['gauge0.last', 'status.share:active', 'hours.increase', 'latency.p95'], grain: 'month', by: ['channel'], compare: ['year'] })
  const row = rows[0]
  return [row?.['latency.p95'] ?? null, row?.['hours.increase@year'] ?? null, row?.['status.share:active']]
}
`
  return `import { decimal, entity, integer, series, type Tidemark } from '../../packages/tidemark/src/index.ts'

const thing = entity('thing', { tenant: 'client' })
${Array.from({ length: series }, (_, index) => one(index)).join('')}`
}

/** What a project costs beyond the sources of the program, which are checked with it here and not where the package is installed. */
function cost(name: string, text: string): number {
  return instantiations(name, text) - instantiations(`${name}-program`, "import '../../packages/tidemark/src/index.ts'\n")
}

function instantiations(name: string, text: string): number {
  writeFileSync(join(folder, `${name}.ts`), text)
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ extends: join(PACKAGE, 'tsconfig.json'), compilerOptions: { types: ['node'] }, include: [`${name}.ts`] }))
  const { output } = run('tsc', ['-p', join(folder, `${name}.json`), '--extendedDiagnostics'])
  const own = output.split('\n').filter((line) => line.includes(`${name}.ts`) && line.includes('error'))
  expect(own.slice(0, 3)).toEqual([])
  return Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1])
}

test(`ten series of twenty measures and their questions cost at most ${MOST_INSTANTIATIONS.toLocaleString('en')} instantiations`, () => {
  const ten = cost('ten', project(10))
  expect(ten).toBeGreaterThan(1000)
  expect(ten).toBeLessThanOrEqual(MOST_INSTANTIATIONS)
})

test('so do ten collected series of twenty measures, their collectors and questions', () => {
  const ten = cost('collected', collected(10))
  expect(ten).toBeGreaterThan(1000)
  expect(ten).toBeLessThanOrEqual(MOST_INSTANTIATIONS)
})

test('a project far beyond it is found to cost more', () => {
  expect(cost('many', project(200))).toBeGreaterThan(MOST_INSTANTIATIONS)
})

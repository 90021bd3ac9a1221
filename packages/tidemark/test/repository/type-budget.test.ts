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

function instantiations(name: string, text: string): number {
  writeFileSync(join(folder, `${name}.ts`), text)
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ extends: join(PACKAGE, 'tsconfig.json'), compilerOptions: { types: ['node'] }, include: [`${name}.ts`] }))
  const { output } = run('tsc', ['-p', join(folder, `${name}.json`), '--extendedDiagnostics'])
  const own = output.split('\n').filter((line) => line.includes(`${name}.ts`) && line.includes('error'))
  expect(own.slice(0, 3)).toEqual([])
  return Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1])
}

test(`ten series of twenty measures and their questions cost at most ${MOST_INSTANTIATIONS.toLocaleString('en')} instantiations`, () => {
  const cost = instantiations('ten', project(10))
  expect(cost).toBeGreaterThan(1000)
  expect(cost).toBeLessThanOrEqual(MOST_INSTANTIATIONS)
})

test('a project far beyond it is found to cost more', () => {
  expect(instantiations('many', project(200))).toBeGreaterThan(MOST_INSTANTIATIONS)
})

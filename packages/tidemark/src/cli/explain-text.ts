import type { Explanation } from '../query/explain.ts'
import { grouped } from './table.ts'

/** What answered a question, as lines under its table. */
export function explainText(explain: Explanation): string {
  const rows = (count: number) => `${grouped(count)} ${count === 1 ? 'row' : 'rows'}`
  return [
    'answered from:',
    ...explain.tiers.map(({ tier, rows: count }) => `  tier ${tier}: ${rows(count)}`),
    ...explain.archive.map(({ path, generation, rows: count }) => `  archive ${path} (generation ${generation}): ${rows(count)}`),
    ...explain.damaged.map(({ path, reason, detail }) => `  not believed ${path}: ${reason}, ${detail}`),
    ...explain.reads.map(({ purpose, ranges, from, to }) => `  read for ${purpose}: ${grouped(ranges)} ${ranges === 1 ? 'range' : 'ranges'} in ${from}..${to}`),
    `  believed: ${explain.transaction === null ? 'the current rows' : `transactions up to ${explain.transaction}`}`,
  ].join('\n')
}

import type { StateDefinition } from '../definitions/measure.ts'
import type { Int64 } from './int64.ts'
import type { Answering, Kind, Part, Printed, State } from './kind.ts'
import { onlyOfCollectors } from './only-of.ts'
import { printQuotient } from './print.ts'

const LAST = 0
const N = 1
/** Where the seconds of the first word stand. */
const SECONDS = 2

const SHARE_SCALE = 4

/** One of some words: the last one, and how long each held. */
export const state: Kind<StateDefinition> = {
  parts: ({ values }) => [
    { part: 'last', merge: 'last', holds: 'text' }, { part: 'n', merge: 'sum', ofOne: 'n' },
    // By place: a word may be written with characters that no column's name has.
    ...values.map((word, place): Part => ({ part: `seconds_${place}`, merge: 'sum', ofOne: { word } })),
  ],
  zero: onlyOfCollectors('state'),
  adder: onlyOfCollectors('state'),
  sample: ({ values }, sample, { seconds }) =>
    [sample as string | null, sample === null ? 0 : 1, ...values.map((value) => (value === sample ? seconds : 0))],
  answers: ({ values }) => ['last', ...values.map((value) => `share:${value}`), ...values.map((value) => `count:${value}`)],
  valued: (_definition, states) => Number(states[N] ?? 0),
  onlyAcross: ({ values }) => values.map((value) => `count:${value}`),
  notAcross: () => ['last'],
  notAsOf: [],
  answer: (definition, answer, { states }) => (answer === 'last' ? (states[LAST] as string | null) : shareOf(definition, answer, [states])),
  fraction: () => null,
  across: {
    answer: (definition, answer, from) => (answer.startsWith('count:') ? countOf(answer, from) : shareOf(definition, answer, from.map(({ states }) => states))),
    fraction: () => null,
  },
}

function wordOf(answer: string): string {
  return answer.slice(answer.indexOf(':') + 1)
}

function shareOf({ values }: StateDefinition, answer: string, all: readonly (readonly State[])[]): Printed {
  const place = values.indexOf(wordOf(answer))
  let own = 0n
  let whole = 0n
  for (const states of all) {
    for (const [at] of values.entries()) {
      const seconds = BigInt((states[SECONDS + at] ?? 0) as Int64)
      whole += seconds
      if (at === place) own += seconds
    }
  }
  return whole === 0n ? null : printQuotient({ numerator: own, denominator: whole }, SHARE_SCALE)
}

/** How many entities ended in the word; null when none has ended in any. */
function countOf(answer: string, from: readonly Answering[]): Printed {
  const word = wordOf(answer)
  const lasts = from.map(({ states }) => states[LAST]).filter((last) => last !== null)
  return lasts.length === 0 ? null : lasts.filter((last) => last === word).length
}

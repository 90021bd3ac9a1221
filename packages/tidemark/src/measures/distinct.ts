import type { DistinctDefinition } from '../definitions/measure.ts'
import { compilePredicate, compileWord } from './evaluate.ts'
import type { Kind, State } from './kind.ts'
import { int64 } from './int64.ts'
import { printInteger } from './print.ts'
import { addWord, emptySketch, errorOf, estimateOf, mergeSketch, parseSketch, printSketch, type Sketch } from './sketch.ts'
import { compareWords } from './words.ts'

/**
 * Different words: all of them, ascending and without repetition, up to a bound; past it a sketch of them, which stays
 * one. The bound is part of the state, because states are merged where no definition is at hand.
 */
interface Words {
  readonly bound: number
  readonly held: readonly string[] | Sketch
}

/** How many different words there were. */
export const distinct: Kind<DistinctDefinition> = {
  parts: () => [{ part: 'words', merge: 'distinct', holds: 'text' }],
  zero: ({ exact }) => [print({ bound: exact, held: [] })],
  adder(definition, stream) {
    if (definition.field === null) throw new Error('a collected distinct is given events')
    const holds = compilePredicate(stream, definition.where)
    const read = compileWord(stream, definition.field)
    return (states, offset, event, _day, offsetAt) => {
      if (!holds(event, offsetAt)) return
      const word = read(event)
      if (word === null) return
      states[offset] = withWord(definition, states[offset] as string | null, word)
    }
  },
  sample({ exact }, sample) {
    const words = [...new Set(sample as readonly string[])].sort(compareWords)
    return [print(bounded(exact, words))]
  },
  answers: () => ['estimate', 'error'],
  valued: (_definition, states) => (states[0] === null ? 0 : null),
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer(_definition, answer, { states, windows }) {
    const held = heldOf(states[0] as State)
    if (held === null) return windows === 0 ? null : 0
    if (!(held instanceof Uint8Array)) return answer === 'estimate' ? held.length : 0
    const estimate = estimateOf(held)
    return printInteger(int64(answer === 'estimate' ? estimate : errorOf(estimate)), 'integer')
  },
  across: null,
  fraction: () => null,
}

/** The words of both together. */
export function mergeDistinct(a: string, b: string): string {
  if (a === b) return a
  const left = parse(a)
  const right = parse(b)
  const bound = Math.min(left.bound, right.bound)
  if (left.held instanceof Uint8Array || right.held instanceof Uint8Array) {
    const sketch = sketchOf(left.held)
    if (right.held instanceof Uint8Array) mergeSketch(sketch, right.held)
    else for (const word of right.held) addWord(sketch, word)
    return print({ bound, held: sketch })
  }
  return print(bounded(bound, [...new Set([...left.held, ...right.held])].sort(compareWords)))
}

function withWord({ exact }: DistinctDefinition, text: string | null, word: string): string {
  if (text === null) return print(bounded(exact, [word]))
  const { bound, held } = parse(text)
  if (held instanceof Uint8Array) return addWord(held, word) ? print({ bound, held }) : text
  return held.includes(word) ? text : print(bounded(bound, [...held, word].sort(compareWords)))
}

function bounded(bound: number, words: readonly string[]): Words {
  return { bound, held: words.length > bound ? sketchOf(words) : words }
}

function sketchOf(held: Words['held']): Sketch {
  if (held instanceof Uint8Array) return held
  const sketch = emptySketch()
  for (const word of held) addWord(sketch, word)
  return sketch
}

function heldOf(state: State): Words['held'] | null {
  return state === null ? null : parse(state as string).held
}

/** `256=["a","b"]` and `256~15a3b4077`: the bound, a sign, and the words or the sketch. */
function print({ bound, held }: Words): string {
  return held instanceof Uint8Array ? `${bound}~${printSketch(held)}` : `${bound}=${JSON.stringify(held)}`
}

function parse(text: string): Words {
  const sign = text.search(/[=~]/)
  const bound = Number(text.slice(0, sign))
  const rest = text.slice(sign + 1)
  return { bound, held: text[sign] === '~' ? parseSketch(rest) : JSON.parse(rest) as string[] }
}

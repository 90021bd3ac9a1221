/** Numbers in [0, 1) that depend on the seed and the name alone (mulberry32). */
export function numbersFrom(seed: number, name: string): () => number {
  let state = seed
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) as number), 0x9e37_79b1)
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

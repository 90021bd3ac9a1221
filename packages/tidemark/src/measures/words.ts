/** Whether `a` comes before `b` (negative), after (positive) or is the same word (0), by code points. */
export function compareWords(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i)
    const unitB = b.charCodeAt(i)
    if (unitA !== unitB) return place(unitA) - place(unitB)
  }
  return a.length - b.length
}

/** A half of a surrogate pair stands for a code point past U+FFFF, and is itself less than U+E000. */
function place(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

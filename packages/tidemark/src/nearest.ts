/** A hint for a misspelt name: the nearest known one first, then all of them. */
export function nearest(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'There is none.'
  const best = known.map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0] as { candidate: string; distance: number }
  const meant = best.distance <= Math.max(2, Math.floor(name.length / 3)) ? `Did you mean ${best.candidate}? ` : ''
  return `${meant}Known: ${known.join(', ')}.`
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] as number
}

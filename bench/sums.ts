// Sums by entity that several engines answer, and whether they agree.
import { mix } from './workload.ts'

/** Entity, sums, active days; of those that have any. What all engines must agree on. */
export type Sums = readonly (readonly [entity: number, ...sums: number[], active: number])[]

export function digestOf(answer: Sums): string {
  let found = 0, days = 0, mixed = 0
  for (const row of answer) {
    const active = row.at(-1) as number
    if (active === 0) continue
    found++
    days += active
    mixed = (mixed + row.reduce((all, value) => mix(all * 31 + value), 0)) % 2 ** 32
  }
  return JSON.stringify({ found, days, mixed })
}

/** Throws where one of them answers otherwise. */
export function agree(what: string, answers: Readonly<Record<string, Sums>>): void {
  const digests = Object.entries(answers).map(([name, answer]) => `${name} ${digestOf(answer)}`)
  const distinct = new Set(digests.map((digest) => digest.slice(digest.indexOf('{'))))
  if (distinct.size !== 1) throw new Error(`${what}: ${digests.join('; ')}`)
}

export const numbers = (answer: readonly (readonly unknown[])[]): Sums => answer.map((row) => row.map(Number) as unknown as Sums[number])

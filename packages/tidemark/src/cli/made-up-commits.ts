import type { Commit, CommitKind } from './git-log.ts'

export interface MadeUpOptions {
  readonly seed: number
  readonly count: number
}

/** The first day, and how many there are: fixed, so that a seed is the same history whenever it is made. */
const FIRST_MS = Date.UTC(2012, 10, 1)
const DAYS = 4_990

const REPOSITORIES = ['harbour', 'lantern', 'millstone', 'orchard']
const OFFSETS = [-480, -300, -180, 0, 0, 60, 60, 120, 330, 540]
const KINDS: readonly CommitKind[] = ['change', 'change', 'change', 'change', 'fix', 'fix', 'merge', 'merge', 'docs', 'test', 'release']

/** Commits that nobody made, for a demo without data of one's own. The same seed is the same history. */
export function* madeUpCommits({ seed, count }: MadeUpOptions): Generator<Commit> {
  const random = randomFrom(seed)
  const people = Math.max(8, Math.round(count / 60))
  for (let n = 0; n < count; n++) {
    const repository = REPOSITORIES[Math.floor(random() ** 1.6 * REPOSITORIES.length)] as string
    // Few do much: squared, the first people come up most often; each has a few years.
    const person = Math.floor(random() ** 2.5 * people)
    const joined = (person * 7919) % (DAYS - 800)
    const day = joined + Math.floor(random() * Math.min(DAYS - joined, 300 + (person % 7) * 400))
    const offset = OFFSETS[(person + (random() < 0.03 ? 1 : 0)) % OFFSETS.length] as number
    const hour = 8 + (person % 5) + Math.floor(random() * 10)
    const wallMs = FIRST_MS + day * 86_400_000 + hour * 3_600_000 + Math.floor(random() * 3_600) * 1000
    const later = random() < 0.2 ? Math.floor(random() * 30 * 86_400) * 1000 : 0
    yield {
      client_id: repository, contributor_id: `c${String(person).padStart(4, '0')}`,
      authored_at: written(wallMs, offset), committed_at: written(wallMs + later, offset),
      kind: KINDS[Math.floor(random() * KINDS.length)] as CommitKind,
      commit_id: (seed * 1_000_003 + n).toString(16).padStart(12, '0'),
    }
  }
}

/** A wall time with its offset, as git writes it. */
function written(wallMs: number, offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+'
  const size = Math.abs(offsetMinutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${new Date(wallMs).toISOString().slice(0, 19)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

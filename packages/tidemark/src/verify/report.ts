/** Every check, in the order it is reported. The names are stable. */
export const CHECKS = [
  'integrity', 'durability', 'schema', 'transactions', 'enrolments', 'identities', 'day-rows', 'rows', 'row-digests', 'cells', 'superseded',
  'checkpoints', 'collected', 'archive', 'facts', 'erasures',
] as const
export type CheckName = (typeof CHECKS)[number]

export interface CheckReport {
  readonly name: CheckName
  readonly ok: boolean
  /** How many things were looked at: rows, files, pages. */
  readonly checked: number
  /** A sentence each, naming the file or the row. */
  readonly problems: readonly string[]
}

export interface VerifyReport {
  readonly ok: boolean
  readonly checks: readonly CheckReport[]
}

/** What is wrong in one way is often wrong in every row; nobody reads more of them. */
const MOST_PROBLEMS = 100

/** Collects what one check finds. */
export class Findings {
  checked = 0
  readonly #problems: string[] = []
  #leftOut = 0

  note(problem: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem)
    else this.#leftOut++
  }

  report(name: CheckName): CheckReport {
    const problems = this.#leftOut === 0 ? this.#problems : [...this.#problems, `and ${this.#leftOut} more`]
    return { name, ok: problems.length === 0, checked: this.checked, problems }
  }
}

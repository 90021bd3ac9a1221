import type { EntityState } from '../stores/contract/entity-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** How many entities of each subject had enrolled before a day: every row of a total asks. */
export class Enrolled {
  /** By subject, the days of enrolment in order. */
  readonly #days: readonly Int32Array[]

  /** @param subjects of each entity, in the same places; null: there is no total */
  constructor(entities: readonly Pick<EntityState, 'enrolment'>[], subjects: Int32Array | null, count: number) {
    const days = Array.from({ length: count }, (): EpochDay[] => [])
    if (subjects !== null) for (const [place, { enrolment }] of entities.entries()) if (enrolment !== null) days[subjects[place] as number]?.push(enrolment)
    this.#days = days.map((list) => Int32Array.from(list).sort())
  }

  before(subject: number, end: EpochDay): number {
    const days = this.#days[subject]
    let [least, most] = [0, days?.length ?? 0]
    while (least < most) {
      const middle = (least + most) >> 1
      if ((days?.[middle] as number) < end) least = middle + 1
      else most = middle
    }
    return least
  }
}

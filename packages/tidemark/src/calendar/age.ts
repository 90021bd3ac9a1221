import type { Age } from '../definitions/keep.ts'
import { addMonths } from './civil.ts'
import type { EpochDay } from './day.ts'

/** The day an age later: the months first, clamped to the month's end, then the days. */
export function addAge(day: EpochDay, age: Age): EpochDay {
  return addMonths(day, age.months) + age.days
}

/** Whether a window that ended before `windowEnd` (exclusive) has reached the age by `today`. */
export function isDue(windowEnd: EpochDay, age: Age, today: EpochDay): boolean {
  return addAge(windowEnd, age) <= today
}

import type { Age } from './keep.ts'

/** An age as it is written in a declaration: `90d`, `18mo`, `3y`. */
export function ageText({ months, days }: Age): string {
  if (months === 0) return `${days}d`
  const written = months % 12 === 0 ? `${months / 12}y` : `${months}mo`
  return days === 0 ? written : `${written} + ${days}d`
}

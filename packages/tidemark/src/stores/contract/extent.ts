import type { DayRange } from './read.ts'

/** A part of history: what an answer is about, or what a transaction may have changed. */
export interface Extent {
  /** By name; null: all, and what is common to them (who is known, and by what name). */
  readonly series: readonly string[] | null
  /** By name; null: all. */
  readonly tenants: readonly string[] | null
  /** Local days, each as a whole; null: all, and what is of no day or of parts of one. */
  readonly days: DayRange | null
}

export const EVERYTHING: Extent = { series: null, tenants: null, days: null }

/** What transactions touched of a part of history: nothing, days of it, or (`all`) what no days tell. */
export type Touched = 'nothing' | DayRange | 'all'

/** What they touched of it, by what each of them did. */
export function touchedOf(about: Extent, transactions: readonly Extent[]): Touched {
  let hull: DayRange | null = null
  for (const one of transactions) {
    if (!meets(one, about)) continue
    if (one.days === null || about.days === null) return 'all'
    const [from, to] = [Math.max(one.days.from, about.days.from), Math.min(one.days.to, about.days.to)]
    hull = hull === null ? { from, to } : { from: Math.min(hull.from, from), to: Math.max(hull.to, to) }
  }
  return hull ?? 'nothing'
}

/** Whether two parts have anything in common. What is about all of something meets what names none of it. */
export function meets(a: Extent, b: Extent): boolean {
  return share(a.series, b.series) && share(a.tenants, b.tenants) && overlap(a.days, b.days)
}

/** The least part that holds both. */
export function joined(a: Extent, b: Extent): Extent {
  const union = (one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null => (one === null || other === null ? null : [...new Set([...one, ...other])])
  return {
    series: union(a.series, b.series), tenants: union(a.tenants, b.tenants),
    days: a.days === null || b.days === null ? null : { from: Math.min(a.days.from, b.days.from), to: Math.max(a.days.to, b.days.to) },
  }
}

function share(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === null || b === null || a.some((one) => b.includes(one))
}

function overlap(a: DayRange | null, b: DayRange | null): boolean {
  return a === null || b === null || Math.max(a.from, b.from) < Math.min(a.to, b.to)
}

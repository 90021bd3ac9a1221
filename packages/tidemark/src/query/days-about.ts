/** The words of a question by which its days are told. */
export interface DayWords {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly grain?: string | undefined
  readonly asOf?: unknown
  readonly compare?: unknown
}

/**
 * The days that the answer to a question is about, where nothing outside them changes it and it is told by whole days; left
 * out of captured windows, which are parts of days, of what was believed earlier, and of what is compared with other days.
 */
export function daysAbout({ from, to, grain, asOf, compare }: DayWords): { readonly days?: { readonly from: string | undefined; readonly to: string | undefined } } {
  return grain === 'captured' || asOf !== undefined || compare !== undefined ? {} : { days: { from, to } }
}
